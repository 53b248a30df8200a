"""A history of an output on an object store: two runs, an upkeep and readers, and what must hold of it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.publish.tasks import Ages
from tests.simulation import parquet
from tests.simulation.acts import Answer, Plan
from tests.simulation.iceberg import Lake
from tests.simulation.metadata import Metadata
from tests.simulation.rows import DAYS, WEEK
from tests.simulation.store_scene import COUNTED_FOR, OUTPUT, PREFIX, ROOT, UNSURE, Scene, on_stage, scene
from tests.simulation.weeks import weeks_follow_days
from tests.simulation.world import Machine, Violation, World


def play(seed: int) -> Scene:
    """The history of a number.

    Raises:
        Violation: Something was that must never be; `trace` of the scene's world tells the rest.
    """
    drawn = Random(seed)  # noqa: S311 - a history, no secret
    there = scene(drawn)
    try:
        _play(drawn, there)
    except Violation as failure:
        failure.add_note(there.world.told())
        raise
    return there


def _play(drawn: Random, there: Scene) -> None:
    world = there.world
    with on_stage(there):
        if drawn.random() < 0.8:
            first = Plan(1, DAYS, pieces=drawn.choice((1, 2)), has_week=drawn.random() < 0.5)
            world.start("run-1", Machine("calm"), there.run(first))
            world.run()
            world.trace.clear()
            world.now += drawn.choice((60.0, 86_400.0, 40 * 86_400.0))
        seconds = [drawn.choice(COUNTED_FOR) for _ in range(2)]
        world.signs = max(30.0, max(seconds) / 12)
        _start_runs(drawn, there, seconds)
        _start_others(drawn, there, seconds)
        world.run()
        check(there)
        if drawn.random() < 0.3:
            _last_run(drawn, there)


def _start_runs(drawn: Random, there: Scene, seconds: list[float]) -> None:
    """Start two runs of one day or both, which count so long."""
    for number, counts in zip((2, 3), seconds, strict=True):
        days = drawn.choice((DAYS[:1], DAYS[1:], DAYS, DAYS))
        plan = Plan(
            number,
            days,
            pieces=drawn.choice((1, 2)),
            seconds=counts,
            is_restaged=drawn.random() < 0.3,
            has_bad_rows=drawn.random() < 0.5,
            has_week=days == DAYS and drawn.random() < 0.7,
        )
        begins = drawn.random() * 5
        if number == 3 and drawn.random() < 0.2:
            begins += min(seconds)  # where the other one publishes
        there.world.start(plan.run_id, Machine(plan.run_id), there.run(plan), after=begins)


def _start_others(drawn: Random, there: Scene, seconds: list[float]) -> None:
    """Start upkeeps and readers, while the runs count or when they publish, and a clock that jumps."""
    world, last = there.world, max(seconds)
    leftovers = drawn.choice((timedelta(days=1), timedelta(days=7)))
    ages = Ages(timedelta(days=30), leftovers, least_snapshots=drawn.choice((1, 10)))
    if ages.least_snapshots == 1:
        world.is_calm = False  # the snapshot that a run began with may expire while it counts
    for _ in range(drawn.choice((0, 1, 1, 2))):
        at = drawn.choice((drawn.random() * last, *seconds)) + drawn.random() * 5
        world.start("upkeep", Machine("upkeep"), partial(there.upkeep, ages), at)
    for _ in range(3):
        at = drawn.choice((drawn.random(), 1.0)) * last + drawn.random() * 5
        world.start("reader", Machine("calm reader"), there.read, at)
    if drawn.random() < 0.2:
        world.start("clock", Machine("calm clock"), partial(_jump, drawn, world), drawn.random() * last)


def _jump(drawn: Random, world: World) -> None:
    """Let the clock of a machine jump, by less than half a day: upkeep spares what is younger than one day."""
    machine = drawn.choice(world.tasks).machine
    world.is_calm = False
    machine.ahead = drawn.choice((-39_600.0, -600.0, -30.0, 30.0, 600.0, 39_600.0))
    world.tell(f"the clock of {machine.name} is {machine.ahead} s ahead")


def _last_run(drawn: Random, there: Scene) -> None:
    """Whatever was: a run that nobody disturbs publishes, and the upkeep of a month later leaves nothing else."""
    world = there.world
    world.now += 40 * 86_400.0
    plan = Plan(4, DAYS, has_week=drawn.random() < 0.5)
    world.start(plan.run_id, Machine("calm"), there.run(plan))
    world.run()
    if there.answers[4].code != 0:
        raise Violation(f"an undisturbed run ends with {there.answers[4].code}: {there.answers[4].said}")
    world.now += 40 * 86_400.0
    world.start("upkeep", Machine("calm"), partial(there.upkeep, Ages(least_snapshots=1)))
    world.run()
    check(there)
    for lake in (there.lake, there.weeks):
        left = {key for key in there.bucket.objects if key.startswith(f"{lake.folder}/data/")}
        known = lake.current.keys(ROOT) if lake.current else set()
        if not left <= known:
            raise Violation(f"the upkeep leaves {sorted(left - known)}")


def check(there: Scene) -> None:
    """What must hold when all is over.

    Raises:
        Violation: Something does not.
    """
    if there.troubles:
        raise Violation(there.troubles[0])
    commits = [(_runs(each.summary), each) for each in there.lake.log]
    for number, each in commits:
        if number:
            _one_winner(there, number, each.id)
    stands = [number for number, _ in commits if number]
    for number, answer in there.answers.items():
        _answered(there, number, answer, stands)
    for lake in (there.lake, there.weeks):
        _table_is_whole(there, lake)
    weeks_follow_days(there)
    _history_tells(there)


def _runs(summary: dict[str, str]) -> int:
    return int(summary.get("footfall.run-id", "run-0").removeprefix("run-"))


def _one_winner(there: Scene, number: int, made: int) -> None:
    """What a run replaced is what it had seen when it began."""
    own = {str(day) for day in there.plans[number].days}
    for each in there.lake.log:
        other = _runs(each.summary)
        taken = own & {str(day) for day in there.plans[other].days} if other else set()
        if there.opened[number] < each.id < made and other != number and taken:
            raise Violation(
                f"run-{number} replaced {taken}, which run-{other} published since run-{number} began"
            )


def _answered(there: Scene, number: int, answer: Answer, stands: list[int]) -> None:
    """What was answered is what was done."""
    was = number in stands
    if answer.code == 0 and not was:
        raise Violation(f"run-{number} was answered published, and was not")
    if answer.code not in (None, 0) and was and not any(word in answer.said for word in UNSURE):
        raise Violation(f"run-{number} was published, and answered {answer.code}: {answer.said}")
    if answer.code == 5:
        days, since = set(there.plans[number].days), there.opened[number]
        others = {_runs(each.summary) for each in there.lake.log if each.id > since} - {0, number}
        if not any(days & set(there.plans[other].days) for other in others):
            raise Violation(f"run-{number} was answered a conflict with nobody: {answer.said}")
    may = (0, 4, 5) if there.world.is_calm else (None, 0, 4, 5, 6, 143)
    if answer.code not in may:
        raise Violation(f"run-{number} was answered {answer.code}: {answer.said}")


def _table_is_whole(there: Scene, lake: Lake) -> None:
    """All files that a table lists are there, and each day or week is whole."""
    base: Metadata | None = lake.current
    if base is None:
        return
    gone = base.keys(ROOT) - there.bucket.objects.keys()
    if gone:
        raise Violation(f"the table lists {sorted(gone)}, which are gone")
    for snapshot in base.snapshots.values():
        for day in (*DAYS, WEEK.first):
            keys = [file.path.removeprefix(ROOT) for file in snapshot.files if file.day == str(day)]
            found = {
                mark
                for key in keys
                for mark in parquet.rows(there.bucket.objects[key].body)["pings"].to_pylist()
            }
            there.whole(day, found, f"snapshot {snapshot.id}")


def _history_tells(there: Scene) -> None:
    """Each run that was answered published is in the history as such, with its quarantine."""
    runs = {
        run.run_id: run.state
        for run in all_runs(run_files(OUTPUT), datetime.fromtimestamp(there.world.now, UTC))
    }
    for number, answer in there.answers.items():
        if answer.code == 0:
            if runs.get(f"run-{number}") != "published":
                raise Violation(
                    f"run-{number} was answered published, the history says {runs.get(f'run-{number}')}"
                )
            if not any(
                key.startswith(f"{PREFIX}/quarantine/run=run-{number}/") for key in there.bucket.objects
            ):
                raise Violation(f"the quarantine of run-{number} is gone")
