"""Runs that leave out devices that cannot be: each rule finds all that were put into a busy input, and no others."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from tests.run.conftest import Counts, Engines, embedded, filled, runner

DAYS = 5
LIMITS = {"max_pings_per_day": 40, "max_devices_per_coordinate": 12, "max_speed_kmh": 900}
REASONS = ("too_many_pings", "shared_coordinate", "too_fast")

FIRST = datetime(2023, 2, 26, 5, 10, tzinfo=UTC)
"""00:10 in Lima."""

Line = tuple[str, datetime, float, float]


def sound(random: Random) -> Iterator[Line]:
    """Sixty devices that walk about, and others that are just within each limit."""
    for device in range(60):
        for day in range(DAYS):
            lon, lat = random.choice((0.5, 2.5, 5.0)), random.uniform(0.3, 0.7)
            at = FIRST + timedelta(days=day)
            for _ in range(random.randrange(1, 31)):
                yield f"d{device}", at, lon, lat
                if random.random() < 0.2:
                    yield f"d{device}", at, lon, lat  # a repeat is no further ping
                at += timedelta(minutes=random.randrange(5, 25))
                lon, lat = lon + random.uniform(-0.01, 0.01), lat + random.uniform(-0.01, 0.01)
    for step in range(80):  # 40 on 1 March and 40 on 2 March, of Lima
        yield (
            "often",
            datetime(2023, 3, 2, 4, 20, tzinfo=UTC) + timedelta(minutes=step),
            0.5 + step / 1e5,
            0.5,
        )
    for number in range(24):  # 12 on each of two days, each of them twice
        at = datetime(2023, 3, 2 + number % 2, 12, number, tzinfo=UTC)
        for hour in (0, 1):
            yield f"home{number}", at + timedelta(hours=hour), 0.2, 0.2
    for number, lon in enumerate((0.5, 8.5)):  # 890 km in an hour, and 2 million km/h over midnight
        yield "flies", datetime(2023, 3, 2, 12 + number, tzinfo=UTC), lon, 0.5
        yield (
            "midnight",
            datetime(2023, 3, 2, 4, 59, 59 * (1 - number), tzinfo=UTC) + timedelta(minutes=number),
            lon,
            0.5,
        )


def impossible(random: Random) -> Iterator[tuple[str, Line]]:
    """Lines that cannot be, each with the reason against it."""
    for number in range(5):
        at = FIRST + timedelta(days=random.randrange(DAYS))
        for step in range(41 + number):
            yield "too_many_pings", (f"bot{number}", at + timedelta(minutes=step), 0.5 + step / 1e5, 0.5)
    for number in range(13):
        yield "shared_coordinate", (f"lost{number}", datetime(2023, 3, 2, 12, number, tzinfo=UTC), 0.3, 0.7)
    for number in range(7):
        at = FIRST + timedelta(days=random.randrange(DAYS), hours=number)
        for hour, lon in enumerate((0.5, 8.6)):  # 901 km in an hour
            yield "too_fast", (f"jump{number}", at + timedelta(hours=hour), lon, 0.4 + number / 1000)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with such pings in no order, and beside them the reason of each line, which no run reads."""
    folder, random = filled(tmp_path_factory.mktemp("devices")), Random(5)  # noqa: S311
    lines = [*(("", line) for line in sound(random)), *impossible(random)]
    random.shuffle(lines)
    with (folder / "pings.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("device", "at", "lon", "lat"))
        writer.writerows((device, f"{at:%Y-%m-%d %H:%M:%S}", lon, lat) for _, (device, at, lon, lat) in lines)
    reasons = {number: reason for number, (reason, _) in enumerate(lines, 2) if reason}
    (folder / "reasons.json").write_text(json.dumps(reasons))
    return folder


def planted(folder: Path) -> dict[int, str]:
    """The reason against each line that was put in."""
    return {int(line): reason for line, reason in json.loads((folder / "reasons.json").read_text()).items()}


def quarantined(out: Path) -> dict[int, str]:
    """The reason of each line in the quarantine of the only run."""
    rows = [
        row for file in (out / "quarantine").rglob("*.parquet") for row in pq.read_table(file).to_pylist()
    ]
    assert len({row["line"] for row in rows}) == len(rows)
    return {row["line"]: row["reason"] for row in rows}


def manifest(out: Path) -> dict[str, Any]:
    """What the only run says."""
    said: dict[str, Any] = json.loads(next(out.glob("runs/*/manifest.json")).read_text())
    return said


def reasons(out: Path) -> dict[str, int]:
    """How many rows of each reason the only run says that it quarantined."""
    return {reason: n for reason, n in manifest(out)["counts"]["reasons"].items() if n}


LIMA: dict[str, Any] = {"time_zone": "America/Lima"}


def test_all_impossible_rows_are_found_and_no_others(engines: Engines, busy: Path) -> None:
    """On both engines, under the reason of each, with its line; the sum over all rows holds."""
    out = busy / engines.__name__.strip("<>") / "out"
    assert runner(engines, busy)(**LIMA, devices=LIMITS, output=str(out)).refusal is None
    assert quarantined(out) == planted(busy)
    assert reasons(out) == {"too_many_pings": 41 + 42 + 43 + 44 + 45, "shared_coordinate": 13, "too_fast": 14}
    counts = manifest(out)["counts"]
    assert counts["read"] == counts["kept"] + counts["duplicate"] + counts["quarantined"]


@pytest.mark.parametrize(("rule", "reason"), [*zip(LIMITS, REASONS, strict=True)])
def test_each_rule_is_asked_by_itself(busy: Path, rule: str, reason: str) -> None:
    """The two others find nothing then."""
    out = busy / rule / "out"
    runner(embedded, busy)(**LIMA, devices={rule: LIMITS[rule]}, output=str(out))
    assert quarantined(out) == {line: each for line, each in planted(busy).items() if each == reason}


def test_no_rule_is_asked_by_default(busy: Path) -> None:
    """As many rows are kept as without the setting, and none is quarantined."""
    out = busy / "default/out"
    runner(embedded, busy)(**LIMA, output=str(out))
    assert reasons(out) == {}


def test_rules_leave_the_counts_of_the_other_pings(busy: Path) -> None:
    """The published rows are those of the input without the impossible lines, with any number of workers."""
    lines = (busy / "pings.csv").read_text().splitlines(keepends=True)
    bad = planted(busy)
    (busy / "clean.csv").write_text(
        "".join(line for number, line in enumerate(lines, 1) if number not in bad)
    )
    clean = busy / "clean/out"
    runner(embedded, busy)(**LIMA, pings={"path": str(busy / "clean.csv")}, output=str(clean))
    for workers in (1, 3):
        out = busy / f"workers-{workers}/out"
        runner(partial(embedded, workers), busy)(
            **LIMA, devices=LIMITS, panel={"count": True}, output=str(out)
        )
        assert manifest(out)["digests"] == manifest(clean)["digests"]


def test_little_memory_finds_the_same(busy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In many parts, of which a few pings are looked at together, in a mapped file where they are more."""
    monkeypatch.setattr("footfall.shuffle.records.BYTES_PER_PING", 1 << 20)  # so 128 pings fit in memory
    out = busy / "parts/out"
    runner(embedded, busy)(**LIMA, devices=LIMITS, output=str(out))
    assert quarantined(out) == planted(busy)


def test_a_day_is_judged_alike_whichever_days_are_run_with_it(busy: Path) -> None:
    """Also by the pings around it that visits over midnight need: rows of other days are no defects."""
    out, alone = busy / "all/out", busy / "alone/out"
    runner(embedded, busy)(**LIMA, devices=LIMITS, output=str(out))
    runner(embedded, busy)(
        **LIMA, devices=LIMITS, days={"from": "2023-03-02", "to": "2023-03-02"}, output=str(alone)
    )
    assert manifest(alone)["digests"]["2023-03-02"] == manifest(out)["digests"]["2023-03-02"]
    found = quarantined(out)
    assert quarantined(alone) == {line: found[line] for line in quarantined(alone)}
    assert reasons(alone)["shared_coordinate"] == 13
    lines = (busy / "pings.csv").read_text().splitlines()
    assert {lines[line - 1].split(",")[1][:10] for line in quarantined(alone)} == {"2023-03-02"}


def rows(folder: Path, *lines: str) -> Path:
    """The folder with these pings."""
    (folder / "pings.csv").write_text("device,at,lon,lat\n" + "\n".join(lines) + "\n")
    return folder


def test_pings_at_one_instant_are_taken_as_a_second_apart(run: Counts, folder: Path) -> None:
    """55 m are 200 km/h, 111 m 400: of d2 the day goes, and the day after stays."""
    rows(
        folder,
        "d1,2023-03-01 10:00:00,0.5,0.5",
        "d1,2023-03-01 10:00:00,0.5005,0.5",
        "d2,2023-03-01 10:00:00,0.5,0.5",
        "d2,2023-03-01 10:00:00,0.501,0.5",
        "d2,2023-03-01 15:00:00,0.501,0.5",
        "d2,2023-03-02 10:00:00,0.5,0.5",
    )
    run(devices={"max_speed_kmh": 300})
    assert quarantined(folder / "out") == dict.fromkeys((4, 5, 6), "too_fast")


def test_a_row_that_breaks_several_rules_has_the_first(run: Counts, folder: Path) -> None:
    """And one that cannot be used at all its own reason; it is no ping of its device."""
    rows(
        folder,
        "d1,2023-03-01 10:00:00,0.5,0.5",
        "d1,2023-03-01 10:00:00,60,0.5",
        "d2,2023-03-01 10:00:00,0.5,0.5",
        "d2,2023-03-01 11:00:00,200,0.5",
        "d3,2023-03-01 11:00:00,2.5,0.5",
    )
    run(devices={"max_pings_per_day": 1, "max_devices_per_coordinate": 1, "max_speed_kmh": 300})
    assert quarantined(folder / "out") == {
        2: "too_many_pings",
        3: "too_many_pings",
        4: "shared_coordinate",
        5: "coordinate_out_of_range",
    }


def test_minus_zero_is_zero_and_a_repeat_goes_with_its_ping(run: Counts, folder: Path) -> None:
    """Two devices at one coordinate, of which one ping is there twice."""
    rows(
        folder,
        "d1,2023-03-01 10:00:00,-0.0,0.5",
        "d2,2023-03-01 11:00:00,0.0,0.5",
        "d2,2023-03-01 11:00:00,0,0.5",
        "d2,2023-03-01 12:00:00,0.5,0.5",
    )
    run(devices={"max_devices_per_coordinate": 1})
    assert quarantined(folder / "out") == dict.fromkeys((2, 3, 4), "shared_coordinate")
    assert (manifest(folder / "out")["counts"]["kept"], manifest(folder / "out")["counts"]["duplicate"]) == (
        1,
        0,
    )


@pytest.mark.parametrize("rule", [*LIMITS])
@pytest.mark.parametrize("limit", [0, -1, "many", inf])
def test_a_limit_that_is_no_number_above_zero_is_refused(run: Counts, rule: str, limit: Any) -> None:
    """Before anything is read."""
    with pytest.raises(ValidationError, match=rule):
        run(devices={rule: limit})
