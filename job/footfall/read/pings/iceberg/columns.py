"""Finds the columns of a table in a data file, by the ids that they keep when they are renamed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.errors import InputError
from footfall.read.pings.columns import check_columns
from footfall.read.pings.parquet.footers import Stored, meaning_of
from footfall.read.pings.parquet.kinds import BYTES, check_kind, kind_of

_FIELD_ID = b"PARQUET:field_id"


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its name, its id, its type, and the value of rows that are older than it."""

    name: str
    id: int
    type: pa.DataType
    default: Any = None

    @property
    def meaning(self) -> str | None:
        """BYTES where its bytes are not text."""
        return BYTES if pa.types.is_binary(self.type) or pa.types.is_large_binary(self.type) else None


def columns_of(schema: Any) -> dict[int, TableColumn]:
    """The columns of a `pyiceberg.schema.Schema`, by their ids; not those inside others."""
    from pyiceberg.io.pyarrow import schema_to_pyarrow

    types = schema_to_pyarrow(schema)
    return {
        field.field_id: TableColumn(
            field.name, field.field_id, types.field(field.name).type, field.initial_default
        )
        for field in schema.fields
    }


def wanted_columns(
    columns: Mapping[int, TableColumn], names: Mapping[str, str], where: str
) -> dict[str, TableColumn]:
    """The column of each part of a ping.

    Raises:
        InputError: One is missing, or is of a type that cannot be the part that it is mapped to.
    """
    by_name = {column.name: column for column in columns.values()}
    check_columns(list(by_name), names, where)
    wanted = {part: by_name[name] for part, name in names.items()}
    for part, column in wanted.items():
        check_kind(kind_of(column.type, column.meaning), part, column.name, column.type, where)
    return wanted


def ids_in(parquet: pq.ParquetFile, mapping: Any, where: str) -> dict[int, str]:
    """The columns of a data file, by their ids.

    Args:
        parquet: The file.
        mapping: The table's `NameMapping` for files that hold no ids; None if it has none.
        where: The file, for the error.

    Raises:
        InputError: Neither the file nor the table says which id a column has.
    """
    metadata = {field.name: (field.metadata or {}).get(_FIELD_ID) for field in parquet.schema_arrow}
    if any(metadata.values()):
        return {int(number): name for name, number in metadata.items() if number}
    if mapping is None:
        fix = "Set the property schema.name-mapping.default of the table, or write the file again."
        raise InputError(
            "The data file does not say which columns of the table it holds", where=where, fix=fix
        )
    return {field.field_id: name for field in mapping for name in field.names if name in metadata}


@dataclass(frozen=True)
class Columns:
    """The columns of a data file.

    Args:
        parquet: The file.
        ids: Its columns, by their ids.
        shared: The values that all its rows share by their partition, by the ids of their columns.
    """

    parquet: pq.ParquetFile
    ids: Mapping[int, str]
    shared: Mapping[int, Any]

    def stored(self, column: TableColumn) -> Stored:
        """Where the file has a column; one that it lacks has its partition's value, the default, or null everywhere."""
        if column.id in self.ids:
            name = self.ids[column.id]
            return Stored(column.name, name, meaning=column.meaning or meaning_of(self.parquet, name))
        value = self.shared.get(column.id, column.default)
        return Stored(column.name, None, _scalar(value, column.type), column.meaning)


def partition_values(spec: Any, partition: Any) -> dict[int, Any]:
    """The values that all rows of a data file share, by the ids of their columns: those that no transform changed."""
    from pyiceberg.transforms import IdentityTransform

    return {
        field.source_id: partition[position]
        for position, field in enumerate(spec.fields)
        if isinstance(field.transform, IdentityTransform)
    }


def _scalar(value: Any, kind: pa.DataType) -> pa.Scalar:
    """A value as pyiceberg gives it: dates as days, times as microseconds."""
    if value is None:
        return pa.scalar(None, pa.string())
    if isinstance(value, UUID):
        return pa.scalar(str(value))
    if isinstance(value, int) and pa.types.is_temporal(kind):
        return pa.array([value], pa.int32() if kind.bit_width == 32 else pa.int64()).view(kind)[0]
    return pa.scalar(value, kind)
