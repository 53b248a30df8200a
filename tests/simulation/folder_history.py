"""A history of an output folder: two runs, readers and a last run, and what must hold of it."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from footfall.errors import FootfallError
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.publish.folder import Folder
from footfall.schema import PLACE_DAYS
from tests.simulation import parquet
from tests.simulation.acts import Answer, Plan, act, played, settings_of
from tests.simulation.disk import shared
from tests.simulation.rows import DAYS
from tests.simulation.store_scene import UNSURE
from tests.simulation.weather import weather
from tests.simulation.world import Machine, Violation, World

REQUESTS = 300
"""About so many system calls make a history."""


@dataclass(frozen=True)
class Swap:
    """A rename over the file of a day, by a run."""

    day: date
    run: int


@dataclass
class Scene:
    """The folder of a history, the runs that it has, and what they answered."""

    world: World
    root: Path
    plans: dict[int, Plan] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    opened: dict[int, tuple[int, int]] = field(default_factory=dict)
    log: list[Swap] = field(default_factory=list)

    def run(self, plan: Plan) -> Callable[[], None]:
        """A run of the job."""
        self.plans[plan.number], self.answers[plan.number] = plan, Answer()

        def opened() -> Folder:
            before = len(self.log)
            output = Folder.at(str(self.root), plan.run_id, PLACE_DAYS)
            self.opened[plan.number] = before, len(self.log)  # it looks at one day after the other
            return output

        settings = settings_of(str(self.root), plan.days)
        return lambda: act(self.world, plan, settings, opened, self.answers[plan.number])

    def renamed(self, staged: Path) -> None:
        """Remember that a file took the place of a day's."""
        (mark, *_) = self.marks(staged)
        self.log.append(Swap(next(day for day in DAYS if day.day == mark // 10 % 10), mark // 100))

    def marks(self, file: Path) -> list[int]:
        """What a file of the table tells of its run."""
        with file.open("rb") as content:
            begin = content.read(4)
            found: list[int] = parquet.rows(begin + content.read())["pings"].to_pylist()
        return found

    def read(self) -> None:
        """A reader that knows nothing of the job, and the job's own.

        Raises:
            Violation: A day is not that of one run.
        """
        for day in DAYS:
            file = self.root / "footfall" / f"day={day}" / "footfall.parquet"
            try:
                self.whole(day, self.marks(file), "a reader")
            except FileNotFoundError:
                continue  # the day is not published
        for day in DAYS:
            try:
                batches = Folder.at(str(self.root), "reader", PLACE_DAYS).published(day)
                found = [mark for batch in batches or () for mark in batch["pings"].to_pylist()]
            except FootfallError as failure:
                raise Violation(f"a reader of the job is refused: {failure}") from failure
            if found:
                self.whole(day, found, "a reader of the job")

    def whole(self, day: date, marks: list[int], who: str) -> int:
        """The number of the run whose rows these are.

        Raises:
            Violation: They are not all rows of one run.
        """
        number = marks[0] // 100 if marks else 0
        if number not in self.plans or tuple(sorted(marks)) != self.plans[number].marks(day):
            raise Violation(f"{who} finds a mixture on {day}: {marks}")
        return number


def play(seed: int) -> Scene:
    """The history of a number.

    Raises:
        Violation: Something was that must never be; its notes tell the rest.
    """
    drawn = Random(seed)  # noqa: S311 - a history, no secret
    with tempfile.TemporaryDirectory(prefix="footfall-history-", dir=_memory()) as folder:
        there = Scene(World(drawn, weather(drawn, REQUESTS)), Path(folder))
        try:
            with played(there.world), shared(there.world, there.root, there.renamed):
                try:
                    _play(drawn, there)
                finally:
                    there.world.stop()
        except Violation as failure:
            failure.add_note(there.world.told())
            raise
    return there


def _memory() -> str | None:
    """A folder in memory, where the system has one: disks of tests need not last."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def _play(drawn: Random, there: Scene) -> None:
    world = there.world
    if drawn.random() < 0.8:
        world.start("run-1", Machine("calm"), there.run(Plan(1, DAYS)))
        world.run()
        world.trace.clear()
        world.requests = 0
    for number in (2, 3):
        plan = Plan(
            number,
            drawn.choice((DAYS[:1], DAYS[1:], DAYS)),
            pieces=drawn.choice((1, 2)),
            seconds=drawn.choice((0.0, 1.0, 60.0)),
            is_restaged=drawn.random() < 0.3,
            has_bad_rows=drawn.random() < 0.5,
        )
        world.start(plan.run_id, Machine(plan.run_id), there.run(plan), after=drawn.random() * 5)
    for _ in range(3):
        world.start("reader", Machine("calm reader"), there.read, drawn.choice((5.0, 60.0)) * drawn.random())
    world.run()
    check(there)
    if drawn.random() < 0.3:
        world.start("run-4", Machine("calm"), there.run(Plan(4, DAYS)))
        world.run()
        check(there)
        if there.answers[4].code != 0:
            raise Violation(f"an undisturbed run ends with {there.answers[4].code}: {there.answers[4].said}")
        left = [str(path.relative_to(there.root)) for path in there.root.glob("runs/*/staging/alive")]
        if left:
            raise Violation(f"a run sweeps up, and leaves {left}")


def check(there: Scene) -> None:
    """What must hold when all is over.

    Raises:
        Violation: Something does not.
    """
    for place, swap in enumerate(there.log):
        since = there.log[there.opened[swap.run][1] : place]
        taken = [each.run for each in since if each.day == swap.day and each.run != swap.run]
        if taken:
            raise Violation(f"run-{swap.run} replaced {swap.day} of run-{taken[0]}, which it had not seen")
    for number, answer in there.answers.items():
        _answered(there, number, answer)
    for day in DAYS:
        last = [swap.run for swap in there.log if swap.day == day][-1:]
        file = there.root / "footfall" / f"day={day}" / "footfall.parquet"
        stands = [there.whole(day, there.marks(file), "the table")] if file.exists() else []
        if stands != last:
            raise Violation(f"{day} is that of run {stands}, last published by {last}")
    runs = all_runs(run_files(str(there.root)), datetime.fromtimestamp(there.world.now, UTC))
    states = {run.run_id: run.state for run in runs}
    for number, answer in there.answers.items():
        if answer.code == 0 and states.get(f"run-{number}") != "published":
            raise Violation(f"run-{number} was answered published, the history says {states}")
        if answer.code == 0 and not list((there.root / "quarantine" / f"run-{number}").iterdir()):
            raise Violation(f"the quarantine of run-{number} is gone")


def _answered(there: Scene, number: int, answer: Answer) -> None:
    """What was answered is what was done."""
    days = {swap.day for swap in there.log if swap.run == number}
    if answer.code == 0 and days != set(there.plans[number].days):
        raise Violation(f"run-{number} was answered published, and published {sorted(days)}")
    if answer.code not in (None, 0) and days and not any(word in answer.said for word in UNSURE):
        raise Violation(f"run-{number} published {sorted(days)}, and answered {answer.code}: {answer.said}")
    if answer.code == 5:
        since = there.log[there.opened[number][0] :]
        if not any(swap.run != number and swap.day in there.plans[number].days for swap in since):
            raise Violation(f"run-{number} was answered a conflict with nobody: {answer.said}")
    if answer.code not in ((0, 5) if there.world.is_calm else (None, 0, 2, 5, 6, 143)):
        raise Violation(f"run-{number} was answered {answer.code}: {answer.said}")
