"""From all that runs leave, over days, overlapping places, other lists and other k: no suppressed number."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.privacy.attacker import Attacker
from tests.privacy.days import FIRST, NOWHERE, SECOND, THIRD, Box, Cell, World, count

A, B, C, D = (0, 0), (1, 0), (2, 0), (3, 0)
ROW: dict[str, Box] = {"a": (0, 0, 1, 1), "b": (1, 0, 2, 1), "c": (2, 0, 3, 1), "d": (3, 0, 4, 1)}
"""Four places side by side."""

TOWN: dict[str, Box] = {**ROW, "town": (0, 0, 4, 1), "west": (0, 0, 2, 1)}
"""The same, with the town that they fill and its western half."""

NEST: dict[str, Box] = {**TOWN, "mall": (0, 0, 3, 1), "yard": (0, 0, 5, 2)}
"""The town, in it a mall of three of its places and the west, and around all a yard with ground of its own."""

LAYERS: dict[str, Box] = {"a": (0, 0, 2, 1), "b": (1, 0, 3, 1), "c": (2, 0, 4, 1), "twin": (0, 0, 2, 1)}
"""Places that overlap by halves, and one that is there twice."""

MANY, FEW, ONE = [2] * 8, [2, 1], [1]

DAYS: dict[str, World] = {
    "one is few, and no ping is elsewhere": World({(FIRST, A): MANY, (FIRST, B): FEW, (FIRST, C): [1] * 6}),
    "one ping, and no ping is elsewhere": World({(FIRST, A): [1] * 5, (FIRST, B): ONE}),
    "two single pings": World({(FIRST, A): MANY, (FIRST, B): ONE, (FIRST, C): ONE}),
    "only single pings": World({(FIRST, A): ONE, (FIRST, B): ONE}),
    "one ping alone": World({(FIRST, C): ONE}),
    "pings elsewhere": World({(FIRST, A): MANY, (FIRST, B): FEW, (FIRST, NOWHERE): [9] * 3}),
    "few pings elsewhere": World({(FIRST, A): MANY, (FIRST, B): FEW, (FIRST, NOWHERE): [2]}),
    "three days": World(
        {
            **{(day, A): MANY for day in (FIRST, SECOND, THIRD)},
            (FIRST, B): FEW,
            (SECOND, B): [3] * 6,
            (SECOND, C): FEW,
            (THIRD, D): ONE,
            (THIRD, B): [1] * 5,
        }
    ),
}
PLACES = {"side by side": ROW, "a town and its parts": TOWN, "a mall in a town": NEST, "layers": LAYERS}


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("day", DAYS)
def test_no_suppressed_number_can_be_worked_out(tmp_path: Path, day: str, places: str) -> None:
    """Each has another world that agrees with everything."""
    output = count(tmp_path, DAYS[day], PLACES[places], quality={"no_ping_inside": "allow"})
    attacker = Attacker.of(DAYS[day], PLACES[places])
    attacker.sees(output, "run-1", PLACES[places])
    assert attacker.solved() == {}


def random_world(random: Random) -> World:
    """Three days with few and many devices in each cell, and sometimes no ping elsewhere."""
    ground: list[Cell] = [A, B, C, D, *([NOWHERE] if random.random() < 0.5 else [])]
    found = {
        (day, cell): [random.randint(1, 3) for _ in range(random.choice((0, 0, 1, 2, 4, 5, 6, 8)))]
        for day in (FIRST, SECOND, THIRD)
        for cell in ground
    }
    return World({key: devices for key, devices in found.items() if devices})


@pytest.mark.parametrize("seed", range(6))
def test_nor_by_several_runs_with_other_k_that_are_allowed(tmp_path: Path, seed: int) -> None:
    """Each day by itself, all together, and with other k: one person has seen it all.

    A zero, or a row of many, that one run holds back to protect another may be shown by a run that need not.
    """
    random = Random(seed)  # noqa: S311
    world, places = random_world(random), PLACES[random.choice(list(PLACES))]
    runs: list[dict[str, Any]] = [
        {},
        *({"day": str(day)} for day in world.days),
        {"privacy": {"k": random.choice((3, 4))}},
        {"privacy": {"k": random.choice((6, 7))}},
    ]
    attacker = Attacker.of(world, places)
    for number, settings in enumerate(runs, start=1):
        output = count(tmp_path, world, places, number, quality={"other_counts": "allow"}, **settings)
        attacker.sees(output, f"run-{number}", places)
    few = [row for row in attacker.solved() if 0 < world.devices(row[0], places[row[1]]) < 5]
    assert few == []


def test_the_attacker_solves_what_is_left_open(tmp_path: Path) -> None:
    """With the number of pings in places, as it stood in manifests once, the suppressed one is their difference."""
    world = DAYS["pings elsewhere"]
    output = count(tmp_path, world, ROW)
    path = output / "runs/run-1/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["counts"]["inside_places"] = 19
    path.write_text(json.dumps(manifest))
    attacker = Attacker.of(world, ROW)
    attacker.sees(output, "run-1", ROW)
    assert attacker.solved() == {(FIRST, "b"): 3}


def test_the_attacker_solves_a_part_of_a_town_whose_other_parts_are_shown(tmp_path: Path) -> None:
    """From two outputs, one with the town and one with its parts: what no run can know of the other."""
    world = DAYS["pings elsewhere"]
    town = {"town": TOWN["town"]}
    attacker = Attacker.of(world, ROW, town)
    attacker.sees(count(tmp_path / "parts", world, ROW), "run-1", ROW)
    attacker.sees(count(tmp_path / "town", world, town), "run-1", town)
    assert attacker.solved() == {(FIRST, "b"): 3}


def test_a_larger_place_stays_where_enough_of_its_parts_are_held_back_together(tmp_path: Path) -> None:
    """The town is a sum of a few and of the next smallest of its parts; without a second part it goes too."""
    world = World({(FIRST, A): MANY, (FIRST, B): FEW, (FIRST, C): [1] * 6, (FIRST, NOWHERE): [9] * 3})
    places = {**ROW, "town": TOWN["town"]}
    report = json.loads((count(tmp_path / "four", world, places) / "runs/run-1/report.json").read_text())
    assert {place["place_id"]: place["pings"] for place in report["places"]} == {
        "a": 16,
        "b": None,
        "c": None,
        "d": 0,
        "town": 25,
    }
    alone = {"b": ROW["b"], "town": TOWN["town"]}
    report = json.loads((count(tmp_path / "one", world, alone) / "runs/run-1/report.json").read_text())
    assert {place["place_id"]: place["pings"] for place in report["places"]} == {"b": None, "town": None}
