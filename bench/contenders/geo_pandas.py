"""GeoPandas: `sjoin` over one row group at a time, in as many processes as cores."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench.answers import completed
from bench.contenders import Answer, Job
from bench.questions import BUCKET_ENDS, DAY, GAP_MINUTES, MINUTE, Question

HOURS = [f"hour_{hour}" for hour in range(24)]
BUCKETS = [f"bucket_{bucket}" for bucket in range(len(BUCKET_ENDS) + 1)]
"""Columns that the lists are made of."""

_places: geopandas.GeoDataFrame
"""The places of a process of the pool."""


class GeoPandas:
    """A pool of processes that hold the places."""

    def __init__(self, job: Job) -> None:
        self.version = version("geopandas")
        self.job = job
        places = geopandas.read_parquet(job.places)
        self.ids = places["place_id"].tolist()
        self.pool = ProcessPoolExecutor(job.cores, get_context("spawn"), _hold, (places,))
        self.groups = pq.ParquetFile(job.pings).metadata.num_row_groups
        list(self.pool.map(abs, range(job.cores)))  # starts the processes

    def answer(self, question: Question) -> Answer:
        """Find the places group by group; count in one process."""
        if question == "join":
            counts = pd.concat(self.pool.map(partial(_count, self.job.pings), range(self.groups)))
            totals = counts.groupby(["place", "day"])[["pings"]].sum().reset_index()
            return Answer(self._table(totals), {})
        hits = pd.concat(self.pool.map(partial(_hits, self.job.pings), range(self.groups)), ignore_index=True)
        return Answer(completed(self._table(_footfall(hits)), self.ids, self.job.days), {})

    def _table(self, counted: pd.DataFrame) -> pa.Table:
        place_id = np.array(self.ids, dtype=object)[counted.pop("place").to_numpy()]
        return pa.Table.from_pandas(counted.assign(place_id=place_id), preserve_index=False)


def _hold(places: geopandas.GeoDataFrame) -> None:
    global _places
    _places = places[["geometry"]]


def _located(file: str, group: int, columns: list[str]) -> pd.DataFrame:
    """Pings of a row group inside places, once per `place`; `us` is in microseconds."""
    pings = pq.ParquetFile(file).read_row_group(
        group, columns=["at", "lon", "lat", *columns], use_threads=False
    )
    points = geopandas.points_from_xy(pings["lon"].to_numpy(), pings["lat"].to_numpy(), crs=_places.crs)
    frame = pings.set_column(0, "us", pings["at"].cast(pa.int64())).to_pandas()
    joined = geopandas.sjoin(geopandas.GeoDataFrame(frame, geometry=points), _places, predicate="within")
    return pd.DataFrame(joined.drop(columns="geometry")).rename(columns={"index_right": "place"})


def _count(file: str, group: int) -> pd.DataFrame:
    hits = _located(file, group, [])
    return (
        hits.groupby(["place", hits["us"] // DAY])
        .size()
        .rename_axis(["place", "day"])
        .reset_index(name="pings")
    )


def _hits(file: str, group: int) -> pd.DataFrame:
    return _located(file, group, ["device"])


def _footfall(hits: pd.DataFrame) -> pd.DataFrame:
    """The measures per `place` and `day`, without rows of zeros."""
    hits["device"] = pd.factorize(hits["device"])[0]  # numbers sort faster than texts
    pings = hits.drop_duplicates(ignore_index=True).sort_values(["place", "device", "us"], ignore_index=True)
    pings["day"] = pings["us"] // DAY
    before = pings.shift()
    other = (pings["place"] != before["place"]) | (pings["device"] != before["device"])
    starts = (other | (pings["us"] - before["us"] > GAP_MINUTES * MINUTE)).to_numpy()
    pings["new_device"] = other | (pings["day"] != before["day"])
    days = pings.groupby(["place", "day"]).agg(pings=("us", "size"), devices=("new_device", "sum"))
    measured = _measures(_visits(pings, starts))
    table = days.join(measured)
    counts = [name for name in table.columns if not name.startswith(("dwell_seconds", "list"))]
    table[counts] = table[counts].fillna(0).astype(np.int64)
    return _with_lists(table).reset_index()


def _visits(pings: pd.DataFrame, starts: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> pd.DataFrame:
    """One row per visit: place, start day, hour, number of pings and dwell in seconds."""
    first = np.flatnonzero(starts)
    visit = np.cumsum(starts) - 1
    start_us = pings["us"].to_numpy()[first]
    followed = pings["us"].to_numpy() < ((start_us // DAY + 2) * DAY)[visit]
    last = pings["us"].where(followed).groupby(visit).max().to_numpy()
    number = np.bincount(visit)
    dwell = np.where(number > 1, (last - start_us) / 1e6, np.nan)
    place, day = (pings[name].to_numpy()[first] for name in ("place", "day"))
    hour = start_us % DAY // (60 * MINUTE)
    return pd.DataFrame({"place": place, "day": day, "hour": hour, "single": number == 1, "dwell": dwell})


def _measures(visits: pd.DataFrame) -> pd.DataFrame:
    keys = ["place", "day"]
    groups = visits.groupby(keys)
    table = groups.agg(visits=("single", "size"), single_ping_visits=("single", "sum"))
    quartiles = groups["dwell"].quantile(np.array([0.25, 0.5, 0.75])).unstack()
    for percent in (25, 50, 75):
        table[f"dwell_seconds_p{percent}"] = quartiles[percent / 100]
    ends = [60 * minutes for minutes in BUCKET_ENDS]
    long = visits[visits["dwell"].notna()]
    bucket = pd.Series(np.searchsorted(ends, long["dwell"], side="right"), index=long.index)
    for names, values, rows in ((HOURS, visits["hour"], visits), (BUCKETS, bucket, long)):
        counts = rows.groupby([*keys, values.rename("value")]).size().unstack(fill_value=0)
        counts = counts.reindex(columns=range(len(names)), fill_value=0)
        counts.columns = pd.Index(names)
        table = table.join(counts)
    return table


def _with_lists(table: pd.DataFrame) -> pd.DataFrame:
    rest = table.drop(columns=[*HOURS, *BUCKETS])
    rest["visits_by_hour"] = pd.Series(list(table[HOURS].to_numpy()), table.index)
    rest["dwell_buckets"] = pd.Series(list(table[BUCKETS].to_numpy()), table.index)
    return rest


def prepare(job: Job) -> GeoPandas:
    """Load the places and start the processes."""
    return GeoPandas(job)
