"""What must hold of the weeks of a history, which are published after the days that they are made of."""

from tests.simulation.iceberg import Lake
from tests.simulation.rows import WEEK
from tests.simulation.store_scene import Scene
from tests.simulation.world import Violation

RUN, NAMED = "footfall.run-id", "footfall.periods"


def weeks_follow_days(there: Scene) -> None:
    """A week is never one of older days than the week before it, and in the end that of the last run of its days.

    Raises:
        Violation: It is not.
    """
    named, made = _runs(there.lake), _runs(there.weeks)
    last = 0
    for number, at in made:
        before = [run for run, moment in named if moment < at]
        if number not in before:
            raise Violation(f"run-{number} published a week before its days")
        if before.index(number) < last:
            raise Violation(f"run-{number} published a week over one of later days: {made}, days {named}")
        last = before.index(number)
    wins, stands = (numbers[-1][0] if numbers else 0 for numbers in (named, made))
    for number, answer in there.answers.items():
        if answer.code == 0 and there.plans[number].has_week and number == wins != stands:
            raise Violation(f"run-{number} was answered published, and the week is that of run-{stands}")


def _runs(lake: Lake) -> list[tuple[int, int]]:
    """The runs whose commits name WEEK, in their order, with the number of the snapshot."""
    return [
        (int(each.summary[RUN].removeprefix("run-")), each.id)
        for each in lake.log
        if WEEK.name in each.summary.get(NAMED, "").split(",")
    ]
