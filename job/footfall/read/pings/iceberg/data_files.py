"""Reads the footers of a table's data files: where each has the parts of a ping, and which rows are deleted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np

from footfall.read.pings.files import DataFile
from footfall.read.pings.iceberg.columns import Columns, TableColumn, columns_of, ids_in, partition_values
from footfall.read.pings.iceberg.contents import Contents, DeletedPositions, is_far, sequence
from footfall.read.pings.iceberg.deleted_keys import DeletedKeys, KeyColumn
from footfall.read.pings.iceberg.store_files import path_of
from footfall.read.pings.parquet.footers import Footer, Group, Stored, groups_of
from footfall.read.pings.parquet.opened import opened
from footfall.read.pings.rows import Ints
from footfall.stores.questions import ask_each


@dataclass(frozen=True)
class FooterReader:
    """Reads the footers of data files.

    Args:
        table: The `pyiceberg.table.Table`.
        wanted: The columns that hold the parts of a ping.
        zone_is_utc: Whether timestamps without a zone are UTC.
    """

    table: Any
    wanted: Mapping[str, TableColumn]
    zone_is_utc: bool

    def footers(self, contents: Contents) -> list[Footer]:
        """The footers of the data files. All have the file number 0, and lines are counted on from file to file.

        Raises:
            InputError: A file is missing, is damaged, or does not say which columns it has.
        """
        positions = DeletedPositions(self.table, contents.positions)
        keys = ask_each(self._deletion, contents.keys, is_far=is_far(self.table))
        befores = accumulate((entry.data_file.record_count for entry in contents.data), initial=0)

        def look(placed: tuple[Any, int]) -> Footer:
            entry, before = placed
            reaching = [key for key in keys if self._reaches(key.entry, entry)]
            return self._footer(entry, before, positions.of(entry), reaching)

        return ask_each(look, zip(contents.data, befores, strict=False), is_far=is_far(self.table))

    def _footer(self, entry: Any, before: int, deleted: Ints, keys: Sequence["_Deletion"]) -> Footer:
        file = _data_file(entry)
        with opened(file, "The data file is not Parquet, or is damaged") as data:
            parquet = data.parquet
            ids = ids_in(parquet, self._mapping, file.path)
            spec = self.table.specs()[entry.data_file.spec_id]
            there = Columns(parquet, ids, partition_values(spec, entry.data_file.partition))
            stored = {part: there.stored(column) for part, column in self.wanted.items()}
            groups = groups_of(parquet, stored.get("at"), self.zone_is_utc)
            left = tuple(group for group in _placed(groups, before, deleted) if group.rows)
            return Footer(file, 0, stored, left, tuple(key.of(there) for key in keys))

    def _deletion(self, entry: Any) -> "_Deletion":
        """The footer of a file of equality deletes."""
        file = _data_file(entry)
        older = [columns_of(schema) for schema in self.table.schemas().values()]
        columns = {number: column for each in older for number, column in each.items()}
        columns |= columns_of(self.table.schema())
        with opened(file, "The file of deletions is not Parquet, or is damaged") as deletions:
            parquet = deletions.parquet
            there = Columns(parquet, ids_in(parquet, self._mapping, file.path), {})
            named = [columns[number] for number in entry.data_file.equality_ids]
            return _Deletion(entry, file, {column: there.stored(column) for column in named})

    @property
    def _mapping(self) -> Any:
        return self.table.metadata.name_mapping()

    def _reaches(self, deletion: Any, data: Any) -> bool:
        """Whether equality deletes apply to a data file: an older one, of the same partition or of any."""
        if sequence(deletion) <= sequence(data):
            return False
        by, of = deletion.data_file, data.data_file
        everywhere = not self.table.specs()[by.spec_id].fields
        return everywhere or (by.spec_id == of.spec_id and by.partition == of.partition)


@dataclass(frozen=True)
class _Deletion:
    """A file that deletes by the values of some columns, and where it has them."""

    entry: Any
    file: DataFile
    stored: Mapping[TableColumn, Stored]

    def of(self, data: Columns) -> DeletedKeys:
        """How it deletes rows of a data file."""
        columns = (
            KeyColumn(data.stored(column), stored, column.type) for column, stored in self.stored.items()
        )
        return DeletedKeys(self.file, tuple(columns))


def _data_file(entry: Any) -> DataFile:
    file = entry.data_file
    return DataFile(path_of(file.file_path), file.file_size_in_bytes, listed=False)


def _placed(groups: Iterable[Group], before: int, deleted: Ints) -> Iterator[Group]:
    """The row groups of a data file among those of the table, with their deleted rows."""
    for group in groups:
        begin, end = np.searchsorted(deleted, (group.before, group.before + group.stored))
        its_own = deleted[begin:end] + before
        yield replace(group, before=group.before + before, deleted=its_own if len(its_own) else None)
