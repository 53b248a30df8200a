"""Random faults for some minutes: `python -m tests.faults --minutes 10 --seed 1`.

Each round publishes an old day, disturbs the run that replaces it at a random request in a random way, and looks at
the table: the old day or the new one, whole, and the new one where the run said so. Then the day is run once more, and
the upkeep of a week later must leave nothing in the bucket but the table and runs that told of themselves.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from footfall.publish.maintenance import Upkeep
from footfall.publish.store import Store
from footfall.publish.tasks import Ages
from footfall.schema import PLACE_DAYS
from tests.conftest import small_spark
from tests.faults.conftest import OLD_ROWS
from tests.faults.proxy import BUSY, FAILED_AFTER_SUCCESS, GONE, LOST, PASS, Fate, Request, Rule
from tests.faults.reader import NEW, OLD, Leftovers
from tests.faults.scene import Scene, scene
from tests.run.conftest import on_spark, runner
from tests.stores.lake import new_bucket, tell
from tests.stores.servers import Servers, servers
from tests.stores.test_table import publish

Fault = Callable[[random.Random, int, Scene], Rule]


def killed(drawn: random.Random, at: int, play: Scene) -> Rule:
    """Kill -9 at this request, which is done or not."""
    fate = drawn.choice([GONE, LOST])
    return lambda request: Fate(fate.done, answered=False, first=play.kill) if request.number == at else PASS


def hung_up(drawn: random.Random, at: int, play: Scene) -> Rule:
    """Hang up on some requests from this one on, done or not."""
    fate, last = drawn.choice([GONE, LOST]), at + drawn.choice([1, 2, 5, 20])
    return lambda request: fate if at <= request.number < last else PASS


def refused(drawn: random.Random, at: int, play: Scene) -> Rule:
    """Answer some requests from this one on by 503, or by 500 after they were done."""
    fate, last = drawn.choice([BUSY, FAILED_AFTER_SUCCESS]), at + drawn.choice([1, 2, 5, 20])
    return lambda request: fate if at <= request.number < last else PASS


def stormy(drawn: random.Random, at: int, play: Scene) -> Rule:
    """From this request on do something else to each with some chance."""
    share = drawn.choice([0.05, 0.2, 0.4])

    def rule(request: Request) -> Fate:
        if request.number < at or drawn.random() > share:
            return PASS
        return drawn.choice([GONE, LOST, BUSY, FAILED_AFTER_SUCCESS])

    return rule


def away(drawn: random.Random, at: int, play: Scene) -> Rule:
    """From this request on be gone for some seconds, or for good."""
    seconds, since = drawn.choice([5.0, 20.0, 60.0, 3600.0]), list[float]()

    def rule(request: Request) -> Fate:
        if request.number < at:
            return PASS
        since.append(time.monotonic())
        return GONE if since[-1] - since[0] < seconds else PASS

    return rule


FAULTS: tuple[Fault, ...] = (killed, killed, hung_up, refused, stormy, away)
REQUESTS = 60
"""About so many requests does an undisturbed run make; a fault at a later one happens in long runs only."""

A_WEEK_LATER = timedelta(days=8)


def round_of(spark: SparkSession, served: Servers, drawn: random.Random, folder: Path) -> str:
    """One fault; what came of it in a line.

    Raises:
        AssertionError: A row was lost, doubled or mixed.
    """
    fault, at = drawn.choice(FAULTS), drawn.randrange(1, REQUESTS)
    bucket = new_bucket(served)
    publish(Store.at(spark, PLACE_DAYS, bucket.output, bucket.database, "old"), OLD_ROWS)
    with scene(bucket, folder) as play:
        job = play.run(fault(drawn, at, play))
        rows, what = play.rows(), f"{fault.__name__} at request {at}: exit code {job.code}"
        if rows not in (OLD, NEW) or (job.code == 0 and rows != NEW):
            raise AssertionError(f"{what}, the table holds {rows}\n{job.told}")
        if job.code not in (0, 6, -9):
            raise AssertionError(f"{what} is neither published, infrastructure nor killed\n{job.told}")
        finished = runner(on_spark(spark), folder)(**play.settings)
        if finished.refusal or play.rows() != NEW:
            raise AssertionError(f"{what}, and the next run gave {finished.refusal}, {play.rows()}")
        left, now = play.leftovers(), datetime.now(UTC) + A_WEEK_LATER
        Upkeep(spark, bucket.output, bucket.database, PLACE_DAYS, (), Ages(), now).work()
        if play.leftovers() != Leftovers() or play.rows() != NEW:
            raise AssertionError(
                f"{what}, left {left}; the upkeep leaves {play.leftovers()!r}, {play.rows()}"
            )
        day = "new" if rows == NEW else "old"
        return f"{what}, {len(play.director.seen)} requests, {day} day; left until the upkeep: {left}"


def main() -> int:
    """Run rounds until the time is over; 1 where a round failed."""
    words = argparse.ArgumentParser("python -m tests.faults", description=__doc__)
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--seed", type=int, default=1, help="of the first round; each further one adds 1")
    asked = words.parse_args()
    end, outcomes, spark = time.monotonic() + asked.minutes * 60, Counter[str](), small_spark()
    number = asked.seed
    with servers() as served:
        os.environ.update(served.environment)  # of the runs that nobody disturbs
        tell(spark, served)
        while time.monotonic() < end:
            with tempfile.TemporaryDirectory(prefix="footfall-fault-") as folder:
                try:
                    line = round_of(spark, served, random.Random(number), Path(folder))  # noqa: S311
                    outcomes["held"] += 1
                except AssertionError as failure:
                    line = f"FAILED: {failure}"
                    outcomes["failed"] += 1
            print(f"seed {number}: {line}", flush=True)  # noqa: T201
            number += 1
    print(dict(outcomes))  # noqa: T201
    return 1 if outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
