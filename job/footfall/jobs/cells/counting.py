"""The table of the job and its stages: pings find their cells, parts sum them up, and the rows of days are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.aggregate.complements import hidden_among_others
from footfall.aggregate.days import Day, Placed, WriteDays, date_of
from footfall.aggregate.parts import SumPart
from footfall.aggregate.sums import SUMMED, Days
from footfall.extras import needed
from footfall.local_time import DAY, SECOND, LocalTime
from footfall.scan import Floats
from footfall.schema import DUPLICATE
from footfall.shuffle.batches import record_rows
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.records import Longs, Records
from footfall.table import Column, DayTable

with needed("cells"):
    from h3.api.basic_int import int_to_str, latlng_to_cell

HOUR = 3600 * SECOND
NUMBERS = [(name, pa.int64()) for name in ("day", "hour", "pings", "devices")]
NO_SUMS = pa.schema([("cell", pa.uint64()), *NUMBERS]).empty_table()

CELL_HOURS = DayTable(
    "cells",
    (pa.field("cell", pa.string(), nullable=False), pa.field("hour", pa.int32(), nullable=False)),
    (
        Column("pings", pa.int64(), "distinct pings in the cell in that local hour"),
        Column(
            "devices",
            pa.int64(),
            "devices that sent them",
            laws=(("no more devices than pings", lambda row: row["devices"] <= row["pings"]),),
        ),
    ),
)
"""The published table: one row per cell, day and local hour that has a ping."""

FOUND = np.dtype(
    [("cell", "<u8"), ("at", "<i8"), ("who", "<u8"), ("who2", "<u8"), ("lon", "<u8"), ("lat", "<u8")]
)
"""A ping in its cell: microseconds since 1970 UTC, 128 bits for the device, the bits of the degrees."""


@dataclass(frozen=True)
class Grid:
    """The cells of a resolution; finds of a device go to one of so many parts."""

    resolution: int
    parts: int
    needs_accuracy: ClassVar[bool] = False

    def rows(
        self, device: pa.Array, at: Longs, lon: Floats, lat: Floats, accuracy: Floats | None
    ) -> Iterator[pa.RecordBatch]:
        """SHUFFLED with FOUND records, for kept pings."""
        who, who2 = fingerprints(device)
        cells = map(latlng_to_cell, lat.tolist(), lon.tolist(), repeat(self.resolution))
        part = (who % np.uint64(self.parts)).astype(np.int64)
        order, found = np.argsort(part, kind="stable"), np.empty(len(at), FOUND)
        degrees = ((each + 0.0).view(np.uint64) for each in (lon, lat))  # no -0.0
        for name, column in zip(
            FOUND.names or (), (np.fromiter(cells, np.uint64, len(at)), at, who, who2, *degrees), strict=True
        ):
            found[name] = column[order]
        yield from record_rows(None, (found, np.cumsum(np.bincount(part, minlength=self.parts))))

    def extent(self) -> None:
        """None: the grid is everywhere."""


@dataclass(frozen=True)
class SumCells(SumPart):
    """Sums one part up: all pings of some devices."""

    record: ClassVar[np.dtype[np.void]] = FOUND

    def _sums(self, pings: Sequence[Records], tallies: Days) -> Iterator[tuple[set[int], pa.RecordBatch]]:
        found = np.concatenate([np.empty(0, FOUND), *pings])
        local = LocalTime(*self.rules.clock[:2]).on_clocks(found["at"])
        table = pa.table({name: found[name] for name in FOUND.names or ()})
        table = table.append_column("day", [local // DAY]).append_column("hour", [local // HOUR % 24])
        once = _counted(table, table.column_names)
        for day, times in zip(once["day"].to_pylist(), once["count_all"].to_pylist(), strict=True):
            if times > 1:
                tallies[DUPLICATE, day] += times - 1
        devices = _counted(once.drop_columns("count_all"), ["cell", "day", "hour", "who", "who2"])
        rows = devices.group_by(["cell", "day", "hour"], use_threads=False).aggregate(
            [("count_all", "sum"), ([], "count_all")]
        )
        rows = rows.rename_columns(["cell", "day", "hour", "pings", "devices"])
        for day in rows["day"].unique().to_pylist():
            yield {day}, self._row(day, rows.filter(pc.equal(rows["day"], day)))

    def _row(self, day: int, rows: pa.Table) -> pa.RecordBatch:
        """The sums of a day as a row of SUMMED."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)
        part = int(self.days.of(np.array([day], np.int32), np.zeros(1, np.int32))[0])
        row = {"part": part, "place": 0, "day": date_of(day), "n": pc.sum(rows["pings"]).as_py()}
        return pa.RecordBatch.from_pylist([{**row, "sums": sink.getvalue().to_pybytes()}], schema=SUMMED)


@dataclass(frozen=True)
class WriteCells(WriteDays):
    """Adds up what the parts have of a day, and holds rows back."""

    def _rows(self, day: Day, chunk: int, placed: Placed) -> tuple[int, pa.Table]:
        stored = [each for rows in placed.rows(day, chunk) for each in rows["sums"].to_pylist()]
        rows = pa.concat_tables([NO_SUMS, *(pa.ipc.open_stream(each).read_all() for each in stored)])
        rows = rows.group_by(["cell", "hour"], use_threads=False).aggregate(
            [("pings", "sum"), ("devices", "sum")]
        )
        kept = pc.sum(rows["pings_sum"]).as_py() or 0
        hidden = hidden_among_others(rows["pings_sum"].to_numpy(), rows["devices_sum"].to_numpy(), self.k)
        if hidden is None:
            rows, hidden = rows.slice(0, 0), np.zeros(0, np.bool_)
        cell, hour, pings, devices = (column.to_numpy() for column in rows.columns)
        columns = [
            pa.array(map(int_to_str, cell.tolist()), pa.string()),
            pa.repeat(pa.scalar(date_of(day), pa.date32()), len(rows)),
            pa.array(hour, pa.int32()),
            *(pa.array(each, pa.int64(), mask=hidden) for each in (pings, devices)),
            pa.array(hidden),
        ]
        table = pa.Table.from_arrays(columns, schema=CELL_HOURS.schema)
        return kept, table.sort_by([(key, "ascending") for key in CELL_HOURS.key_names])


def _counted(table: pa.Table, keys: list[str]) -> pa.Table:
    return table.group_by(keys, use_threads=False).aggregate([([], "count_all")])
