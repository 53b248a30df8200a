"""Reads pings from an Apache Iceberg table, in its state when the run begins.

The catalog says which table it is, its metadata say which files hold its rows, and tasks read these as other Parquet.
"""

from collections.abc import Mapping

from footfall.read.pings.columns import mapped
from footfall.read.pings.iceberg.catalogs import failures, open_table
from footfall.read.pings.iceberg.columns import columns_of, wanted_columns
from footfall.read.pings.iceberg.contents import contents_of
from footfall.read.pings.iceberg.data_files import FooterReader
from footfall.read.pings.parquet.parts import Reader
from footfall.read.pings.parquet.row_groups import deal
from footfall.read.pings.tasks import Plan
from footfall.schema import InputFile
from footfall.settings import Catalog, PingSettings


def plan(pings: PingSettings, catalog: Catalog, environ: Mapping[str, str], workers: int) -> Plan:
    """The plan to read the present snapshot of a table; later changes are not seen.

    Columns are found by the ids that they keep when they are renamed. Rows that the snapshot deletes, by their numbers
    or by the values of some columns, are not read. Lines are counted over all data files in the order of their paths.

    Args:
        pings: The name of the table, its columns, and how times are written.
        catalog: The catalog that knows the table.
        environ: The variables that hold the catalog's secrets.
        workers: How many tasks run at once.

    Returns:
        The table as the only file; its version is the snapshot.

    Raises:
        InputError: There is no such table, it lacks a column, or holds one of a type that cannot be what it is mapped
            to, or a data file is gone or damaged.
        SettingsError: The catalog cannot be used as it is set.
        InfrastructureError: The catalog or the store does not answer.
    """
    name = str(pings.path)
    path = f"iceberg:{name}"
    table = open_table(name, catalog, environ)
    wanted = wanted_columns(columns_of(table.schema()), mapped(pings.columns), path)
    snapshot = table.current_snapshot()
    if snapshot is None:
        return Plan((InputFile(path, 0),), (), (0,), 0)
    with failures(name):
        contents = contents_of(table, snapshot)
        footers = FooterReader(table, wanted, pings.time_zone == "UTC").footers(contents)
    size = sum(entry.data_file.file_size_in_bytes for entry in contents.data)
    return Plan(
        files=(InputFile(path, size, str(snapshot.snapshot_id)),),
        tasks=deal(footers, Reader(pings), workers),
        empty=() if any(footer.groups for footer in footers) else (0,),
        row_estimate=sum(footer.rows for footer in footers),
    )
