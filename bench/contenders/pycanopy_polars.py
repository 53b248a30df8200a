"""PyCanopy joins, Polars does the rest: places in memory, pings read from Parquet for each answer."""

from importlib.metadata import version

import polars as pl  # type: ignore[import-not-found]

from bench.commands.pycanopy_polars import COLUMNS, footfall, found, published
from bench.contenders import Answer, Job
from bench.questions import DAY, Question


class PyCanopy:
    """The places, and the name of the file of pings."""

    def __init__(self, job: Job) -> None:
        self.version = version("pycanopy")
        self.days, self.pings = job.days, pl.scan_parquet(job.pings)
        self.places = pl.read_parquet(job.places, columns=["place_id", "geometry"])

    def answer(self, question: Question) -> Answer:
        """Index the places, join, and let Polars count."""
        ids = self.places["place_id"]
        if question == "join":
            hits = found(self.places, self.pings.select(COLUMNS[1:]).collect(), ["us"])
            counted = hits.group_by("place", day=pl.col("us") // DAY).agg(pings=pl.len())
            rows = counted.join(ids.to_frame().lazy().with_row_index("place"), on="place").drop("place")
        else:
            hits = found(self.places, self.pings.select(COLUMNS).collect(), ["device", "us", "lon", "lat"])
            rows = published(footfall(hits), ids, self.days)
        return Answer(rows.collect().to_arrow(), {})


def prepare(job: Job) -> PyCanopy:
    """Load the places."""
    return PyCanopy(job)
