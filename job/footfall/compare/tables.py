"""Opens the published days at an address: an output, a table by day, one day, or a table of Iceberg."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from footfall import stores
from footfall.errors import InfrastructureError, InputError, SettingsError
from footfall.publish.reading import column_names, read_rows
from footfall.schema import FOOTFALL, PLACE_DAYS
from footfall.schema_version import KEY, refuse_newer
from footfall.settings import Catalog, on_object_store
from footfall.stores.errors import failures
from footfall.table import DayTable

ICEBERG = "iceberg:"
"""The prefix of the address of a table: iceberg:DATABASE.TABLE, or iceberg:DATABASE.TABLE@SNAPSHOT."""

_DAY = re.compile(r"(?:^|/)day=(\d{4}-\d\d-\d\d)(?:/|$)")
_FORMS = (
    "Name an output, a folder with day=... in it, a day=... folder, a file in one,"
    " or iceberg:DATABASE.TABLE with --settings."
)


_NEEDED = ("place_id", "suppressed")
"""Columns that files of every version have."""

_COUNTED = ("pings", "devices", "visits")
"""What is added up and explained."""


@dataclass(frozen=True)
class Days:
    """Published days.

    Attributes:
        address: The address, as it was given.
        days: The days, sorted.
        rows: Returns the rows of FOOTFALL of a day.
        columns: Returns the names of the columns in the files of a day, which another version may have written.
    """

    address: str
    days: tuple[date, ...]
    rows: Callable[[date], pa.Table]
    columns: Callable[[date], tuple[str, ...]]

    def counted_rows(self, day: date) -> pa.Table:
        """The rows of a day that has pings, devices and visits; other columns that another version lacks are null.

        Raises:
            InputError: One of these three is not there: as nulls it would be summed as zero.
        """
        rows, there = self.rows(day), self.columns(day)
        lacking = [name for name in _COUNTED if name not in there]
        if lacking:
            raise InputError(
                f"{day} was written by another version of footfall: it has no column {', '.join(lacking)}",
                where=self.address,
                fix="Count it again with this version.",
            )
        return rows


def open_days(address: str, catalog: Catalog, environ: Mapping[str, str]) -> Days:
    """The published days at an address.

    Args:
        address: An output folder, its `footfall` folder, a `day=2023-03-01` folder or a file in one, here or in a
            store; or iceberg:DATABASE.TABLE, or iceberg:DATABASE.TABLE@SNAPSHOT.
        catalog: The catalog, for a table of Iceberg.
        environ: The variables that hold the catalog's secrets.

    Raises:
        InputError: Nothing is published there.
        SettingsError: A table has no catalog in the settings, or its snapshot is not a number.
        InfrastructureError: The store or the catalog does not answer.
    """
    if address.startswith(ICEBERG):
        of_table = open_table_days(address, catalog, environ, PLACE_DAYS)
        if not of_table.days:
            raise InputError("No published day is there", where=address, fix=_FORMS)
        return of_table
    root = stores.absolute(address).rstrip("/")
    with failures(InfrastructureError, "The published days cannot be read", address):
        files = _files(root)
    by_day: dict[date, list[str]] = {}
    for path in files:
        if found := _DAY.search(path):
            by_day.setdefault(date.fromisoformat(found[1]), []).append(path)
    if not by_day:
        raise InputError("No published day is there", where=address, fix=_FORMS)
    return Days(
        address,
        tuple(sorted(by_day)),
        lambda day: _rows(sorted(by_day[day]), day),
        lambda day: column_names(min(by_day[day])),
    )


def _rows(paths: Sequence[str], day: date) -> pa.Table:
    """The rows of a day in these files.

    Raises:
        InputError: A file lacks one of the columns _NEEDED.
    """
    for path in paths:
        there = column_names(path)
        lacking = [name for name in _NEEDED if name not in there]
        if lacking:
            raise InputError(
                f"This is no file of published visits to places: it has no column {lacking[0]}",
                where=path,
                fix=f"Rows are compared of the job footfall; those of other jobs any reader of Parquet reads. {_FORMS}",
            )
    return pa.Table.from_batches(read_rows(paths, day, FOOTFALL), FOOTFALL)


def _files(root: str) -> Sequence[str]:
    """The Parquet files of the days below an address.

    Raises:
        InputError: It is the folder of a table of Iceberg, whose published files only its catalog knows.
    """
    store = stores.of(root)
    if root.endswith(".parquet"):
        return [root] if store.look(root) else []
    for folder in (f"{root}/footfall", root):
        found = [entry.path for entry in store.walk(f"{folder}/", hidden=False)]
        if any(path.endswith(".metadata.json") for path in found):
            what = "A table of Iceberg is there, whose files do not say which of them are published"
            raise InputError(
                what, where=folder, fix="Name it as iceberg:DATABASE.TABLE, with --settings FILE."
            )
        if any(path.endswith(".parquet") for path in found):
            return [path for path in found if path.endswith(".parquet")]
    return []


def address_of(output: str, catalog: Catalog, table: str) -> str:
    """The address at which a table of an output is opened: the output itself if it is a folder.

    Args:
        output: The folder, or s3://bucket/prefix.
        catalog: The catalog of an output on an object store.
        table: The name of its table.
    """
    return f"{ICEBERG}{catalog.database}.{table}" if on_object_store(output) else output


def open_table_days(address: str, catalog: Catalog, environ: Mapping[str, str], own: DayTable) -> Days:
    """The published days of a table of Iceberg; of a table of weeks or months their first days. There may be none.

    Args:
        address: As iceberg:DATABASE.TABLE, or iceberg:DATABASE.TABLE@SNAPSHOT.
        catalog: The catalog.
        environ: The variables that hold its secrets.
        own: The table as this version writes it.

    Raises:
        InputError: There is no such table, or it has other columns.
        SettingsError: The catalog is not in the settings, or the snapshot is not a number.
        InfrastructureError: The catalog does not answer.
    """
    name, _, snapshot = address.removeprefix(ICEBERG).partition("@")
    if snapshot and not snapshot.isdigit():
        fix = "Write its number, as in iceberg:footfall.footfall@123, or leave it out for the newest."
        raise SettingsError(f"{snapshot!r} is no snapshot", where=address, fix=fix)
    from footfall.read.pings.iceberg.catalogs import open_table  # needs an extra, which folders do not

    with _failures(name, address):
        table = open_table(name, catalog, environ)
        refuse_newer(table.properties.get(KEY), address)
        names = tuple(field.name for field in table.schema().fields)
        if own.date not in names:
            what = f"The table has no column {own.date}: it is not {own.name} of this version"
            raise InputError(what, where=address, fix="Name the table of what is asked for.")
        scan = table.scan(snapshot_id=int(snapshot) if snapshot else None)
        days = scan.select(own.date).to_arrow()[own.date].unique().to_pylist()

    def rows(day: date) -> pa.Table:
        with _failures(name, address):
            found = scan.filter(f"{own.date} == '{day}'").to_arrow()
        missing = [field for field in own.schema if field.name not in found.column_names]
        for column in missing:
            found = found.append_column(column, pa.nulls(len(found), column.type))
        return found.select(own.schema.names).cast(own.schema)

    return Days(address, tuple(sorted(days)), rows, lambda _: names)


@contextmanager
def _failures(name: str, address: str) -> Iterator[None]:
    """Turn errors of the catalog inside the block, which name the setting of pings, into ones that name the address."""
    from footfall.read.pings.iceberg.catalogs import failures as catalog_failures

    try:
        with catalog_failures(name):
            yield
    except InputError as error:
        raise InputError(error.what, where=address, fix=error.fix) from error
