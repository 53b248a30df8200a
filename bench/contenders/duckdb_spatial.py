"""DuckDB with its extension spatial: places in a table, the operator SPATIAL_JOIN over a Parquet scan."""

import duckdb

from bench.answers import completed
from bench.commands.duckdb_spatial import extension
from bench.contenders import SHARE_FOR_ENGINE, Answer, Job
from bench.questions import DUCKDB, Question, sql


class DuckDB:
    """One connection with its own temporary folder."""

    def __init__(self, job: Job) -> None:
        self.version = duckdb.__version__
        self.days = job.days
        self.connection = duckdb.connect(
            config={
                "allow_unsigned_extensions": "true",
                "threads": job.cores,
                "memory_limit": f"{int(job.memory * SHARE_FOR_ENGINE) >> 20}MiB",
                "temp_directory": job.scratch,
                "preserve_insertion_order": "false",
            }
        )
        self.connection.load_extension(extension("spatial"))
        self.connection.read_parquet(job.pings).create_view("pings")
        self.connection.execute(
            "CREATE TABLE places AS SELECT place_id, geometry AS geom FROM read_parquet(?)", [job.places]
        )
        self.ids = [row[0] for row in self.connection.sql("SELECT place_id FROM places").fetchall()]

    def answer(self, question: Question) -> Answer:
        """Ask in SQL; rows come back as Arrow."""
        rows = self.connection.execute(sql(question, DUCKDB)).to_arrow_table()
        return Answer(completed(rows, self.ids, self.days) if question == "table" else rows, {})


def prepare(job: Job) -> DuckDB:
    """Connect and load the places."""
    return DuckDB(job)
