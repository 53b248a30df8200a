"""Arrow tables as Parquet files in memory, so that they are read as files are."""

import pyarrow as pa
import pyarrow.parquet as pq

_EXTENSION, _EXTENSION_METADATA = b"ARROW:extension:name", b"ARROW:extension:metadata"


def as_file(table: pa.Table) -> pa.BufferReader:
    """The table as a Parquet file in memory, with the metadata on shapes.

    Raises:
        pyarrow.ArrowException: A column is of a type that Parquet does not store.
    """
    sink = pa.BufferOutputStream()
    columns = [_plain(field, column) for field, column in zip(table.schema, table.columns, strict=True)]
    schema = pa.schema([field for field, _ in columns], table.schema.metadata)
    pq.write_table(pa.table([column for _, column in columns], schema=schema), sink, compression="none")
    return pa.BufferReader(sink.getvalue())


def _plain(field: pa.Field, column: pa.ChunkedArray) -> tuple[pa.Field, pa.ChunkedArray]:
    """A column with its extension type replaced by the storage type; the type's name stays in the field's metadata."""
    kind = field.type
    if isinstance(kind, pa.BaseExtensionType):
        storage = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
        if isinstance(kind, pa.ExtensionType):  # else one of Arrow's own, such as that of UUIDs
            said = {_EXTENSION: kind.extension_name, _EXTENSION_METADATA: kind.__arrow_ext_serialize__()}
            field = field.with_metadata({**(field.metadata or {}), **said})
        return _plain(field.with_type(kind.storage_type), storage)
    return field, column
