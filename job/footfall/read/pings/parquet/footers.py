"""Looks into the footers of Parquet files for those that the tasks can read by themselves.

That is possible for local files whose columns need no interpretation; all others are read by Spark.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.read.pings.files import DataFile

FAILURES = (OSError, pa.ArrowException)
"""What Arrow raises where a file is not what it should be."""

_Kinds = dict[str, Callable[[pa.DataType], bool]]
_DEGREES: _Kinds = {"double": pa.types.is_float64, "float": pa.types.is_float32}
_WHOLE: _Kinds = {"integer": pa.types.is_int32, "long": pa.types.is_int64}
_TEXT: _Kinds = {"string": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind)}
_PARTS = {"device": _TEXT | _WHOLE, "lon": _DEGREES, "lat": _DEGREES, "accuracy": _DEGREES | _WHOLE}
_CODECS = ("UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4")  # LZ4_RAW; Spark reads all of these too
_JULIAN = b"org.apache.spark.legacyDateTime"


@dataclass(frozen=True)
class Footer:
    """A file that tasks can read: Spark's types of the mapped columns, and the rows of each row group."""

    path: str
    kinds: tuple[str, ...]
    group_rows: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many rows the file has, as it says."""
        return sum(self.group_rows)


def footer(file: DataFile, names: dict[str, str], zone_is_utc: bool) -> Footer | None:
    """The footer of a file that tasks can read by themselves.

    Args:
        file: What should be a Parquet file.
        names: The column of each part of a ping.
        zone_is_utc: Whether timestamps without a zone are UTC.

    Returns:
        None if the file is not local, a column is missing, there twice or of a type that asks for more than a cast that
        loses nothing, or Arrow cannot read the file: then it is for Spark to read it, or to say what is wrong.
    """
    if "at" not in names or not file.local:
        return None
    try:
        with pq.ParquetFile(file.local) as opened:
            kinds = _kinds(opened, names, zone_is_utc)
            if not all(kinds):
                return None
            metadata = opened.metadata
            group_rows = (metadata.row_group(i).num_rows for i in range(metadata.num_row_groups))
            return Footer(str(file.local), kinds, tuple(group_rows))
    except FAILURES:
        return None


def _kinds(file: pq.ParquetFile, names: dict[str, str], zone_is_utc: bool) -> tuple[str, ...]:
    """Spark's types of the columns, empty for one that tasks cannot read."""
    schema = file.schema_arrow
    if _JULIAN in (file.metadata.metadata or {}) or any(
        schema.names.count(name) != 1 for name in names.values()
    ):
        return ("",)  # years before 1582 need another calendar, or a column comes from the path
    kinds = tuple(_kind(part, schema.field(name).type, zone_is_utc) for part, name in names.items())
    return kinds if all(kinds) and _is_packed_as_known(file, names) else ("",)


def _is_packed_as_known(file: pq.ParquetFile, names: dict[str, str]) -> bool:
    groups = range(file.metadata.num_row_groups)
    chunks = (chunk(file, i, name) for i in groups for name in set(names.values()))
    return all(chunk.compression in _CODECS for chunk in chunks)


def _kind(part: str, kind: pa.DataType, zone_is_utc: bool) -> str:
    if part == "at":
        if not pa.types.is_timestamp(kind) or kind.unit not in ("us", "ms"):
            return ""
        if kind.tz is None:
            return "timestamp_ntz" if zone_is_utc else ""
        return "timestamp"
    return next((name for name, is_kind in _PARTS[part].items() if is_kind(kind)), "")


def chunk(file: pq.ParquetFile, group: int, name: str) -> pq.ColumnChunkMetaData:
    """The part of a column that lies in a row group; nested columns have dots in their paths."""
    columns = file.metadata.row_group(group)
    return next(c for c in map(columns.column, range(columns.num_columns)) if c.path_in_schema == name)
