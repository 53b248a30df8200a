"""The columns of a published table as a schema of Apache Iceberg, by its Java API."""

from typing import Any

import pyarrow as pa

from footfall.errors import SettingsError
from footfall.publish.reading import FIELD_ID
from footfall.table import DayTable

_TYPES = {
    pa.string(): "StringType",
    pa.date32(): "DateType",
    pa.int32(): "IntegerType",
    pa.int64(): "LongType",
    pa.float64(): "DoubleType",
    pa.bool_(): "BooleanType",
}

Column = tuple[str, str]
"""The name and type of a column, as Iceberg writes them."""


def java_schema(iceberg: Any, own: DayTable) -> Any:
    """The columns of a table, and which of them may be null, as an org.apache.iceberg.Schema.

    Args:
        iceberg: The package org.apache.iceberg of a running Java.
        own: The table as this version writes it.
    """
    numbers, about = iter(range(1, 1000)), _about(own)
    fields = [
        iceberg.types.Types.NestedField.of(
            next(numbers),
            field.nullable,
            field.name,
            java_type(iceberg, field.type, len(own.schema) + position),
            about.get(field.name),
        )
        for position, field in enumerate(own.schema, start=1)
    ]
    return iceberg.Schema(fields)


def java_type(iceberg: Any, kind: pa.DataType, element_id: int) -> Any:
    """The type of a column as an org.apache.iceberg.types.Type; `element_id` is the field id of a list's elements."""
    types = iceberg.types.Types
    if pa.types.is_list(kind):
        of = types.ListType.ofOptional if kind.value_field.nullable else types.ListType.ofRequired
        return of(element_id, java_type(iceberg, kind.value_type, element_id))
    return getattr(types, _TYPES[kind]).get()


def _about(own: DayTable) -> dict[str, str]:
    return {column.name: column.about for column in own.measures}


def missing_columns(there: Any, wanted: Any, name: str, own: DayTable) -> list[str]:
    """The names of the columns that a table of an older version lacks; they can be added, since they may be null.

    Args:
        there: The table, a Java object.
        wanted: The schema of this version, as of `java_schema`.
        name: The name of the table.
        own: The table as this version writes it.

    Raises:
        SettingsError: The table differs otherwise: in a column, in their order, or in how it is partitioned.
    """
    columns, ours = _columns(there.schema()), _columns(wanted)
    missing = [column for column in ours if column not in columns]
    can_be_added = all(own.schema.field(column[0]).nullable for column in missing)
    by = [str(part.name()) for part in there.spec().fields()]
    if columns != [column for column in ours if column in columns] or not can_be_added or by != [own.date]:
        raise SettingsError(
            "The table is there, but its columns or partitions are not those of this version",
            where=f"table {name}: {', '.join(f'{n} {t}' for n, t in columns)}; partitioned by {', '.join(by)}",
            fix="Name another catalog.database, or move the table away.",
        )
    return [column for column, _ in missing]


def add_columns(iceberg: Any, table: Any, names: list[str], own: DayTable) -> None:
    """Add columns to a table, each at the position that it has in ours; rows that are there get null."""
    update, schema, about = table.updateSchema(), own.schema, _about(own)
    for name in names:
        kind = java_type(iceberg, schema.field(name).type, 0)  # the update gives numbers of its own
        update = update.addColumn(name, kind, about.get(name))
        update = update.moveAfter(name, schema.names[schema.names.index(name) - 1])
    update.commit()


def file_schema(table: Any, schema: pa.Schema) -> pa.Schema:
    """Those of our columns that a table, a Java object, has, with its field ids in their metadata."""
    fields = []
    for field in schema:
        there = table.schema().findField(field.name)
        if there is None:
            continue
        if pa.types.is_list(field.type):
            element = _numbered(field.type.value_field, there.type().elementId())
            field = field.with_type(pa.list_(element))
        fields.append(_numbered(field, there.fieldId()))
    return pa.schema(fields)


def _numbered(field: pa.Field, number: int) -> pa.Field:
    return field.with_metadata({FIELD_ID: str(number).encode()})


def _columns(schema: Any) -> list[Column]:
    return [(str(column.name()), str(column.type().toString())) for column in schema.columns()]
