"""One task of a worker, in the order of the flow: read -> judge -> locate -> pack."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.clean import Reasons, Rules, judge
from footfall.engines import Batches
from footfall.implausible import LOOKS_AT, Implausible, fixes_of
from footfall.local_time import DAY, LocalTime
from footfall.locate.extent import Extent
from footfall.read.pings.rows import Lines, Rows, Task, Unread
from footfall.schema import (
    BAD,
    LINES,
    OTHER_DAY,
    OUTSIDE_DAYS,
    QUARANTINED,
    REASONS,
    SCANNED,
    SHUFFLED,
    SOUND,
)
from footfall.shuffle.batches import tally_rows
from footfall.shuffle.records import LINES_RECORD, Longs
from footfall.shuffle.sightings import sightings

Floats = npt.NDArray[np.float64]

LINES_TOGETHER = 1 << 16
"""Bad rows of so many neighbouring lines of a file go to the same part."""


class LookUp(Protocol):
    """What kept pings are looked up in."""

    @property
    def parts(self) -> int:
        """The number of parts that the finds are shuffled to."""

    @property
    def needs_accuracy(self) -> bool:
        """Whether `rows` asks for the accuracy of pings."""

    def rows(
        self, device: pa.Array, at: Longs, lon: Floats, lat: Floats, accuracy: Floats | None
    ) -> Iterator[pa.RecordBatch]:
        """Batches of SHUFFLED for kept pings: device ids, microseconds since 1970 UTC, degrees, metres.

        Metres are NaN where they are missing; they are None where they are not asked for, or no column has them.
        """

    def extent(self) -> Extent | None:
        """The extent of the places; None if there are none."""


@dataclass(frozen=True)
class Scan:
    """The first stage of a job: the rows of the input become SHUFFLED.

    Args:
        tasks: All tasks; workers get their indices.
        rules: Which rows are kept.
        search: What pings are looked up in.
        panel: The zone of the days on which all devices are counted; None if that is not asked.
        implausible: What the rules on devices leave out; None if none is asked.
    """

    tasks: tuple[Task, ...]
    rules: Rules
    search: LookUp
    panel: LocalTime | None = None
    implausible: Implausible | None = None

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """Batches of SHUFFLED of the tasks whose indices are in the first column."""
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                yield from self._scanned(self.tasks[number])

    def _scanned(self, task: Task) -> Iterator[pa.RecordBatch]:
        tallies = Counter(
            {SCANNED: 0}
        )  # always there: behind the shuffle, days are only written where a row comes
        for rows in task.read(self.rules.unread):
            if isinstance(rows, Lines):
                yield self._lines(rows)
            elif isinstance(rows, Unread):
                tallies[OUTSIDE_DAYS] += rows.rows
            else:
                if task.rows is None:
                    tallies[SCANNED] += len(rows)
                yield from self._located(rows, tallies)
        yield tally_rows({tally: n for tally, n in tallies.items() if n or tally == SCANNED})

    def _located(self, rows: Rows, tallies: Counter[str]) -> Iterator[pa.RecordBatch]:
        reasons = self.judged(rows)
        device, at, lon, lat = rows.compared, rows.at, rows.lon, rows.lat
        accuracy = rows.accuracy if self.search.needs_accuracy else None
        if reasons is not None:
            tallies[OUTSIDE_DAYS] += int(np.count_nonzero(reasons == OTHER_DAY))
            bad = np.flatnonzero((reasons != SOUND) & (reasons != OTHER_DAY))
            if len(bad):
                for number, n in enumerate(np.bincount(reasons[bad], minlength=len(REASONS)).tolist()):
                    tallies[REASONS[number]] += n
                yield self._bad(rows, reasons, bad)
            kept = pa.array(reasons == SOUND)
            device, at, lon, lat = (column.filter(kept) for column in (device, at, lon, lat))
            accuracy = accuracy.filter(kept) if accuracy is not None else None
        micros = at.view(pa.int64()).to_numpy()
        if self.panel is not None:
            yield from sightings(device, self.panel.on_clocks(micros) // DAY, self.search.parts)
        given = accuracy.to_numpy(zero_copy_only=False) if accuracy is not None else None
        yield from self.search.rows(device, micros, lon.to_numpy(), lat.to_numpy(), given)

    def judged(self, rows: Rows) -> Reasons | None:
        """For each row the reason why it is not kept, as of `judge`, if any."""
        reasons = judge(rows, self.rules, self.extent())
        if self.implausible is None:
            return reasons
        return self.implausible.judged(rows, reasons, self.rules.asked)

    def extent(self) -> Extent | None:
        """The extent of the places, if it is small enough to judge single rows by; else None."""
        extent = self.search.extent() if self.rules.mirrors else None
        return extent if extent is not None and extent.is_small else None

    def _bad(self, rows: Rows, reasons: Reasons, at: np.ndarray) -> pa.RecordBatch:
        """Rows that cannot be used, spread over all parts, so that no part gets a whole bad file."""
        lines = rows.line(at)
        columns = [
            pa.array(reasons[at]),
            pa.array(np.full(len(at), rows.file, np.int32)),
            pa.array(np.full(len(at), rows.range, np.int32)),
            pa.array(lines),
            rows.device.take(pa.array(at)).cast(pa.string()),
            rows.raw(at),
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, BAD) as stream:
            stream.write_batch(pa.RecordBatch.from_arrays(columns, schema=BAD))
        part = (rows.file + rows.range + int(lines[0]) // LINES_TOGETHER) % self.search.parts
        return _rows([part], QUARANTINED, len(at), sink.getvalue().to_pybytes())

    def _lines(self, lines: Lines) -> pa.RecordBatch:
        """The number of lines, sent to all parts, since any may hold bad rows of a later range of the file."""
        record = np.array([(lines.file, lines.range, lines.lines)], LINES_RECORD).tobytes()
        return _rows(list(range(self.search.parts)), LINES, 1, record)


@dataclass(frozen=True)
class ScanFixes(Scan):
    """The first stage of the search for devices that cannot be: the rows that are kept become FIX records.

    Args:
        zone: That of local days.
        reasons: The rules on devices that are asked.
    """

    zone: LocalTime = field(kw_only=True)
    reasons: tuple[str, ...] = field(kw_only=True)

    def _scanned(self, task: Task) -> Iterator[pa.RecordBatch]:
        for rows in task.read(self.rules.unread):
            if isinstance(rows, Lines | Unread):
                continue
            reasons = judge(rows, self.rules, self.extent())
            fixes = fixes_of(rows, None if reasons is None else np.flatnonzero(reasons == SOUND), self.zone)
            for by in sorted({LOOKS_AT[reason] for reason in self.reasons}):
                yield from fixes.rows(by, self.search.parts)


def _rows(parts: list[int], tally: str, n: int, records: bytes) -> pa.RecordBatch:
    """A row of SHUFFLED for each of these parts, equal in all other columns."""
    rows = len(parts)
    columns = [
        pa.array(parts, pa.int32()),
        pa.array([tally] * rows, pa.string()),
        pa.array([n] * rows, pa.int64()),
        pa.array([records] * rows, pa.binary()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SHUFFLED)
