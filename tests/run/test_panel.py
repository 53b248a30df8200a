"""Runs that count all devices of the input, in a place or not."""

import csv
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from footfall.errors import InputError
from tests.run.conftest import Counts, Engines, embedded, filled, runner


def panel(folder: Path, number: int = 1) -> dict[str, tuple[Any, ...]]:
    """What the manifest says of the panel: devices, pings, pings per device."""
    manifest = json.loads((folder / f"out/runs/run-{number}/manifest.json").read_text())
    return {each["span"]: tuple(each.values())[1:] for each in manifest["panel"]}


def test_each_day_says_how_many_devices_it_has(run: Counts, folder: Path) -> None:
    """Of 1 March: d1 (a repeated ping counts once) and d2 in shops, d3 and d4 in none; d5 cannot be used."""
    assert run(panel={"count": True}).refusal is None
    assert panel(folder) == {"2023-03-01": (4, 6, 1.5), "2023-03-02": (1, 1, 1.0)}


def test_fewer_than_k_devices_are_not_told(run: Counts, folder: Path) -> None:
    """One on the second day."""
    run(panel={"count": True}, privacy={"k": 3})
    assert panel(folder) == {"2023-03-01": (4, 6, 1.5), "2023-03-02": (None, 1, None)}


def test_nothing_is_said_of_the_panel_where_nobody_asks(run: Counts, folder: Path) -> None:
    """As by default."""
    run()
    assert panel(folder) == {}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pings of sixty devices over three weeks, many of them around midnight of Lima."""
    folder, random = filled(tmp_path_factory.mktemp("panel")), Random(9)  # noqa: S311
    lines = ["device,at,lon,lat"]
    for _ in range(3000):
        at = datetime(2023, 2, 6, 4, 50, tzinfo=UTC) + timedelta(
            days=random.randrange(21), minutes=random.choice((0, 9, 10, 11, 500, 1400))
        )
        lines.append(
            f"d{random.randrange(60)},{at:%Y-%m-%d %H:%M:%S},{random.choice(('0.5,0.5', '2.5,0.5', '9,9'))}"
        )
    (folder / "pings.csv").write_text("\n".join(lines) + "\n")
    return folder


def defined(folder: Path) -> dict[str, int]:
    """The devices of each day and week, counted in plain Python."""
    seen = defaultdict(set)
    with (folder / "pings.csv").open() as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
            day: date = at.astimezone(ZoneInfo("America/Lima")).date()
            for span in (str(day), day.strftime("%G-W%V")):
                seen[span].add(row["device"])
    return {span: len(devices) for span, devices in seen.items()}


WEEKS = {"period": "week", "days": {"from": "2023-02-06", "to": "2023-02-19"}, "panel": {"count": True}}


@pytest.mark.parametrize("workers", [1, 4])
def test_devices_of_days_and_weeks_are_counted_as_defined(busy: Path, workers: int) -> None:
    """Local days; a week's devices are no sum of those of its days."""
    runs = runner(partial(embedded, workers), busy, first=workers)
    assert runs(**WEEKS, time_zone="America/Lima").refusal is None
    found = {span: numbers[0] for span, numbers in panel(busy, workers).items()}
    assert found == {span: n for span, n in defined(busy).items() if span in found}
    assert len(found) == 16


def test_engines_count_the_same_devices(engines: Engines, busy: Path) -> None:
    """Of all days."""
    name = engines.__name__.strip("<>")
    runner(engines, busy)(**WEEKS, output=str(busy / name / "out"))
    runner(partial(embedded, 1), busy)(**WEEKS, output=str(busy / name / "one/out"))
    assert panel(busy / name) == panel(busy / name / "one")


def test_scaled_numbers_stand_beside_those_that_were_counted(run: Counts, folder: Path) -> None:
    """In A 3 pings of 2 devices in 2 visits, in B one of each: suppressed, it has no scaled number either."""
    factors = folder / "factors.csv"
    factors.write_text("day,factor\n2023-03-01,1.5\n2023-03-02,10\n")
    assert run(panel={"scaling": str(factors)}, privacy={"k": 2}).refusal is None
    path = folder / "out/footfall/day=2023-03-01/footfall.parquet"
    names = ("pings", "devices", "visits")
    rows = [[row[f"scaled_{name}"] for name in names] for row in pq.ParquetFile(path).read().to_pylist()]
    assert rows == [[4.5, 3.0, 3.0], [None] * 3]
    manifest = json.loads((folder / "out/runs/run-1/manifest.json").read_text())
    assert [each["path"] for each in manifest["inputs"] if each["role"] == "scaling"] == [str(factors)]


def test_a_day_without_a_factor_ends_the_run_before_anything_is_published(run: Counts, folder: Path) -> None:
    """Also where the days are those of the pings."""
    factors = folder / "factors.csv"
    factors.write_text("day,factor\n2023-03-01,1.5\n")
    with pytest.raises(InputError, match="There is no factor for 2023-03-02"):
        run(panel={"scaling": str(factors)})
    assert not list((folder / "out").glob("footfall/*"))
