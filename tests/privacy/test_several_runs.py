"""Runs of one output with other settings: none is published by which a suppressed number could be worked out."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.errors import GateRefused
from tests.privacy.attacker import Attacker
from tests.privacy.days import FIRST, NOWHERE, SECOND, Box, World, count
from tests.privacy.test_attacker import DAYS, FEW, MANY, NEST, ROW, TOWN, A, B, C, random_world

OTHER = "other counts of these days"
WHOLE: dict[str, Box] = {"town": TOWN["town"]}
HALVES: dict[str, Box] = {name: TOWN[name] for name in ("a", "b", "west")}
LISTS = (ROW, TOWN, NEST, WHOLE, HALVES)
"""Lists of places that cover the same ground in several ways."""

WORLD = DAYS["pings elsewhere"]
"""Many in A, three pings of two devices in B, and others in no place."""


def attempt(
    folder: Path, world: World, places: Mapping[str, Box], number: int, **settings: Any
) -> GateRefused | None:
    """Run the job; returns the error if the run is refused, else None."""
    try:
        count(folder, world, places, number, **settings)
    except GateRefused as refused:
        return refused
    return None


def manifest(folder: Path, number: int) -> dict[str, Any]:
    """The manifest of a run."""
    found: dict[str, Any] = json.loads((folder / f"out/runs/run-{number}/manifest.json").read_text())
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_suppressed_number_can_be_worked_out_of_any_runs(tmp_path: Path, seed: int) -> None:
    """Eight runs of random lists, k, gaps and days: those that would give something away leave nothing."""
    random = Random(seed)  # noqa: S311
    world = random_world(random)
    attacker, refused = Attacker.of(world, *LISTS), 0
    for number in range(1, 9):
        places = random.choice(LISTS)
        settings: dict[str, Any] = {"privacy": {"k": random.choice((3, 5, 5, 5, 7))}}
        settings |= random.choice(({}, {"visit_gap": "10min"}, {"panel": {"count": True}}))
        settings |= random.choice(({}, {"day": str(random.choice(world.days))}))
        settings["quality"] = {"no_ping_inside": "allow"}
        refused += attempt(tmp_path, world, places, number, **settings) is not None
        attacker.sees(tmp_path / "out", f"run-{number}", places)
    assert attacker.solved() == {}
    assert 0 < refused < 8


def test_without_the_refusal_one_can(tmp_path: Path) -> None:
    """The town first, then its parts: with both, the part of few devices is their difference."""
    attacker = Attacker.of(WORLD, ROW, WHOLE)
    for number, places in enumerate((WHOLE, ROW), start=1):
        output = count(tmp_path, WORLD, places, number, quality={"other_counts": "warn"})
        attacker.sees(output, f"run-{number}", places)
    assert attacker.solved() == {(FIRST, "b"): 3}
    (check,) = [each for each in manifest(tmp_path, 2)["checks"] if each["name"] == OTHER]
    assert (check["ok"], check["level"]) == (False, "warn")
    assert check["found"].startswith(
        "run-1 counted 1 day of these with other places: 0 rows were suppressed there, "
    )


@pytest.mark.parametrize("lists", [(WHOLE, ROW), (ROW, WHOLE)], ids=["town, then parts", "parts, then town"])
def test_other_places_are_refused_whichever_came_first(
    tmp_path: Path, lists: tuple[dict[str, Box], dict[str, Box]]
) -> None:
    """Also where the rows of one of the two are all shown."""
    first, second = lists
    count(tmp_path, WORLD, first, 1)
    refused = attempt(tmp_path, WORLD, second, 2)
    assert refused is not None
    assert "run-1 counted 1 day of these with other places" in refused.what
    assert f"delete their folders in {tmp_path}/out/runs" in refused.fix
    assert "quality.other_counts: warn" in refused.fix
    assert refused.exit_code == 4


OTHER_RULES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "smaller k before": ({"privacy": {"k": 2}}, {}, "privacy.k 2, now 5"),
    "larger k before": ({"privacy": {"k": 9}}, {}, "privacy.k 9, now 5"),
    "boundary": ({}, {"boundary": "closed"}, "boundary open, now closed"),
    "speed": ({}, {"devices": {"max_speed_kmh": 500}}, "devices.max_speed_kmh None, now 500.0"),
    "zone": ({}, {"time_zone": "Asia/Tokyo"}, "days of UTC, now Asia/Tokyo"),
}


@pytest.mark.parametrize("rules", OTHER_RULES)
def test_other_rules_on_rows_are_refused(tmp_path: Path, rules: str) -> None:
    """Each alone, named with both values."""
    before, now, named = OTHER_RULES[rules]
    count(tmp_path, WORLD, ROW, 1, **before)
    refused = attempt(tmp_path, WORLD, ROW, 2, **now)
    assert refused is not None
    assert f"with {named}: " in refused.what


def test_other_rules_on_pings_are_refused(tmp_path: Path) -> None:
    """A limit of accuracy, and other words for no device."""
    count(tmp_path, WORLD, ROW, 1)
    pings: dict[str, Any] = {"path": str(tmp_path / "pings.csv"), "columns": {"accuracy": "accuracy"}}
    limited = attempt(tmp_path, WORLD, ROW, 2, pings={**pings, "accuracy_limit": 50})
    assert limited is not None
    assert "with pings.accuracy_limit None, now 50.0: " in limited.what
    named = attempt(tmp_path, WORLD, ROW, 3, pings={**pings, "null_devices": ["9"]})
    assert named is not None
    assert "with other pings.null_devices: " in named.what


def test_days_of_another_zone_are_compared_with_their_neighbours(tmp_path: Path) -> None:
    """March 2nd in Tokyo begins on March 1st in UTC; March 3rd does not."""
    world = replace(WORLD, pings={**WORLD.pings, (SECOND, A): MANY})
    count(tmp_path, world, ROW, 1, day=str(FIRST))
    tokyo = {"time_zone": "Asia/Tokyo", "allow_empty": True, "quality": {"no_ping_inside": "allow"}}
    assert attempt(tmp_path, world, ROW, 2, day=str(SECOND), **tokyo) is not None
    assert attempt(tmp_path, world, ROW, 3, day=str(SECOND + timedelta(days=1)), **tokyo) is None


def test_the_same_settings_may_count_a_day_again(tmp_path: Path) -> None:
    """With corrected pings, another gap, a week, or other names and files of the same places."""
    count(tmp_path, WORLD, ROW, 1)
    more = replace(WORLD, pings={**WORLD.pings, (FIRST, C): [1] * 6})
    count(tmp_path, more, ROW, 2)
    count(tmp_path, more, ROW, 3, visit_gap="10min", visits_of_at_least=["5min"], panel={"count": True})
    count(tmp_path, more, dict(reversed(ROW.items())), 4)
    week = {"period": "week", "days": {"from": "2023-02-27", "to": "2023-03-05"}, "allow_empty": True}
    count(tmp_path, more, ROW, 5, **week, quality={"no_ping_inside": "allow"})


def test_nothing_is_refused_where_no_row_is_suppressed(tmp_path: Path) -> None:
    """There is no number to be worked out, whatever the lists."""
    world = World({(FIRST, A): MANY, (FIRST, B): [1] * 6, (FIRST, NOWHERE): [9] * 3})
    for number, places in enumerate(({"a": ROW["a"]}, ROW, TOWN), start=1):
        assert attempt(tmp_path, world, places, number, privacy={"k": 5 - number}) is None


def test_a_larger_gap_between_pings_suppresses_the_same_rows(tmp_path: Path) -> None:
    """Rows go by devices and pings of the day, which no gap changes."""
    columns = []
    for number, gap in enumerate(("30s", "3h"), start=1):
        files = sorted(count(tmp_path, DAYS["three days"], NEST, number, visit_gap=gap).glob("footfall/*/*"))
        columns.append([pq.read_table(file, columns=["suppressed", "visits"]).to_pydict() for file in files])
    (short, long), (few, many) = (
        [[day[name] for day in each] for each in columns] for name in ("suppressed", "visits")
    )
    assert short == long
    assert any(map(any, short))
    assert few != many


def test_a_refused_run_leaves_the_table_and_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command line: exit code 4, a manifest that says why, no report; `runs` lists it as refused."""
    monkeypatch.chdir(tmp_path)
    count(tmp_path, WORLD, ROW, 1)
    table = (tmp_path / f"out/footfall/day={FIRST}/footfall.parquet").read_bytes()
    (tmp_path / "settings.yaml").write_text(
        "pings: {path: pings.csv}\nplaces: {path: places.geojson}\noutput: out\nprivacy: {k: 2}\n"
    )
    assert main(["run"]) == 4
    said = capsys.readouterr().err
    assert "run-1 counted 1 day of these with privacy.k 5, now 2: 1 row was suppressed there, 0 now" in said
    assert (tmp_path / f"out/footfall/day={FIRST}/footfall.parquet").read_bytes() == table
    (left,) = [folder for folder in (tmp_path / "out/runs").iterdir() if folder.name != "run-1"]
    assert {path.name for path in left.iterdir()} == {"manifest.json", "alive.json"}
    said_of_itself = json.loads((left / "manifest.json").read_text())
    assert said_of_itself["state"] == "refused"
    assert "counts" not in said_of_itself
    assert main(["runs"]) == 0
    assert "refused" in capsys.readouterr().out
    assert main(["run", "--quality-other-counts", "allow"]) == 0


def test_counts_whose_folder_is_deleted_are_no_reason(tmp_path: Path) -> None:
    """As the error advises where nobody has kept them."""
    count(tmp_path, WORLD, WHOLE, 1)
    assert attempt(tmp_path, WORLD, ROW, 2) is not None
    for path in (tmp_path / "out/runs/run-1").iterdir():
        path.unlink()
    (tmp_path / "out/runs/run-1").rmdir()
    assert attempt(tmp_path, WORLD, ROW, 3) is None


def test_the_report_of_a_run_that_was_refused_for_another_reason_counts_as_well(tmp_path: Path) -> None:
    """It says its numbers, though the table does not."""
    world = World({(FIRST, A): MANY, (FIRST, B): FEW})
    with pytest.raises(AssertionError, match="rows read"):
        count(tmp_path, world, WHOLE, 1, quality={"min_rows": 1000})
    assert (tmp_path / "out/runs/run-1/report.json").exists()
    refused = attempt(tmp_path, world, ROW, 2)
    assert refused is not None
    assert "run-1 counted 1 day of these with other places" in refused.what
