"""Reads the footers of Parquet files: which columns hold the parts of a ping, and how many rows a row group has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types as t

from footfall.aborts import abort_means
from footfall.errors import InputError
from footfall.read.pings.columns import check_columns
from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.ids import FEWEST_BYTES, TEXTS, Ids, ids_of
from footfall.read.pings.parquet.kinds import BYTES, INSTANT, TEXT, check_kind, kind_of
from footfall.read.pings.parquet.opened import leaf_of, opened
from footfall.read.pings.rows import Ints, Span

_NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"
_DAMAGED = "The file is not Parquet, or is damaged"
_MICROS = {"ms": 1_000, "us": 1}


@dataclass(frozen=True)
class Stored:
    """Where a file holds a part of a ping.

    Args:
        name: The column as the settings map it.
        column: The column of the file; None if all rows have the same value.
        value: This value.
        meaning: INSTANT if timestamps without a zone are instants, BYTES if bytes are not text, else None.
    """

    name: str
    column: str | None
    value: pa.Scalar | None = None
    meaning: str | None = None


@dataclass(frozen=True)
class Group:
    """A row group.

    Args:
        number: Its number in the file.
        stored: The rows that are stored in it.
        before: The rows that come before it, among which lines are counted.
        instants: First and end instant of its rows, if the file's statistics give them.
        deleted: The numbers of its deleted rows, sorted, counted on from `before`.
    """

    number: int
    stored: int
    before: int
    instants: Span | None
    deleted: Ints | None = None

    @property
    def rows(self) -> int:
        """How many rows are not deleted."""
        return self.stored - (0 if self.deleted is None else len(self.deleted))


class Deletions(Protocol):
    """Rows of a file that are deleted, which is known only when it is read."""

    def rows(self, parquet: pq.ParquetFile, groups: Sequence[Group]) -> Ints:
        """The deleted rows of some row groups, sorted, counted as the groups' `before`."""


@dataclass(frozen=True)
class Footer:
    """What is used of a file's footer.

    Args:
        file: The file.
        number: Its number among those of the input.
        stored: Where each part of a ping is, by its name.
        groups: The row groups that hold rows.
        deletions: What deletes further rows.
        ids: What the column of devices holds.
    """

    file: DataFile
    number: int
    stored: Mapping[str, Stored]
    groups: tuple[Group, ...]
    deletions: tuple[Deletions, ...] = ()
    ids: Ids = TEXTS

    @property
    def rows(self) -> int:
        """The number of rows that are not deleted, as far as that is known before they are read."""
        return sum(group.rows for group in self.groups)


def read_footer(file: DataFile, number: int, names: Mapping[str, str], zone_is_utc: bool) -> Footer:
    """The footer of a file.

    Args:
        file: The Parquet file.
        number: Its number among those of the input.
        names: The column of each part of a ping; one that the file lacks may be in the names of its folders.
        zone_is_utc: Whether timestamps without a zone are UTC.

    Raises:
        InputError: It is not a Parquet file, lacks a column or has it twice, or has one of a type that cannot be the
            part that it is mapped to.
    """
    with abort_means(_damaged(file.path)), opened(file, _DAMAGED) as there:
        parquet = there.parquet
        schema = parquet.schema_arrow
        in_path = {name: value for name, value in _folders(file.path) if name not in schema.names}
        check_columns([*schema.names, *in_path], names, file.path)
        stored = {part: _stored(parquet, name, in_path) for part, name in names.items()}
        kinds = {part: _checked(parquet, part, each, file.path) for part, each in stored.items()}
        groups = tuple(groups_of(parquet, stored.get("at"), zone_is_utc))
        return Footer(file, number, stored, groups, ids=_ids(parquet, kinds["device"], stored["device"]))


def _damaged(path: str) -> InputError:
    return InputError(f"{_DAMAGED}: Arrow cannot read its footer", where=path, fix="Write the file again.")


def groups_of(parquet: pq.ParquetFile, at: Stored | None, zone_is_utc: bool) -> Iterator[Group]:
    """The row groups that hold rows; `at` is where instants are stored."""
    leaf, factor = _leaf_of_instants(parquet, at, zone_is_utc)
    before = 0
    for number in range(parquet.num_row_groups):
        metadata = parquet.metadata.row_group(number)
        if metadata.num_rows:
            instants = None if leaf is None else _instants(metadata.column(leaf).statistics, factor)
            yield Group(number, metadata.num_rows, before, instants)
        before += metadata.num_rows


def meaning_of(parquet: pq.ParquetFile, name: str) -> str | None:
    """INSTANT for timestamps of 96 bits, which Impala and old Sparks write; Arrow gives them without a zone.

    BYTES for values of 16 bytes or more without a type that are no text, as far as the statistics tell.
    """
    leaf = leaf_of(parquet, name)
    if leaf is None:
        return None
    if parquet.schema.column(leaf).physical_type == "INT96":
        return INSTANT
    kind = parquet.schema_arrow.field(name).type
    if not t.is_binary(kind) and not t.is_large_binary(kind):
        return None
    groups = map(parquet.metadata.row_group, range(parquet.num_row_groups))
    return BYTES if any(_are_digests(group.column(leaf).statistics) for group in groups) else None


def _are_digests(said: pq.Statistics | None) -> bool:
    """Whether the least and the greatest value have at least 16 bytes, and are not text."""
    if said is None or not said.has_min_max or said.physical_type != "BYTE_ARRAY":
        return False
    least, most = bytes(said.min_raw), bytes(said.max_raw)
    return len(least) == len(most) >= FEWEST_BYTES and not (_is_text(least) and _is_text(most))


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _stored(parquet: pq.ParquetFile, name: str, in_path: Mapping[str, str | None]) -> Stored:
    if name in in_path:
        return Stored(name, None, pa.scalar(in_path[name], pa.string()))
    return Stored(name, name, meaning=meaning_of(parquet, name))


def _checked(parquet: pq.ParquetFile, part: str, stored: Stored, path: str) -> str:
    """What a column holds, if it can be this part of a ping; names of folders are text."""
    if stored.column is None:
        return TEXT
    kind = parquet.schema_arrow.field(stored.column).type
    holds = kind_of(kind, stored.meaning)
    check_kind(holds, part, stored.name, kind, path)
    return holds


def _ids(parquet: pq.ParquetFile, kind: str, device: Stored) -> Ids:
    if device.column is None:
        return TEXTS
    return ids_of(kind, parquet.schema_arrow.field(device.column).type)


def _folders(path: str) -> list[tuple[str, str | None]]:
    """The columns that the names of folders give, such as day=2023-03-01, and their values."""
    pairs = (folder.partition("=") for folder in path.split("/")[:-1])
    return [
        (name, None if value == _NULL_FOLDER else unquote(value))
        for name, equals, value in pairs
        if name and equals
    ]


def _leaf_of_instants(
    parquet: pq.ParquetFile, at: Stored | None, zone_is_utc: bool
) -> tuple[int | None, int]:
    """The number of the column whose statistics are instants, or None, and their unit in microseconds."""
    if at is None or at.column is None:
        return None, 1
    kind = parquet.schema_arrow.field(at.column).type
    if not pa.types.is_timestamp(kind) or kind.unit not in _MICROS:
        return None, 1
    known = zone_is_utc or kind_of(kind, at.meaning) == INSTANT
    return (leaf_of(parquet, at.column) if known else None), _MICROS[kind.unit]


def _instants(said: pq.Statistics | None, factor: int) -> Span | None:
    """The first instant and the one after the last; None if the file does not say, or some are null."""
    if said is None or not said.has_min_max or not said.has_null_count or said.null_count:
        return None
    if said.physical_type != "INT64":
        return None
    return said.min_raw * factor, said.max_raw * factor + 1
