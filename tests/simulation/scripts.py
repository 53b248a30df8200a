"""Histories whose runs and faults are written down instead of drawn."""

from random import Random

from tests.simulation.acts import Plan
from tests.simulation.rows import DAYS
from tests.simulation.store_history import check
from tests.simulation.store_scene import Scene, on_stage, scene
from tests.simulation.tasks import Machine
from tests.simulation.weather import Script

DAY, NEXT = DAYS


def play(
    plans: list[Plan], script: list[tuple[str, str, int]], *, is_first: bool = False, number: int = 1
) -> Scene:
    """A history in which these requests have these fates; it holds in the end.

    Args:
        plans: The runs, which begin at once.
        script: Words of a task and its request, the fate, and for how many requests, one after the other.
        is_first: Whether no run has published before them.
        number: What the order of tasks is drawn from.
    """
    there = scene(Random(number), Script(lines=script))  # noqa: S311
    there.lake.is_looking = False  # the job has to look
    with on_stage(there):
        if not is_first:
            first = Plan(1, DAYS, has_week=any(plan.has_week for plan in plans))
            there.world.start("run-1", Machine("calm"), there.run(first))
            there.world.run()
        for plan in plans:
            there.world.start(plan.run_id, Machine(plan.run_id), there.run(plan))
        there.world.run()
        check(there)
    return there


def standing(there: Scene) -> dict[str, set[int]]:
    """The runs whose files the table lists, by day."""
    assert there.lake.current is not None
    assert there.lake.current.head is not None
    found: dict[str, set[int]] = {}
    for file in there.lake.current.head.files:
        found.setdefault(file.day, set()).add(int(file.path.rpartition("/run-")[2][0]))
    return found
