"""Footfall itself: its embedded engine, its stages and its defaults, without checks, publishing and report.

All that touches footfall's own code stands here.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.contenders import Answer, Job
from bench.questions import DAY, Question
from footfall import __version__
from footfall.counting import Counting, count
from footfall.engines import Batches, Stage
from footfall.locate import Search, build, search_in
from footfall.platforms.engine import embedded
from footfall.publish.output import Target
from footfall.read.pings import PingInput, read_pings
from footfall.read.pings.parquet.opened import opened
from footfall.read.pings.parquet.row_groups import ROWS_PER_BATCH, RowGroups
from footfall.read.places import read_places
from footfall.runs.progress import SilentStep
from footfall.schema import FOOTFALL
from footfall.settings import Settings

JOINED = pa.schema([("place", pa.int32()), ("day", pa.date32()), ("pings", pa.int64())])


class Footfall:
    """Footfall's workers and its places."""

    def __init__(self, job: Job) -> None:
        self.version = __version__
        self.settings = _settings(job)
        self.scratch = Path(job.scratch)
        self.days = [date.fromisoformat(day) for day in job.days]
        self.engine = embedded(self.settings, "the bench asks for it")
        self.places = read_places(self.settings.places).places
        self.answers = 0

    def answer(self, question: Question) -> Answer:
        """Index the places, read the pings, count."""
        pings = read_pings(self.settings.pings, self.engine.workers)
        self.answers += 1
        folder = self.scratch / f"answer-{self.answers}"
        folder.mkdir()
        started = time.perf_counter()
        # A new index each time, in a folder of its own, so that no worker knows it yet.
        index = build(self.places, pings.row_estimate)
        search = search_in(index, pings.row_estimate, self.settings, self.engine, folder)
        parts = {"index": time.perf_counter() - started}
        rows = self._join(pings, search) if question == "join" else self._table(pings, search, folder)
        return Answer(rows, parts)

    def _join(self, pings: PingInput, search: Search) -> pa.Table:
        """The kernel in the tasks that read the files, which add up as far as they see."""
        stage = Stage(
            _Join(tuple(task for task in pings.tasks if isinstance(task, RowGroups)), search), JOINED
        )
        counted = pa.Table.from_batches(self.engine.run(len(pings.tasks), [stage], SilentStep()), JOINED)
        summed = counted.group_by(["place", "day"]).aggregate([("pings", "sum")])
        ids = pa.array([place.place_id for place in self.places], pa.string())
        columns = {"place_id": ids.take(summed["place"]), "day": summed["day"], "pings": summed["pings_sum"]}
        return pa.table(columns)

    def _table(self, pings: PingInput, search: Search, folder: Path) -> pa.Table:
        """All three stages; what workers wrote is read back."""
        target = Target(str(folder / "pieces"), FOOTFALL, str(folder / "quarantine"), "bench")
        workers = self.engine.workers, self.engine.memory
        counting = Counting(self.settings, self.places, target, *workers, datetime.now(UTC))
        counts = count(self.engine, pings, search, counting, SilentStep())
        return pa.concat_tables(pq.read_table(piece.path) for piece in counts.pieces)


@dataclass(frozen=True)
class _Join:
    """The stage of the question `join`: pings per place and UTC day, of all that a task reads."""

    tasks: tuple[RowGroups, ...]
    search: Search

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        finder = self.search.finder()
        keys, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for batch in self._read(numbers):
            ping, place, *_ = finder.find(batch["lon"].to_numpy(), batch["lat"].to_numpy())
            at = batch["at"].view(pa.int64()).to_numpy()
            first = int(at.min()) // DAY
            days = int(at.max()) // DAY - first + 1
            counted = np.bincount(place if days == 1 else place * np.int64(days) + (at[ping] // DAY - first))
            some = np.flatnonzero(counted)
            keys.append(((some // days) << 32) + some % days + first)
            counts.append(counted[some])
        key, at = np.unique(np.concatenate(keys), return_inverse=True)
        columns = [
            pa.array((key >> 32).astype(np.int32)),
            pa.array((key & 0xFFFFFFFF).astype(np.int32)).cast(pa.date32()),
            pa.array(np.bincount(at, np.concatenate(counts), len(key)).astype(np.int64)),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=JOINED)

    def _read(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """Only the columns that the question needs, as the peers read them."""
        for task in (self.tasks[number] for batch in numbers for number in batch["number"].to_pylist()):
            for piece in task.pieces:
                groups = [group.number for group in piece.groups]
                with opened(piece.file) as file:
                    yield from file.parquet.iter_batches(
                        ROWS_PER_BATCH, groups, ["at", "lon", "lat"], use_threads=False
                    )


def _settings(job: Job) -> Settings:
    return Settings.model_validate(
        {
            "pings": {"path": job.pings},
            "places": {"path": job.places},
            "output": job.scratch,
            "days": {"from": job.days[0], "to": job.days[-1]},
            "privacy": {"k": 1},
            "workers": job.cores,
            "memory": f"{job.memory >> 20}m",
            "scratch": job.scratch,
        }
    )


def prepare(job: Job) -> Footfall:
    """Start the workers and read the places."""
    return Footfall(job)
