"""Footfall itself: the steps of its pipeline, without quarantine, checks, publishing and report.

All that touches footfall's own code stands here.
"""

import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyspark
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from bench.contenders import SHARE_FOR_JAVA, Answer, Job
from bench.questions import Question
from footfall import __version__, aggregate, clean
from footfall.locate import build, locate
from footfall.read.pings import read_pings
from footfall.read.places import read_places
from footfall.session import local_session
from footfall.settings import Settings


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
        started = time.perf_counter()
        index = self._index()
        parts = {"index": time.perf_counter() - started}
        judged = clean.judge(read_pings(self.spark, self.settings.pings).rows, clean.Rules.of(self.settings))
        return Answer(self._join(judged, index) if question == "join" else self._table(judged, index), parts)

    def _index(self) -> Path:
        """A new index each time, in a folder of its own: a session takes each file name once."""
        self.answers += 1
        folder = self.scratch / f"index-{self.answers}"
        folder.mkdir()
        written = build(self.places).save(folder)
        return written.rename(written.with_name(f"{self.answers}-{written.name}"))

    def _join(self, judged: DataFrame, index: Path) -> pa.Table:
        every = judged.select("reason", "day", "device", "at", "lon", "lat", f.lit(1).cast("long").alias("n"))
        located = locate(every, index, self.settings.boundary).where(f.col("tally").isNull())
        counted = located.groupBy("place", "day").agg(f.count(f.lit(1)).alias("pings")).toArrow()
        ids = np.array([place.place_id for place in self.places], dtype=object)
        return counted.append_column("place_id", pa.array(ids[counted["place"].to_numpy()]))

    def _table(self, judged: DataFrame, index: Path) -> pa.Table:
        located = locate(clean.distinct(judged), index, self.settings.boundary)
        counted = aggregate.count(located, aggregate.VisitRules.of(self.settings))
        return aggregate.complete(counted, self.places, self.days, self.settings.privacy.k).toArrow()


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
