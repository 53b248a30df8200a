"""Weeks beside days on an object store, two commits: who comes between them, and what fails there."""

from random import Random

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from tests.simulation.acts import Plan
from tests.simulation.rows import DAYS
from tests.simulation.scripts import DAY, NEXT, play, standing
from tests.simulation.store_history import check
from tests.simulation.store_scene import Scene, on_stage, scene
from tests.simulation.tasks import Machine
from tests.simulation.weather import Script

WITH_WEEK = Plan(2, DAYS, seconds=1.0, has_week=True)
AGAIN = Plan(3, DAYS, seconds=1.0, has_week=True)
OF_DAYS, OF_WEEKS = "run-2 ... UpdateTable footfall", "run-2 ... UpdateTable footfall_week"
Lines = list[tuple[str, str, int]]


def week_of(there: Scene) -> set[int]:
    """The runs whose files the table of weeks lists."""
    head = there.weeks.current.head if there.weeks.current else None
    return {int(file.path.rpartition("/run-")[2][0]) for file in head.files} if head else set()


def overtaken(script: Lines, number: int, third: Plan = AGAIN) -> Scene:
    """A history in which run-3 begins when run-2 has committed its days, and all holds in the end."""
    there = scene(Random(number), Script(lines=script))  # noqa: S311
    with on_stage(there):
        there.world.start("run-1", Machine("calm"), there.run(Plan(1, DAYS, has_week=True)))
        there.world.run()
        there.world.start("run-2", Machine("run-2"), there.run(WITH_WEEK))
        there.world.start("run-3", Machine("run-3"), there.run(third), after=3.0)
        there.world.run()
        check(there)
    return there


def test_a_week_is_left_to_a_later_run_of_its_days() -> None:
    """Run-2 is held up after its first commit; run-3 sees its days, and replaces them and their week meanwhile."""
    left = 0
    for number in range(1, 11):
        there = overtaken([(OF_DAYS, "slow", 1)], number)
        assert (there.answers[2].code, there.answers[3].code) == (0, 0)
        assert (standing(there), week_of(there)) == ({str(DAY): {3}, str(NEXT): {3}}, {3})
        left += len(there.weeks.log) == 2
    assert left >= 3


def test_a_week_that_came_while_the_days_were_looked_up_is_not_overwritten() -> None:
    """Run-2 has asked who published the days, and is held up; its commit counts conflicts from before it asked."""
    held: Lines = [
        (OF_DAYS, "", 1),
        ("run-2 ... GetTable footfall_week", "", 1),
        ("run-2 ... GetTable", "slow", 1),
    ]
    left = 0
    for number in range(1, 11):
        there = overtaken(held.copy(), number)
        assert (there.answers[2].code, there.answers[3].code) == (0, 0)
        assert (standing(there), week_of(there)) == ({str(DAY): {3}, str(NEXT): {3}}, {3})
        left += len(there.weeks.log) == 2
    assert left >= 3


def test_of_two_runs_of_a_week_the_loser_changes_neither_days_nor_week() -> None:
    """The commit of days decides; no file of the loser stays in either folder."""
    for number in range(1, 11):
        there = play([WITH_WEEK, AGAIN], [], number=number)
        assert sorted(str(there.answers[run].code) for run in (2, 3)) == ["0", "5"]
        (winner,) = (run for run in (2, 3) if there.answers[run].code == 0)
        assert (standing(there), week_of(there)) == ({str(DAY): {winner}, str(NEXT): {winner}}, {winner})
        assert not any(f"/run-{5 - winner}-" in key for key in there.bucket.objects)


def test_a_run_that_dies_between_its_commits_is_known_by_its_days_and_mended_by_the_next() -> None:
    """The days name the week that follows them, which the table of weeks does not have of that run."""
    there = play([WITH_WEEK], [(OF_DAYS, "off after", 1)])
    assert there.answers[2].code is None
    assert there.lake.log[-1].summary["footfall.periods"] == "2023-W09"
    assert (standing(there), week_of(there)) == ({str(DAY): {2}, str(NEXT): {2}}, {1})
    with on_stage(there):
        there.world.start("run-3", Machine("run-3"), there.run(AGAIN))
        there.world.run()
        check(there)
    assert (there.answers[3].code, week_of(there)) == (0, {3})


@pytest.mark.parametrize("fate", ["lost", "unanswered", "busy"])
def test_a_commit_of_weeks_whose_answer_does_not_come_is_looked_for_and_made_again(fate: str) -> None:
    """As one of days is."""
    there = play([WITH_WEEK], [(OF_WEEKS, fate, 1)])
    assert (there.answers[2].code, week_of(there)) == (0, {2})


def test_a_catalog_that_is_away_after_the_commit_of_days_is_waited_for() -> None:
    """Half of it is published: what fails before anything was asked is tried again as well."""
    there = play([WITH_WEEK], [(OF_DAYS, "", 1), ("run-2 ... GetTable footfall_week", "lost", 6)])
    assert (there.answers[2].code, week_of(there)) == (0, {2})


def test_where_nobody_can_say_whether_a_week_was_published_the_error_names_the_days_that_were() -> None:
    """The catalog is gone for good; no file is deleted that the table of weeks may list."""
    there = play([WITH_WEEK], [(OF_WEEKS, "unanswered", 1), ("run-2 ... GetTable", "lost", 99)])
    said = there.answers[2].said
    assert there.answers[2].code == 6
    assert said.startswith("It is not known whether 2023-W09 were published"), said
    assert "after 2023-03-01, 2023-03-02 had been replaced" in said
    assert (standing(there), week_of(there)) == ({str(DAY): {2}, str(NEXT): {2}}, {2})


def test_a_run_of_days_alone_leaves_the_week_to_the_run_that_counted_it() -> None:
    """Run-3 names no week, so that of run-2 is published, though one of its days is run-3's by then."""
    for number in range(1, 11):
        there = overtaken([(OF_DAYS, "slow", 1)], number, Plan(3, DAYS[:1], seconds=1.0))
        assert (standing(there), week_of(there)) == ({str(DAY): {3}, str(NEXT): {2}}, {2})
