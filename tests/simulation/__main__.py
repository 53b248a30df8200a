"""Many histories, in several processes: `python -m tests.simulation --histories 10000 --from 1`.

Each history is drawn from its number. One that breaks what must hold is told with its number and all that happened;
`--replay NUMBER` plays it again.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from tests.simulation import folder_history, store_history

KINDS: dict[str, Callable[[int], Any]] = {"store": store_history.play, "folder": folder_history.play}
AT_ONCE = 250
"""So many histories are played by a process before it says how they went."""

TOLD_EACH = 10
"""After so many of these it is told how far the command is."""

Failure = tuple[str, int, str]


def played(kind: str, number: int) -> tuple[Counter[str], Failure | None]:
    """The exit codes that runs of a history answered, and what is wrong with it."""
    try:
        there = KINDS[kind](number)
    except Exception as failure:  # whatever it is, it is told
        told = "\n".join([f"{type(failure).__name__}: {failure}", *getattr(failure, "__notes__", [])])
        return Counter(), (kind, number, told)
    return Counter(f"{answer.code}" for answer in there.answers.values()), None


def some(kinds: list[str], first: int, end: int) -> tuple[Counter[str], list[Failure]]:
    """Play the histories of these numbers, one kind after the other."""
    codes, failures = Counter[str](), []
    for number in range(first, end):
        answered, failure = played(kinds[number % len(kinds)], number)
        codes += answered
        failures += [failure] if failure else []
    return codes, failures


def main() -> int:
    """Play histories; 1 where one of them broke what must hold."""
    words = argparse.ArgumentParser("python -m tests.simulation", description=__doc__)
    words.add_argument("--histories", type=int, default=1000)
    words.add_argument("--from", type=int, default=1, dest="first", help="the number of the first one")
    words.add_argument("--kind", choices=[*KINDS, "both"], default="both")
    words.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    words.add_argument("--replay", type=int, metavar="NUMBER", help="play one, and tell all that happens")
    asked = words.parse_args()
    kinds = list(KINDS) if asked.kind == "both" else [asked.kind]
    if asked.replay is not None:
        return replay(kinds[asked.replay % len(kinds)], asked.replay)
    codes, failures, began = Counter[str](), 0, time.monotonic()
    last = asked.first + asked.histories
    firsts = range(asked.first, last, AT_ONCE)
    ends = [min(first + AT_ONCE, last) for first in firsts]
    with ProcessPoolExecutor(asked.processes) as pool:
        for number, (answered, failed) in enumerate(pool.map(partial(some, kinds), firsts, ends), 1):
            codes += answered
            failures += len(failed)
            for kind, each, told in failed:
                print(f"history {each} ({kind}): {told}\nAgain: --replay {each} --kind {asked.kind}")  # noqa: T201
            if number % TOLD_EACH == 0 or number == len(firsts):
                done, seconds = ends[number - 1] - asked.first, time.monotonic() - began
                pace = f"{done:,} histories in {seconds:.0f} s, {done / seconds:.0f} a second"
                print(f"{pace}; broken: {failures}", flush=True)  # noqa: T201
    answers = ", ".join(f"{code}: {n:,}" for code, n in sorted(codes.items()))
    print(f"exit codes of runs (None: switched off) {answers}")  # noqa: T201
    return 1 if failures else 0


def replay(kind: str, number: int) -> int:
    """Play one history, and tell it."""
    try:
        print(KINDS[kind](number).world.told())  # noqa: T201
    except Exception as failure:
        print("\n".join([*getattr(failure, "__notes__", []), f"{type(failure).__name__}: {failure}"]))  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
