"""From weeks, months, days and all else that runs leave together: no suppressed number."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.aggregate.periods import PeriodSums
from tests.privacy.attacker import Attacker
from tests.privacy.days import NOWHERE, Box, Cell, World, count
from tests.privacy.test_attacker import FEW, LAYERS, MANY, NEST, ROW, TOWN, A, B, C, D

MONDAY = date(2023, 2, 20)
DAYS = [MONDAY + timedelta(days=n) for n in range(7)]
WEEK: dict[str, Any] = {
    "period": "week",
    "days": {"from": str(MONDAY), "to": str(DAYS[-1])},
    "allow_empty": True,
    "quality": {"no_ping_inside": "allow"},
    "panel": {"count": True},
}
NAME = "2023-W08"

WEEKS: dict[str, World] = {
    "few on one day of a week of many": World(
        {**{(day, A): MANY for day in DAYS}, (DAYS[2], A): FEW, (DAYS[2], NOWHERE): [9] * 3}
    ),
    "few on two days": World(
        {(DAYS[0], A): FEW, (DAYS[3], A): [1] * 3, **{(day, B): MANY for day in DAYS[1:]}}
    ),
    "few on each day, many over the week": World({(day, A): FEW for day in DAYS} | {(DAYS[0], B): MANY}),
    "few in one place, pings elsewhere": World(
        {(DAYS[0], A): MANY, (DAYS[0], B): FEW, (DAYS[0], NOWHERE): [9] * 3, (DAYS[1], B): MANY}
    ),
    "one ping in a week": World({(DAYS[4], C): [1]}),
    "one ping, and many on another day": World({(DAYS[4], C): [1], (DAYS[5], C): MANY, (DAYS[5], D): MANY}),
}
PLACES = {"side by side": ROW, "a town and its parts": TOWN, "a mall in a town": NEST, "layers": LAYERS}


def attacked(folder: Path, world: World, places: dict[str, Box], *runs: dict[str, Any]) -> Attacker:
    """One who has seen all that these runs left."""
    attacker = Attacker.of(world, places)
    for number, settings in enumerate(runs, start=1):
        attacker.sees(count(folder, world, places, number, **settings), f"run-{number}", places)
    return attacker


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("week", WEEKS)
def test_no_suppressed_number_can_be_worked_out(tmp_path: Path, week: str, places: str) -> None:
    """Of a day by its week, or of a week by its days."""
    attacker = attacked(tmp_path, WEEKS[week], PLACES[places], WEEK)
    assert attacker.solved() == {}
    assert attacker.solved_periods() == {}
    assert attacker.hidden_periods


@pytest.mark.parametrize("seed", range(4))
def test_nor_by_days_that_are_counted_again_and_months(tmp_path: Path, seed: int) -> None:
    """Random days: a week, some of its days by themselves, and the month around it."""
    random = Random(seed)  # noqa: S311
    ground: list[Cell] = [A, B, C, *([NOWHERE] if random.random() < 0.5 else [])]
    found = {
        (day, cell): [random.randint(1, 3) for _ in range(random.choice((0, 0, 1, 2, 5, 6, 8)))]
        for day in random.sample(DAYS, 3)
        for cell in ground
    }
    world = World({key: devices for key, devices in found.items() if devices})
    places = PLACES[random.choice(list(PLACES))]
    month = {**WEEK, "period": "month", "days": {"from": "2023-02-01", "to": "2023-02-28"}}
    again = [{"day": str(day), "quality": {"no_ping_inside": "allow"}} for day in world.days[:2]]
    attacker = attacked(tmp_path, world, places, WEEK, *again, month)
    few = [row for row in attacker.solved() if 0 < world.devices(row[0], places[row[1]]) < 5]
    assert few == []
    assert attacker.solved_periods() == {}
    assert {name for name, _ in attacker.hidden_periods} <= {NAME, "2023-02"}


def test_the_attacker_solves_a_day_by_a_week_that_is_left_open(tmp_path: Path) -> None:
    """With the week of the first place shown, its only suppressed day is the difference."""
    week = "few on one day of a week of many"
    world = WEEKS[week]
    output = count(tmp_path, world, ROW, **WEEK)
    path = output / f"footfall_week/week={NAME}/footfall_week.parquet"
    rows = pq.ParquetFile(path).read()
    assert rows["suppressed"].to_pylist() == [True, False, False, False]
    attacker = Attacker.of(world, ROW)
    attacker.sees(output, "run-1", ROW)
    ground = attacker.hidden_periods[NAME, "a"]
    attacker.equations.append((ground, sum(world.count(day, A) for day in DAYS)))
    assert attacker.solved() == {(DAYS[2], "a"): 3}


def test_a_week_that_is_shown_beside_a_hidden_day_is_never_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever suppresses them: the rows that are read back are compared with those of the days."""
    add = PeriodSums.add
    monkeypatch.setattr(
        PeriodSums, "add", lambda self, day, counted, hidden: add(self, day, counted, ~hidden & hidden)
    )
    monkeypatch.setattr("footfall.jobs.footfall.job.hold_back_periods", lambda *_: None)
    with pytest.raises(AssertionError, match="weeks: no row is shown of which a day is suppressed"):
        count(tmp_path, WEEKS["few on two days"], ROW, **WEEK)
