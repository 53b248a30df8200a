"""The servers of a history of an output on an object store, and what its runs, its upkeep and its readers do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from footfall import aws
from footfall.engines.spark.failures import spark_failures
from footfall.errors import DefectError, FootfallError
from footfall.periods import Kind
from footfall.periods.columns import period_table
from footfall.publish.maintenance import Upkeep
from footfall.publish.store import Store
from footfall.publish.tasks import Ages
from footfall.schema import PLACE_DAYS
from tests.simulation import parquet
from tests.simulation.acts import Answer, Plan, act, played, settings_of
from tests.simulation.bucket import Bucket, Client
from tests.simulation.iceberg import Lake
from tests.simulation.metadata import JavaError
from tests.simulation.rows import WEEK
from tests.simulation.session import Session
from tests.simulation.weather import Weather, weather
from tests.simulation.world import Violation, World

ROOT, PREFIX, DATABASE = "s3://bucket/", "out", "footfall"
OUTPUT = f"{ROOT}{PREFIX}"
UNSURE = ("not known", "its days were published before that", "may have been", "had been replaced")
"""What a failure says of days that are published, or may be."""

REQUESTS = 160
"""About so many requests make a history."""

COUNTED_FOR = (1.0, 60.0, 3600.0, 30 * 3600.0, 9 * 86400.0)


@dataclass
class Scene:
    """The servers of a history, the runs that it has, and what they answered."""

    world: World
    bucket: Bucket
    lake: Lake
    weeks: Lake
    session: Any
    plans: dict[int, Plan] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def run(self, plan: Plan) -> Callable[[], None]:
        """A run of the job."""
        self.plans[plan.number], self.answers[plan.number] = plan, Answer()

        def opened() -> Store:
            kind: Kind | None = WEEK.kind if plan.has_week else None
            store = Store.at(self.session, PLACE_DAYS, OUTPUT, DATABASE, plan.run_id, kind)
            self.opened[plan.number] = store.table.seen or 0
            return store

        settings = settings_of(OUTPUT, plan.days)
        return lambda: act(self.world, plan, settings, opened, self.answers[plan.number])

    def upkeep(self, ages: Ages) -> None:
        """The upkeep, as the command does it."""
        now = datetime.fromtimestamp(self.world.clock(), UTC)
        upkeep = Upkeep(self.session, OUTPUT, DATABASE, PLACE_DAYS, (self.weeks.own,), ages, now)
        try:
            with spark_failures():
                upkeep.tasks()
                upkeep.work()
        except DefectError as failure:
            raise Violation(f"the upkeep met a defect: {failure}") from failure
        except FootfallError as failure:
            self.world.tell(f"answers {failure.exit_code}: {failure.what}")

    def read(self) -> None:
        """A reader of Iceberg that knows nothing of the job, of days and then of weeks."""
        for lake in (self.lake, self.weeks):
            try:
                base = lake.load()
                found: dict[str, set[int]] = {}
                for file in sorted(base.head.files if base.head else (), key=lambda file: file.path):
                    key = file.path.removeprefix(ROOT)
                    lake.read(key)
                    rows = parquet.rows(self.bucket.objects[key].body)
                    found.setdefault(file.day, set()).update(rows["pings"].to_pylist())
            except JavaError as failure:
                if "NotFound" in failure.said and "NoSuch" not in failure.said:
                    raise Violation(f"a reader misses a file: {failure.said}") from failure
                continue
            for day, marks in found.items():
                self.whole(date.fromisoformat(day), marks, "a reader")

    def whole(self, day: date, marks: set[int], who: str) -> int:
        """The number of the run whose rows these are, of a day or of WEEK; 0 where there are none.

        Raises:
            Violation: They are not all rows of one run.
        """
        numbers = {mark // 100 for mark in marks}
        if not numbers:
            return 0
        plan = self.plans[min(numbers)]
        if len(numbers) > 1 or set(plan.week_marks if day == WEEK.first else plan.marks(day)) != marks:
            raise Violation(f"{who} finds a mixture on {day}: {sorted(marks)}")
        return min(numbers)


@contextmanager
def on_stage(there: Scene) -> Iterator[None]:
    """Let the job meet these servers while the block runs; at its end all machines are off."""
    with played(there.world, (aws, "client", lambda service: Client(there.bucket))):
        try:
            yield
        finally:
            there.world.stop()


def scene(drawn: Random, forecast: Weather | None = None) -> Scene:
    """Servers without anything on them; how requests fail is drawn where no forecast is given."""
    world = World(drawn, forecast or weather(drawn, REQUESTS))
    bucket = Bucket(world)
    lake = Lake(world, bucket, ROOT, f"{PREFIX}/footfall", PLACE_DAYS, is_looking=drawn.random() < 0.5)
    own = period_table(WEEK.kind)
    weeks = replace(lake, folder=f"{PREFIX}/{own.name}", own=own, known={}, log=[])
    session = Session({each.own.name: each for each in (lake, weeks)}, lambda some: parquet.merged(*some))
    there = Scene(world, bucket, lake, weeks, session)

    def deleted(key: str) -> None:
        for each in (lake, weeks):
            if each.current is not None and key in each.current.keys(ROOT):
                there.troubles.append(f"{key} was deleted, which the table lists")

    bucket.deleted = deleted
    return there
