"""Finds visits in pings: by `footfall run`, and by the tools that find stays of people."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import shapely

from bench.polygons import Polygons
from bench.surroundings import OWN, PEERS, ROOT
from bench.truth.town import DAY, Stay

GAP = 30 * 60
"""Seconds: footfall's `visit_gap`, and the longest time without a ping within a stay of the others."""

AT_LEAST = 5 * 60
"""Seconds that a stay lasts for the others, and a visit in the second row of footfall."""

COUNTS = ("pings", "devices", "visits", "single_ping_visits")


class Visit(NamedTuple):
    """A visit that footfall counts; seconds since 1970."""

    stay: Stay
    pings: int


class Disagreement(Exception):
    """The visits by the definition are not those that footfall published."""


def footfall(pings: pa.Table, shapes: Polygons, folder: Path) -> list[Stay]:
    """The visits that `footfall run` counts of the files `pings.parquet` and `places.parquet` of the folder.

    What a run publishes are sums, which nobody can follow to a single visit. So visits are made here from the
    definition (docs/definitions.md) and GEOS, and what they add up to must be the published table, row by row.

    Raises:
        Disagreement: It is not.
    """
    visits, counted = visits_by_definition(pings, shapes)
    published = _published(folder)
    for row in published.to_pylist():
        key = int(row["place_id"][1:]), int(np.datetime64(row["day"], "D").astype(np.int64))
        wanted = counted.get(key, (0, 0, 0, 0))
        if tuple(row[name] for name in COUNTS) != wanted:
            raise Disagreement(f"place and day {key}: footfall published {row}, by the definition {wanted}")
    total = sum(published["visits"].to_pylist())
    if total != len(visits):
        raise Disagreement(f"footfall published {total} visits, by the definition there are {len(visits)}")
    return [visit.stay for visit in visits]


def others(names: Sequence[str], folders: Sequence[Path]) -> dict[str, str]:
    """Let other tools write their stays into the folders; gives why one could not, by its name."""
    failures = {}
    for name in names:
        words = [str(PEERS / "bin" / "python"), "-m", "bench.truth.stays", name, *map(str, folders)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)  # noqa: S603 - our own words
        if done.returncode:
            failures[name] = done.stderr.strip().splitlines()[-1]
    return failures


def stays(name: str, shapes: Polygons, folder: Path) -> list[Stay]:
    """The stays that a tool wrote, in each place whose polygon holds their centre."""
    rows = pq.read_table(folder / f"{name}.parquet")
    points = shapely.points(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    stay, place = shapely.STRtree(shapes).query(points, predicate="within")
    columns = (rows[key].to_numpy() for key in ("device", "start", "end"))
    device, start, end = (column[stay].tolist() for column in columns)
    return [Stay(int(d[1:]), p, s, e) for d, p, s, e in zip(device, place.tolist(), start, end, strict=True)]


def visits_by_definition(
    pings: pa.Table, shapes: Polygons
) -> tuple[list[Visit], dict[tuple[int, int], tuple[int, ...]]]:
    """Visits by the definition, and the counts of COUNTS by place and day since 1970."""
    points = shapely.points(pings["lon"].to_numpy(), pings["lat"].to_numpy())
    ping, place = shapely.STRtree(shapes).query(points, predicate="within")
    micros = pings["at"].cast(pa.int64()).to_numpy()[ping]
    person = np.array([int(device[1:]) for device in pings["device"].to_pylist()])[ping]
    order = np.lexsort([micros, person, place])
    place, person, micros = place[order], person[order], micros[order]
    new = (place[1:] != place[:-1]) | (person[1:] != person[:-1]) | (np.diff(micros) > GAP * 1_000_000)
    first = np.flatnonzero(np.append(True, new)) if len(place) else np.empty(0, np.int64)
    after = np.append(first[1:], len(place))
    found = [
        Visit(Stay(int(person[a]), int(place[a]), micros[a] / 1e6, micros[b - 1] / 1e6), int(b - a))
        for a, b in zip(first, after, strict=True)
    ]
    days = micros // (DAY * 1_000_000)
    counted: dict[tuple[int, int], tuple[int, ...]] = {}
    for key in {*zip(place.tolist(), days.tolist(), strict=True)}:
        here = (place == key[0]) & (days == key[1])
        starting = [visit for visit in found if (visit.stay.place, visit.stay.start // DAY) == key]
        singles = sum(visit.pings == 1 for visit in starting)
        counted[key] = (int(here.sum()), len(np.unique(person[here])), len(starting), singles)
    return found, counted


def _published(folder: Path) -> pa.Table:
    """The table of a run over the files of the folder."""
    inputs = ["--pings-path", folder / "pings.parquet", "--places-path", folder / "places.parquet"]
    words = [OWN / "bin" / "footfall", "run", *inputs, "--output", folder / "out", "--privacy-k", "1"]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True)  # noqa: S603 - our own words
    if done.returncode:
        raise Disagreement(f"footfall run ended with {done.returncode}: {done.stderr[-400:]}")
    by_day = ds.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")
    return ds.dataset(folder / "out" / "footfall", partitioning=by_day).to_table()
