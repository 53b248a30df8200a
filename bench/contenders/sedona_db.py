"""SedonaDB: places in memory, its spatial join over a Parquet scan."""

from importlib.metadata import version

import pyarrow as pa
import sedonadb  # type: ignore[import-not-found]

from bench.answers import completed
from bench.contenders import SHARE_FOR_ENGINE, Answer, Job
from bench.questions import DATAFUSION, Question, sql


class SedonaDB:
    """One session."""

    def __init__(self, job: Job) -> None:
        self.version = version("sedonadb")
        self.days = job.days
        self.session = sedonadb.connect()
        self.session.options.memory_limit = int(job.memory * SHARE_FOR_ENGINE)
        self.session.options.temp_dir = job.scratch
        self.session.sql(f"SET datafusion.execution.target_partitions = {job.cores}").execute()
        self.session.read_parquet(job.pings).to_view("pings")
        self.session.read_parquet(job.places).to_view("places_on_disk")
        loaded = self.session.sql("SELECT place_id, geometry AS geom FROM places_on_disk").to_memtable()
        loaded.to_view("places")
        self.ids = pa.table(self.session.sql("SELECT place_id FROM places"))["place_id"].to_pylist()

    def answer(self, question: Question) -> Answer:
        """Ask in SQL; rows come back as Arrow."""
        rows = pa.table(self.session.sql(sql(question, DATAFUSION)))
        return Answer(completed(rows, self.ids, self.days) if question == "table" else rows, {})


def prepare(job: Job) -> SedonaDB:
    """Connect and load the places."""
    return SedonaDB(job)
