"""From what circles of accuracy say, beside all else that runs leave: no suppressed number."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.privacy.attacker import Attacker
from tests.privacy.days import FIRST, NOWHERE, WIDE, World, count
from tests.privacy.test_attacker import FEW, LAYERS, MANY, NEST, ROW, TOWN, A, B, C, D

CIRCLES: dict[str, Any] = {"columns": {"accuracy": "accuracy"}, "uncertainty": True}
PLACES = {"side by side": ROW, "a town and its parts": TOWN, "a mall in a town": NEST, "layers": LAYERS}


def attacked(folder: Path, world: World, places: Any, **settings: Any) -> Attacker:
    """One who has seen all that a run left that was asked for circles."""
    world = replace(world, accuracy=WIDE)
    pings = {"path": str(folder / "pings.csv"), **CIRCLES}
    attacker = Attacker.of(world, places)
    attacker.sees(count(folder, world, places, pings=pings, **settings), "run-1", places)
    return attacker


def test_few_beside_many_are_not_the_rest_of_what_is_possible(tmp_path: Path) -> None:
    """C lies between B, where few were, and D: what is possible in C, less C and D, would be B."""
    world = World({(FIRST, cell): MANY for cell in (A, C, D)} | {(FIRST, B): FEW, (FIRST, NOWHERE): [9] * 3})
    attacker = attacked(tmp_path, world, ROW)
    assert attacker.solved() == {}
    assert attacker.hidden
    assert attacker.circles


def test_pings_in_no_place_are_not_told_by_the_places_they_reach(tmp_path: Path) -> None:
    """All of them lie beside D: with their number, B would be what is left of the day."""
    beside_d = (D[0], D[1] + 1)
    world = World({(FIRST, cell): MANY for cell in (A, C, D)} | {(FIRST, B): FEW, (FIRST, beside_d): [1] * 9})
    attacker = attacked(tmp_path, world, ROW)
    assert attacker.solved() == {}
    assert attacker.hidden


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("seed", range(4))
def test_no_suppressed_number_can_be_worked_out_by_circles(tmp_path: Path, seed: int, places: str) -> None:
    """Of random days with few and many, in places and beside them."""
    random = Random(seed)  # noqa: S311
    ground = [(column, row) for column in range(5) for row in range(3)]
    world = World(
        {
            (FIRST, cell): [random.randint(1, 3) for _ in range(random.choice((1, 3, 6, 9)))]
            for cell in random.sample(ground, random.randint(3, 12))
        }
    )
    assert attacked(tmp_path, world, PLACES[places], quality={"no_ping_inside": "allow"}).solved() == {}
