"""Take each guard out of a copy of the job, once, and see that its test finds it: `python -m tests.guards`.

`--write` puts the table of guards, tests and seconds into docs/reliability.md.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.guards.of_folders import OF_FOLDERS
from tests.guards.of_runs import OF_RUNS
from tests.guards.of_tables import OF_TABLES
from tests.guards.removal import CODE, ROOT, Removal

REMOVALS = (*OF_TABLES, *OF_FOLDERS, *OF_RUNS)
TABLE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- guards: made by python -m tests.guards --write -->\n", "<!-- end of guards -->\n"
HEAD = ("| guard that was taken out | in | found by | seconds |", "| --- | --- | --- | --- |")
TO_THE_END = 5
"""How many times as long a test may take with all guards, as it then runs to its end."""
FOUND, PASSED = 1, 0
"""pytest's exit codes where tests failed and where they passed; any other one says that it did not come to that."""


@dataclass(frozen=True)
class Outcome:
    """How a test ended without a guard: pytest's exit code, or None where it took too long, and its seconds."""

    removal: Removal
    code: int | None
    seconds: float
    said: str = ""

    @property
    def is_found(self) -> bool:
        """Whether the test found that the guard is missing, in its time."""
        return self.code == FOUND


@contextmanager
def without(removal: Removal | None) -> Iterator[Path]:
    """A copy of the job's code that lacks a guard; the folder to import it from."""
    with tempfile.TemporaryDirectory(prefix="footfall-guard-") as folder:
        code = Path(folder) / "footfall"
        shutil.copytree(CODE, code, ignore=shutil.ignore_patterns("__pycache__"))
        if removal is not None:
            removal.apply(code)
        yield Path(folder)


def outcome(removal: Removal, *, is_whole: bool = False) -> Outcome:
    """How the test of a guard ends without it, or with it."""
    seconds = removal.seconds * (TO_THE_END if is_whole else 1)
    with without(None if is_whole else removal) as folder:
        environ = {**os.environ, "PYTHONPATH": str(folder)}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider"]
        began = time.monotonic()
        try:
            done = subprocess.run(
                [*command, f"tests/{removal.test}"],
                cwd=ROOT,
                env=environ,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(removal, None, seconds, "it took too long")
        return Outcome(
            removal, done.returncode, time.monotonic() - began, done.stdout[-2000:] + done.stderr[-2000:]
        )


def broken(removals: list[Removal], pool: ThreadPoolExecutor) -> list[Outcome]:
    """The tests of these guards that do not pass with all guards in place, each once."""
    one_each = {removal.test: removal for removal in removals}
    outcomes = pool.map(partial(outcome, is_whole=True), one_each.values())
    return [each for each in outcomes if each.code != PASSED]


def line(outcome: Outcome) -> str:
    """A guard, its test and the seconds until it was found, as a line of a table in Markdown."""
    removal = outcome.removal
    file, _, test = removal.test.partition("::")
    where = f"`{test}` in `tests/{file}`"
    return f"| {removal.guard} | `{removal.file}` | {where} | {outcome.seconds:.1f} |"


def table(lines: dict[str, str], before: str) -> str:
    """The table of all guards.

    Args:
        lines: The lines of the guards that were taken out now, by the guard.
        before: The table as it was, whose lines stay for all others.
    """
    old = {each.split(" | ")[0].removeprefix("| "): each for each in before.splitlines()}
    known = {**old, **lines}
    rows = [known[removal.guard] for removal in REMOVALS if removal.guard in known]
    return "\n".join([*HEAD, *rows]) + "\n"


def write(outcomes: list[Outcome]) -> None:
    """Put the table into the docs, between its marks."""
    head, begin, rest = TABLE.read_text(encoding="utf-8").partition(BEGIN)
    before, end, tail = rest.partition(END)
    lines = {each.removal.guard: line(each) for each in outcomes}
    TABLE.write_text(f"{head}{begin}\n{table(lines, before)}\n{end}{tail}", encoding="utf-8")


def main() -> int:
    """Take out each guard; 1 where a removal was not found."""
    words = argparse.ArgumentParser("python -m tests.guards", description=__doc__)
    words.add_argument("--only", default="", help="guards whose words, file or test hold this")
    words.add_argument("--at-once", type=int, default=2)
    words.add_argument("--write", action="store_true", help="put the table into docs/reliability.md")
    asked = words.parse_args()
    removals = [each for each in REMOVALS if asked.only in f"{each.guard} {each.file} {each.test}"]
    began, outcomes = time.monotonic(), []
    with ThreadPoolExecutor(asked.at_once) as pool:
        missed = broken(removals, pool)
        for each in missed:
            print(f"FAILS WITH ALL GUARDS: {each.removal.test}\n{each.said}", flush=True)  # noqa: T201
        for each in pool.map(outcome, removals):
            outcomes.append(each)
            word = "found" if each.is_found else "NOT FOUND"
            print(f"{word:>9}  {each.seconds:>5.1f} s  {each.removal.file}: {each.removal.guard}", flush=True)  # noqa: T201
            if not each.is_found:
                print(f"           {each.removal.test} ended with {each.code}\n{each.said}", flush=True)  # noqa: T201
    missed += [each for each in outcomes if not each.is_found]
    print(f"{len(outcomes)} guards in {time.monotonic() - began:.0f} s, {len(missed)} not found")  # noqa: T201
    if asked.write and not missed:
        write(outcomes)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
