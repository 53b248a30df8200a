"""Opens published weeks and months: in an output folder, or in a table of Iceberg."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from footfall import stores
from footfall.compare.tables import ICEBERG, open_table_days
from footfall.errors import InfrastructureError, InputError
from footfall.periods import Kind, period_of
from footfall.periods.columns import period_table, table_of
from footfall.schema_version import refuse_newer_file
from footfall.settings import Catalog
from footfall.stores.errors import failures
from footfall.suggestions import nearest

_NEEDED = ("place_id", "suppressed")


@dataclass(frozen=True)
class Periods:
    """Published weeks, or months.

    Attributes:
        address: The address, as it was given.
        kind: Which of them.
        names: Their names, as 2023-W09 or 2023-03, sorted.
        read: Returns the rows of a period that is published, by its name.
    """

    address: str
    kind: Kind
    names: tuple[str, ...]
    read: Callable[[str], pa.Table]

    def rows(self, name: str) -> pa.Table:
        """The rows of a week or month.

        Raises:
            InputError: It is not published, or another version of footfall wrote it, with other columns.
            SettingsError: A newer footfall wrote it.
            InfrastructureError: The store does not answer, or the file is damaged.
        """
        if name in self.names:
            return self.read(name)
        if not self.names:
            fix = f"Set period to {self.kind} and count: the output has no {self.kind} yet."
        else:
            near = nearest(name, self.names) or self.names[-1]
            fix = f"Published are {self.names[0]} to {self.names[-1]}; did you mean {near}?"
        raise InputError(f"The {self.kind} {name} is not published", where=f"output: {self.address}", fix=fix)


def open_periods(address: str, kind: Kind, catalog: Catalog, environ: Mapping[str, str]) -> Periods:
    """The published weeks or months at an address; there may be none.

    Args:
        address: An output folder, here or in a store; or iceberg:DATABASE.TABLE, or iceberg:DATABASE.TABLE@SNAPSHOT.
        kind: Weeks or months.
        catalog: The catalog, for a table of Iceberg.
        environ: The variables that hold the catalog's secrets.

    Raises:
        InputError: The table is not there, or is not one of weeks or months.
        SettingsError: A table has no catalog in the settings, or its snapshot is not a number.
        InfrastructureError: The store or the catalog does not answer.
    """
    if address.startswith(ICEBERG):
        try:
            of_table = open_table_days(address, catalog, environ, period_table(kind))
        except InputError as error:
            error.fix += f" A table of {kind}s is there once they are counted with period: {kind}."
            raise
        by_name = {period_of(kind, first).name: first for first in of_table.days}
        return Periods(address, kind, tuple(by_name), lambda name: of_table.rows(by_name[name]))
    folder = f"{stores.absolute(address).rstrip('/')}/{table_of(kind)}"
    with failures(InfrastructureError, "The published weeks and months cannot be read", address):
        paths = [entry.path for entry in stores.of(folder).walk(f"{folder}/", hidden=False)]
    names = {found[1] for path in paths if (found := re.search(rf"/{kind}=([^/]+)/[^/]+\.parquet$", path))}
    return Periods(address, kind, tuple(sorted(names)), partial(_read, folder, kind))


def _read(folder: str, kind: Kind, name: str) -> pa.Table:
    """The rows of a week or month in a folder, with the columns that its file has."""
    path = f"{folder}/{kind}={name}/{table_of(kind)}.parquet"
    with failures(InfrastructureError, "The published weeks and months cannot be read", folder):
        content = stores.of(path).read(path)
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        refuse_newer_file(file.metadata.metadata, path)
        rows = file.read()
    except (OSError, pa.ArrowException) as failure:  # the former for a page that cannot be unpacked
        fix = "Count its days again; if this stays, look at the disk or the bucket."
        what = f"A file cannot be read: {str(failure).partition(chr(10))[0]}"
        raise InfrastructureError(what, where=path, fix=fix) from failure
    for column in _NEEDED:
        if column not in rows.column_names:
            raise _other_version(path, f"it has no column {column}")
    return rows


def common_schema(old: pa.Table, new: pa.Table, named: tuple[str, str]) -> pa.Schema:
    """The columns of two periods, which must be the same.

    Raises:
        InputError: They differ, as different versions of footfall wrote them.
    """
    for one, other, name in ((old, new, named[1]), (new, old, named[0])):
        for field in one.schema:
            if field.name not in other.column_names:
                raise _other_version(name, f"it has no column {field.name}")
            if field.type != other.schema.field(field.name).type:
                raise _other_version(name, f"its column {field.name} has another type")
    return new.schema


def _other_version(where: str, what: str) -> InputError:
    return InputError(
        f"Another version of footfall wrote this: {what}",
        where=where,
        fix="Count its days again with this version, then compare.",
    )
