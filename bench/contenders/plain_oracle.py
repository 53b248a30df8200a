"""An oracle for small data: shapely finds the places, plain loops count, as docs/definitions.md says."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from bench.contenders import Answer, Job
from bench.questions import BUCKET_ENDS, DAY, GAP_MINUTES, MINUTE, Question

Key = tuple[str, int]
"""A place and a day since 1970-01-01."""


JOIN = pa.schema([("place_id", pa.string()), ("day", pa.int64()), ("pings", pa.int64())])


class Hit(NamedTuple):
    """A ping inside a place; `us` is in microseconds."""

    place_id: str
    device: str
    us: int
    lon: float
    lat: float


class Oracle:
    """All pings in memory: for small data only."""

    def __init__(self, job: Job) -> None:
        self.version = f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}"
        self.job = job
        places = pq.read_table(job.places, columns=["place_id", "geometry"])
        self.ids = places["place_id"].to_pylist()
        self.tree = shapely.STRtree(shapely.from_wkb(places["geometry"].to_numpy(zero_copy_only=False)))

    def answer(self, question: Question) -> Answer:
        """Find, then count."""
        hits = self._hits()
        rows = _join(hits) if question == "join" else _table(hits, self.ids, self.job.days)
        return Answer(pa.Table.from_pylist(rows, JOIN if question == "join" else None), {})

    def _hits(self) -> list[Hit]:
        pings = pq.read_table(self.job.pings)
        points = shapely.points(pings["lon"].to_numpy(), pings["lat"].to_numpy())
        found, place = self.tree.query(points, predicate="within")
        inside = pings.take(pa.array(found)).set_column(
            1, "at", pings["at"].cast(pa.int64()).take(pa.array(found))
        )
        values = zip(*(inside[name].to_pylist() for name in ("device", "at", "lon", "lat")), strict=True)
        return [Hit(self.ids[number], *rest) for number, rest in zip(place, values, strict=True)]


def _join(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    counts: dict[Key, int] = defaultdict(int)
    for hit in hits:
        counts[hit.place_id, hit.us // DAY] += 1
    return [{"place_id": place, "day": day, "pings": pings} for (place, day), pings in counts.items()]


def _table(hits: list[Hit], ids: list[str], days: list[str]) -> list[dict[str, Any]]:
    pings: dict[Key, int] = defaultdict(int)
    devices: dict[Key, set[str]] = defaultdict(set)
    visits: dict[Key, list[list[int]]] = defaultdict(list)
    times: dict[tuple[str, str], list[int]] = defaultdict(list)
    for hit in set(hits):
        pings[hit.place_id, hit.us // DAY] += 1
        devices[hit.place_id, hit.us // DAY].add(hit.device)
        times[hit.place_id, hit.device].append(hit.us)
    for (place_id, _), instants in times.items():
        for visit in visits_of(sorted(instants)):
            visits[place_id, visit[0] // DAY].append(visit)
    first = date(1970, 1, 1)
    keys = [(place_id, (date.fromisoformat(day) - first).days) for place_id in ids for day in days]
    return [
        {
            "place_id": key[0],
            "day": first + timedelta(days=key[1]),
            "pings": pings[key],
            "devices": len(devices[key]),
            **measures(visits[key]),
        }
        for key in keys
    ]


def visits_of(instants: list[int]) -> list[list[int]]:
    """Cut sorted instants (us) where the gap is longer than 30 minutes."""
    visits = [[instants[0]]]
    for before, at in pairwise(instants):
        if at - before > GAP_MINUTES * MINUTE:
            visits.append([])
        visits[-1].append(at)
    return visits


def measures(visits: list[list[int]]) -> dict[str, Any]:
    """What the table tells of the visits that start on one day in one place."""
    hours, buckets = [0] * 24, [0] * (len(BUCKET_ENDS) + 1)
    dwells = []
    for visit in visits:
        hours[visit[0] % DAY // (60 * MINUTE)] += 1
        if len(visit) > 1:
            followed = (visit[0] // DAY + 2) * DAY
            dwell = max(at for at in visit if at < followed) - visit[0]
            dwells.append(dwell)
            buckets[sum(dwell >= end * MINUTE for end in BUCKET_ENDS)] += 1
    quartiles = {f"dwell_seconds_p{p}": percentile(sorted(dwells), p) for p in (25, 50, 75)}
    return {
        "visits": len(visits),
        "single_ping_visits": len(visits) - len(dwells),
        **quartiles,
        "visits_by_hour": hours,
        "dwell_buckets": buckets,
    }


def percentile(dwells: list[int], percent: int) -> float | None:
    """The percentile of sorted dwells (us) in seconds, with linear interpolation; None of none."""
    if not dwells:
        return None
    low, rest = divmod((len(dwells) - 1) * percent, 100)
    high = min(low + 1, len(dwells) - 1)
    return (dwells[low] * (100 - rest) + dwells[high] * rest) / 100 / 1e6


def prepare(job: Job) -> Oracle:
    """Load the places."""
    return Oracle(job)
