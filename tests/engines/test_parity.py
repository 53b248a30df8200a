"""The same bytes: each engine, any number of workers and any cut give one table, and one digest a day."""

import gzip
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
import shapely
import yaml

from footfall import counting
from footfall.engines import Engine
from footfall.read.pings import csv
from footfall.read.pings.parquet import row_groups
from footfall.sample.generator import SampleFiles, write_sample
from footfall.shuffle import records
from tests.one_process import OneProcess
from tests.run.conftest import embedded, on_spark, runner

Cut = Callable[[pytest.MonkeyPatch], None]
TOGETHER = ("days", "counts", "totals", "per_day", "digests", "checks", "warnings")
"""What a manifest says of the count itself."""


class Told(NamedTuple):
    """What a run gave: the rows of each day, what the manifest says of them, and the quarantine."""

    rows: dict[str, list[dict[str, Any]]]
    manifest: dict[str, Any]
    quarantine: list[tuple[Any, ...]]


def packed(folder: Path) -> dict[str, Any]:
    """Three days of a town as packed CSV, with rows that cannot be used and rows that are there twice."""
    return asked(write_sample(folder, pings=3000, places=12, seed=1))


def plain(folder: Path) -> dict[str, Any]:
    """The same as three plain files, of which the second day is asked for; few devices are not told."""
    files = write_sample(folder, pings=3000, places=12, seed=2)
    head, *lines = gzip.decompress(files.pings.read_bytes()).decode().splitlines()
    parts = folder / "parts"
    parts.mkdir()
    for number in range(3):
        (parts / f"{number}.csv").write_text("\n".join([head, *lines[number::3]]) + "\n")
    day = files.days[0] + timedelta(days=1)
    return {**asked(files), "pings": {**pings_of(files), "path": str(parts)}, "day": day, "privacy": {"k": 4}}


def parquet(folder: Path) -> dict[str, Any]:
    """Parquet, and beside the places of the town one that holds all of it and one that holds its west."""
    files = write_sample(folder, pings=3000, places=12, seed=3, format="parquet")
    places = json.loads(files.places.read_text())
    shapes = [shapely.geometry.shape(each["geometry"]) for each in places["features"]]
    west, south, east, north = shapely.total_bounds(shapes)
    for name, to in (("town", east), ("west", (west + east) / 2)):
        box = shapely.geometry.mapping(shapely.box(west, south, to, north))
        known = {**places["features"][0]["properties"], "place_id": name}
        places["features"].append({"type": "Feature", "properties": known, "geometry": box})
    (folder / "more.geojson").write_text(json.dumps(places))
    return {**asked(files), "places": {"path": str(folder / "more.geojson")}}


def pings_of(files: SampleFiles) -> dict[str, Any]:
    """How the pings of a sample are read."""
    given: dict[str, Any] = yaml.safe_load(files.settings.read_text())["pings"]
    return {**given, "path": str(files.pings)}


def asked(files: SampleFiles) -> dict[str, Any]:
    """The settings of a sample."""
    return {"pings": pings_of(files), "places": {"path": str(files.places)}, "privacy": {"k": 1}}


INPUTS = {each.__name__: each for each in (packed, plain, parquet)}


def told(folder: Path, run_id: str) -> Told:
    """What stands in the output of a run."""
    days = sorted((folder / "footfall").glob("day=*"))
    rows = {day.name: pq.ParquetFile(day / "footfall.parquet").read().to_pylist() for day in days}
    manifest = json.loads((folder / "runs" / run_id / "manifest.json").read_text())
    bad = pq.read_table(folder / "quarantine" / run_id).drop(["run_id"]).to_pylist()
    return Told(rows, {name: manifest[name] for name in TOGETHER}, sorted(tuple(row.values()) for row in bad))


class Case(NamedTuple):
    """An input, and what one process makes of it."""

    settings: dict[str, Any]
    expected: Told


@pytest.fixture(scope="session", params=INPUTS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Each input; rows of several days, of all kinds, are there."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = INPUTS[request.param](folder)
    found = told_of(lambda: nullcontext(OneProcess()), settings, folder)
    assert sum(row["visits"] or 0 for rows in found.rows.values() for row in rows) > 50
    assert found.manifest["counts"]["duplicate"] > 0
    assert len(found.quarantine) == found.manifest["counts"]["quarantined"] > 0
    return Case(settings, found)


def told_of(
    engines: Callable[[], AbstractContextManager[Engine]], settings: dict[str, Any], folder: Path
) -> Told:
    """What a run by an engine gives."""
    out = folder / "out"
    assert runner(engines, folder)(**settings, output=str(out)).refusal is None
    return told(out, "run-1")


def as_usual(_: pytest.MonkeyPatch) -> None:
    """Small inputs are one task and one part."""


def finely(patch: pytest.MonkeyPatch) -> None:
    """Many tasks, many parts, some too large for the memory of a worker, and few places in a chunk."""
    patch.setattr(csv, "LEAST_BYTES", 20_000)
    patch.setattr(row_groups, "FEWEST_ROWS", 300)
    patch.setattr(records, "PINGS_PER_PART", 500)
    patch.setattr(counting, "CHUNK", 5)
    patch.setattr(counting, "PINGS_PER_WRITER", 300)


def too_finely(patch: pytest.MonkeyPatch) -> None:
    """The same, with room for 41 pings at a time."""
    finely(patch)
    patch.setattr(records, "BYTES_PER_PING", 400_000)


@pytest.mark.parametrize(("workers", "cut"), [(1, as_usual), (4, as_usual), (1, finely), (4, too_finely)])
def test_workers_of_this_machine_give_the_same_bytes(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, cut: Cut
) -> None:
    """One of them or four, with much memory or little."""
    cut(monkeypatch)
    found = told_of(partial(embedded, workers, workers * 16 << 20), case.settings, tmp_path)
    assert found == case.expected


@pytest.mark.spark
@pytest.mark.parametrize(("workers", "cut"), [(2, as_usual), (7, finely)])
def test_spark_gives_the_same_bytes(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    workers: int,
    cut: Cut,
) -> None:
    """With few partitions or many."""
    cut(monkeypatch)
    engines = on_spark(request.getfixturevalue("spark"))
    with engines() as engine:
        monkeypatch.setattr(type(engine), "workers", workers)
    assert told_of(engines, case.settings, tmp_path) == case.expected
