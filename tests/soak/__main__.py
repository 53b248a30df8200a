"""Runs, backfills, readers and upkeep at once on one output: `python -m tests.soak --minutes 60`, or `--stores`.

At the end each day must read back with all that arrived and with the digest of its manifest, processes that lived long
must have stayed flat, and what killed runs left must be gone. Figures are written as JSON; 1 where something is wrong.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from footfall.check.digests import digest
from footfall.schema import FOOTFALL, PLACE_DAYS
from tests.soak import acts
from tests.soak.acts import Soak
from tests.soak.arrivals import DAYS, Arrivals
from tests.soak.outputs import Output, output
from tests.soak.reader import SEEN
from tests.soak.upkeep import DONE
from tests.soak.watching import MIB, Watched, growth, quarters
from tests.stores.servers import free_port, wait_for

SECONDS_BETWEEN_SAMPLES = 2.0
OLD_AFTER = 300
"""Seconds after which the upkeep takes what a run left for old; one that lives gives a sign each half minute."""

KEPT_PER_RUN = 64 * 1024
"""Bytes that the metrics keep of a run: its manifest, so that they need not read it again."""


@contextmanager
def long_lived(soak: Soak, *, in_bucket: bool) -> Iterator[tuple[list[Watched], str]]:
    """The processes that live as long as the soak, and the address of the metrics."""
    port = free_port()
    modules = {"reader and library": ("tests.soak.reader",)}
    if in_bucket:
        modules["upkeep on Spark"] = ("tests.soak.upkeep", str(OLD_AFTER))
    with (soak.root / "long_lived.log").open("wb") as log, ExitStack() as stack:

        def alive(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        metrics = ["metrics", f"--output={soak.output.address}", f"--listen={port}"]
        watched = [
            Watched("footfall metrics --listen", alive(soak.start(metrics, log.fileno())), KEPT_PER_RUN)
        ]
        watched += [Watched(name, alive(module(soak, log, *words))) for name, words in modules.items()]
        wait_for(port, seconds=300)
        yield watched, f"http://127.0.0.1:{port}/metrics"


def module(soak: Soak, log: IO[bytes], name: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a module of the soak on its folder, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", name, soak.root, *words],
        env=soak.output.environment,
        cwd=Path(__file__).parents[2],
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def begin(soak: Soak) -> None:
    """Publish the first part of each day, so that readers find all of them from the start."""
    for day in DAYS:
        soak.arrivals.add(day)
    whole = soak.command("backfill", *soak.output.flags, f"--from={DAYS[0]}", f"--to={DAYS[-1]}")
    soak.expect("first backfill", whole, (0,))


def load(soak: Soak, seconds: float, *, in_bucket: bool) -> list[Watched]:
    """Do everything at once for so long; the processes that lived long, with their samples."""
    with long_lived(soak, in_bucket=in_bucket) as (watched, address):
        between = max(2.0, seconds / 400)  # at most so many parts: each run reads all of them
        threads = [
            soak.repeat(acts.arrive, between),
            soak.repeat(acts.run_a_day, 0.2),
            soak.repeat(acts.backfill, 1.0),
            soak.repeat(acts.look_back, 30.0 if in_bucket else 5.0),
            soak.repeat(acts.scrape(address), 5.0),
        ]
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end and not soak.is_over.wait(SECONDS_BETWEEN_SAMPLES):
                for each in watched:
                    each.look()
        finally:
            soak.is_over.set()
            for thread in threads:
                thread.join()
    return watched


def finish(soak: Soak, *, in_bucket: bool) -> dict[str, int]:
    """Publish all that has arrived, and do the upkeep; what then still lies there.

    Raises:
        AssertionError: A day does not show all parts, or its rows have another digest than its manifest.
    """
    whole = soak.command("backfill", *soak.output.flags, f"--from={DAYS[0]}", f"--to={DAYS[-1]}")
    soak.expect("last backfill", whole, (0,))
    digests = published_digests(soak.output)
    for day in DAYS:
        shown, due = soak.parts(day), soak.arrivals.parts[day]
        if shown != due:
            raise AssertionError(f"{due} parts of {day} have arrived, {shown} are published")
        if (found := digest_of(soak.output, day)) != digests[str(day)]:
            raise AssertionError(f"{day} reads back as {found}, its manifest says {digests[str(day)]}")
        soak.expect("verify", soak.command("verify", *soak.output.flags, f"--day={day}"), (0,))
    if in_bucket:
        time.sleep(60)
        with (soak.root / "last_upkeep.log").open("wb") as log:
            last = module(soak, log, "tests.soak.upkeep", "30", "--once")
        soak.expect("last upkeep", last.wait(acts.PATIENCE), (0,))
    return soak.output.leftovers()


def published_digests(output: Output) -> dict[str, str]:
    """The digest of each day by the manifest of the run that published it last."""
    published = [each for each in output.manifests() if each["state"] == "published"]
    in_order = sorted(published, key=lambda each: datetime.fromisoformat(each["finished"]))
    return {day: text for each in in_order for day, text in each["digests"].items()}


def digest_of(output: Output, day: Any) -> str:
    """The digest of the rows of a day, as a reader that is not the job's finds them."""
    rows = output.rows(day)
    if "day" not in rows.column_names:
        rows = rows.append_column("day", pa.array([day] * len(rows)))
    columns = [pc.cast(rows[field.name], field.type) for field in FOOTFALL]
    return digest(pa.table(columns, schema=FOOTFALL), PLACE_DAYS)


def judged(soak: Soak, watched: list[Watched], left: dict[str, int]) -> list[str]:
    """What is wrong in the end: a process that grew, or more leftovers than killed runs explain."""
    runs = len(soak.output.manifests())
    grown = [(each.name, growth(each.samples, each.per_run * runs)) for each in watched]
    killed = soak.counts[f"run: exit code {acts.KILLED}"]
    return [
        *soak.failures,
        *(f"{name}: {what}" for name, what in grown if what),
        *(f"{number} {kind} after {killed} killed runs" for kind, number in left.items() if number > killed),
    ]


def figures(soak: Soak, watched: list[Watched], left: dict[str, int]) -> dict[str, Any]:
    """What was done and seen, in numbers."""
    flat = {
        each.name: [
            {"resident MiB": quarter.resident // MIB, "open files": quarter.files}
            for quarter in quarters(each.samples)
        ]
        for each in watched
    }
    others = [json.loads(path.read_text()) for path in (soak.root / SEEN, soak.root / DONE) if path.exists()]
    done = {**dict(sorted(soak.counts.items())), "runs with a manifest": len(soak.output.manifests())}
    for each in others:
        done |= each
    return {"done": done, "second and last quarter": flat, "left": left}


def main() -> int:
    """Do one soak."""
    words = argparse.ArgumentParser("python -m tests.soak", description=__doc__)
    words.add_argument("--minutes", type=float, default=2)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument(
        "--stores", action="store_true", help="publish to S3 and Glue by Spark, not into a folder"
    )
    asked = words.parse_args()
    root = Path(tempfile.mkdtemp(prefix="footfall-soak-"))
    with output(root, in_bucket=asked.stores) as here:
        soak = Soak(root, here, Arrivals(here.put), asked.seed)
        begin(soak)
        watched = load(soak, asked.minutes * 60, in_bucket=asked.stores)
        left = finish(soak, in_bucket=asked.stores)
        print(json.dumps(figures(soak, watched, left), indent=2))  # noqa: T201
        wrong = judged(soak, watched, left)
    if not wrong:
        shutil.rmtree(root)
        return 0
    print("\n".join([f"What is left, and the logs: {root}", *(f"WRONG: {each}" for each in wrong)]))  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
