"""Footfall itself: the steps of its pipeline, without quarantine, checks, publishing and report.

All that touches footfall's own code stands here.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyspark
from pyspark.sql import functions as f

from bench.contenders import SHARE_FOR_JAVA, Answer, Job
from bench.questions import Question
from footfall import __version__, aggregate, clean
from footfall.engines.spark.session import local_session
from footfall.engines.spark.workers import Batches, map_batches, sent
from footfall.locate import Search, build
from footfall.locate.finder import finder_of
from footfall.pipeline import AUDITED_PINGS, find_places
from footfall.read.pings import PingInput, read_pings
from footfall.read.pings.parquet.row_groups import RowGroups
from footfall.read.places import read_places
from footfall.settings import Settings
from footfall.shuffle.records import parts_for

COLUMNS_OF_JOIN = {"at": "at", "lon": "lon", "lat": "lat"}
COUNTS = "place int, day date, pings long"
DAY = 86_400_000_000
"""Microseconds."""


class Footfall:
    """Footfall's session and its places."""

    def __init__(self, job: Job) -> None:
        self.version = f"{__version__} on pyspark {pyspark.__version__}"
        self.settings = _settings(job)
        self.scratch = Path(job.scratch)
        self.days = [date.fromisoformat(day) for day in job.days]
        self.spark = local_session(self.settings.spark)
        self.spark.sparkContext.setLogLevel("ERROR")
        self.places = read_places(self.settings.places).places
        self.answers = 0

    def answer(self, question: Question) -> Answer:
        """Index the places, read the pings, count."""
        pings = read_pings(self.spark, self.settings.pings)
        started = time.perf_counter()
        index = self._index(pings.about)
        parts = {"index": time.perf_counter() - started}
        search = Search(
            index, self.settings.boundary, parts_for(pings.about), 1 + pings.about // AUDITED_PINGS
        )
        return Answer(self._join(pings, index) if question == "join" else self._table(pings, search), parts)

    def _index(self, pings: int) -> Path:
        """A new index each time, in a folder of its own, so that no worker knows it yet."""
        self.answers += 1
        folder = self.scratch / f"index-{self.answers}"
        folder.mkdir()
        return build(self.places, pings).save(folder)

    def _join(self, pings: PingInput, index: Path) -> pa.Table:
        """The kernel in the tasks that read the files, which add up as far as they see."""
        (groups,) = (RowGroups(each.tasks, COLUMNS_OF_JOIN) for each in pings.by_tasks)
        search = partial(_count, groups, sent(self.spark, index), self.settings.boundary)
        counted = map_batches(groups.frame(self.spark), search, COUNTS)
        summed = counted.groupBy("place", "day").agg(f.sum("pings").alias("pings")).toArrow()
        ids = np.array([place.place_id for place in self.places], dtype=object)
        return summed.append_column("place_id", pa.array(ids[summed["place"].to_numpy()]))

    def _table(self, pings: PingInput, search: Search) -> pa.Table:
        located, _ = find_places(self.spark, pings, clean.Rules.of(self.settings), search)
        counted = aggregate.count(located, aggregate.VisitRules.of(self.settings), search.parts)
        return aggregate.complete(counted, self.places, self.days, self.settings.privacy.k).toArrow()


def _count(
    groups: RowGroups, index: Callable[[], str], boundary: str, numbers: Batches
) -> Iterator[pa.RecordBatch]:
    """Pings per place and UTC day, of all that a task reads."""
    finder = finder_of(index(), boundary)
    keys, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for batch in groups.read(numbers):
        ping, place, *_ = finder.find(batch.column("lon").to_numpy(), batch.column("lat").to_numpy())
        at = batch.column("at").view(pa.int64()).to_numpy()
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
    yield pa.RecordBatch.from_arrays(columns, names=["place", "day", "pings"])


def _settings(job: Job) -> Settings:
    return Settings.model_validate(
        {
            "pings": {"path": job.pings},
            "places": {"path": job.places},
            "output": job.scratch,
            "days": {"from": job.days[0], "to": job.days[-1]},
            "privacy": {"k": 1},
            "spark": {
                "master": f"local[{job.cores}]",
                "memory": f"{int(job.memory * SHARE_FOR_JAVA) >> 20}m",
            },
        }
    )


def prepare(job: Job) -> Footfall:
    """Start Spark and read the places."""
    return Footfall(job)
