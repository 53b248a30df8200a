"""Counts and joins of tables of Spark: `footfall.spark.count` and `footfall.spark.locate`.

Workers need this package as well. docs/library.md describes both functions.
"""

import atexit
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache, partial
from inspect import signature
from pathlib import Path
from typing import Any

import pyarrow as pa

from footfall.engines import Batches, Stage
from footfall.errors import SettingsError
from footfall.extras import needed
from footfall.library.asked import placed_in
from footfall.library.counting import Call
from footfall.library.given import CALLED_PINGS
from footfall.library.held import InAnswers
from footfall.library.joining import How, Join, check_how, join_with, refuse_unfit
from footfall.library.locating import PLACE_ID, USED
from footfall.library.results import FootfallWarning, warnings_for
from footfall.read.pings import PingInput
from footfall.read.pings.columns import check_columns, mapped
from footfall.read.pings.parquet.footers import Footer
from footfall.read.pings.parquet.parts import Reader
from footfall.read.pings.rows import Rows, Span
from footfall.read.pings.tables import piece_of
from footfall.runs.progress import StepHandle
from footfall.scan import Scan
from footfall.schema import FOOTFALL, InputFile
from footfall.temporary import temporary_folder

with needed("spark"):
    from pyspark.sql import DataFrame
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
    from pyspark.sql.types import DataType, StringType, StructField, StructType, UserDefinedType

    from footfall.engines.spark.engine import SparkEngine
    from footfall.engines.spark.workers import map_batches, send_file

__all__ = ["count", "locate"]

ROWS_AT_ONCE = 1 << 17
"""The number of rows that are looked up together; Spark hands over fewer at a time."""


def count(pings: DataFrame, places: Any, **settings: Any) -> DataFrame:
    """Count pings, devices and visits in each place on each day, as `footfall.count` does.

    Spark counts at once, and reads the pings twice: their number decides into how many parts they go.

    Args:
        pings: Rows with a device, a latitude and a longitude in degrees of WGS84, and a time.
        places: A table of Spark, or what `footfall.count` takes. Shapes are a column of Sedona, or one of WKB, WKT or
            GeoJSON that `places_columns` maps.
        settings: As for `footfall.count`.

    Returns:
        One row for each place and day. A FootfallWarning says how many rows could not be used.

    Raises:
        FootfallError: As for `footfall.count`.
    """
    with temporary_folder() as scratch:
        asked, placed = placed_in(_at_hand(places), settings, CALLED_PINGS, scratch)
        if asked.period != "day":
            raise SettingsError(
                "Weeks and months are counted by footfall.count and by runs only",
                where=f"keyword period: {asked.period}",
                fix="Leave it out, and count days.",
            )
        table = _selected(pings, mapped(asked.pings.columns))
        piece = piece_of(_empty(table), asked.pings)
        source = PingInput((InputFile(CALLED_PINGS, 0),), "parquet", (), (), table.count())
        engine = _OverRows(table, piece, Reader(asked.pings))
        counted = Call(engine, asked, source, placed).counted(InAnswers(), scratch)
    funnel, notes = counted.funnel, counted.notes[len(placed.notes) :]
    for note in warnings_for(notes, funnel.quarantined, funnel.scanned):
        warnings.warn(note, FootfallWarning, stacklevel=2)
    rows = [tuple(row.values()) for row in counted.table.to_pylist()]
    return pings.sparkSession.createDataFrame(rows, from_arrow_schema(FOOTFALL))


def locate(
    pings: DataFrame, places: Any, *, keep: Sequence[str] | None = None, how: How = "inner", **settings: Any
) -> DataFrame:
    """Find the places that hold each ping: those whose polygon contains it, as GEOS decides it.

    The places are read at once, the pings when the result is used.

    Args:
        pings: Rows with a latitude and a longitude in degrees of WGS84.
        places: As for `count`.
        keep: The columns of the pings that the result has; all where none are named.
        how: `inner` leaves out pings in no place, `left` keeps them, with a `place_id` that is null. One without
            coordinates that can be used is in no place.
        settings: As for `footfall.locate`.

    Returns:
        A row for each ping and place that holds it: the columns of the pings that are kept, and `place_id`.

    Raises:
        FootfallError: As for `footfall.locate`.
    """
    check_how(how)
    asked, placed = placed_in(_at_hand(places), settings, CALLED_PINGS, _folder(), USED)
    columns = asked.pings.columns
    kept = [*pings.columns] if keep is None else [*keep]
    parts = {"lat": columns.lat, "lon": columns.lon}
    table = _selected(pings, {**{f"kept {name}": name for name in kept}, **parts})
    refuse_unfit(_empty(table), asked.pings, kept, (PLACE_ID,))
    join = join_with(asked, placed.places, how, 1 << 60, _folder())
    index = send_file(pings.sparkSession, join.search.index())
    join = replace(join, search=replace(join.search, index=index))
    schema = StructType([*(table.schema[name] for name in kept), StructField(PLACE_ID, StringType())])
    return map_batches(table, partial(_joined, join, kept), schema)


def _joined(join: Join, kept: Sequence[str], batches: Batches) -> Iterator[pa.RecordBatch]:
    """The rows of the result, in a worker."""
    for rows in _together(batches):
        found = join.pairs(rows)
        taken = pa.array(found.ping)
        columns = {name: rows[name].combine_chunks().take(taken) for name in kept}
        yield from pa.table({**columns, PLACE_ID: join.place_ids(found)}).to_batches()


class _OverRows(SparkEngine):
    """An engine whose tasks are the partitions of a table of pings; it leaves the session of the table running."""

    def __init__(self, table: DataFrame, piece: Footer, reader: Reader) -> None:
        super().__init__(table.sparkSession, "pings are in a table of Spark")
        self._table, self._piece, self._reader = table, piece, reader

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage; the first one reads the rows of the table."""
        scan: Any = stages[0].work
        first = replace(stages[0], work=partial(_scanned, scan, self._piece, self._reader))
        yield from super().run(tasks, [first, *stages[1:]], step)

    def _tasks(self, number: int) -> DataFrame:
        return self._table


def _scanned(scan: Scan, piece: Footer, reader: Reader, batches: Batches) -> Iterator[pa.RecordBatch]:
    """The rows of a partition as SHUFFLED, the output of the first stage; runs in a worker."""
    numbers = pa.RecordBatch.from_pydict({"number": [0]})
    yield from replace(scan, tasks=(_Partition(batches, piece, reader),))([numbers])


@dataclass(frozen=True)
class _Partition:
    """A task that reads the rows of one partition of the table."""

    batches: Batches
    piece: Footer
    reader: Reader
    rows: int | None = None

    def read(self, unread: Sequence[Span]) -> Iterator[Rows]:
        """All rows of the partition; their lines are counted from 1."""
        before = 1
        for table in _together(self.batches):
            for batch in table.to_batches():
                yield self.reader.rows(self.piece, batch, partial(_lines, before))
                before += len(batch)


def _lines(before: int, rows: Any) -> Any:
    return rows + before


def _together(batches: Batches) -> Iterator[pa.Table]:
    """Tables of about ROWS_AT_ONCE rows, each joined from several batches."""
    some: list[pa.RecordBatch] = []
    for batch in batches:
        some.append(batch)
        if sum(map(len, some)) >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(some).combine_chunks()
            some = []
    if some:
        yield pa.Table.from_batches(some).combine_chunks()


def _empty(table: DataFrame) -> pa.Table:
    """The columns of a table of Spark as Arrow has them, without rows. From Spark 4.3 on, a time zone must be named."""
    names_zone = "timezone" in signature(to_arrow_schema).parameters
    options: dict[str, Any] = {"timezone": "UTC"} if names_zone else {}
    return to_arrow_schema(table.schema, **options).empty_table()


def _selected(table: DataFrame, wanted: Mapping[str, str]) -> DataFrame:
    """The table with only the columns of these parts of a ping; Arrow need not support the types of the others."""
    check_columns(table.columns, wanted, CALLED_PINGS, of="table")
    return table.select(*(f"`{name}`" for name in table.columns if name in wanted.values()))


def _at_hand(places: Any) -> Any:
    """The places of a table of Spark as a table of Arrow; places of any other kind unchanged."""
    if not isinstance(places, DataFrame) and not hasattr(places, "sparkSession"):
        return places
    rows = places.collect()
    values = {name: [_plain(row[at]) for row in rows] for at, name in enumerate(places.columns)}
    shapes = {field.name for field in places.schema if _are_shapes(field.dataType)}
    columns, fields = [], []
    for name, column in values.items():
        try:
            columns.append(pa.array(column))
        except pa.ArrowException:
            continue  # of a type that neither an id nor a shape has
        said: Mapping[str, str] | None = {"ARROW:extension:name": "geoarrow.wkb"} if name in shapes else None
        fields.append(pa.field(name, columns[-1].type, metadata=said))
    return pa.table(columns, schema=pa.schema(fields))


def _are_shapes(kind: DataType) -> bool:
    """Whether the type of a column is one of shapes: the user-defined type of Sedona, or those of Spark 4.1."""
    return isinstance(kind, UserDefinedType) or kind.typeName() in ("geometry", "geography")


def _plain(value: Any) -> Any:
    """A shape as WKB; any other value unchanged."""
    if hasattr(value, "wkb"):
        return bytes(value.wkb)
    if hasattr(value, "getBytes"):
        return bytes(value.getBytes())
    return bytes(value) if isinstance(value, bytearray) else value


@cache
def _folder() -> Path:
    """The folder of this process for indexes, which workers of this machine read while tables that need them live."""
    until_the_end = ExitStack()
    atexit.register(until_the_end.close)
    return until_the_end.enter_context(temporary_folder("tables-"))
