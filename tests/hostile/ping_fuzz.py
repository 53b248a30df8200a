"""Reads many damaged files of pings: `python -m tests.hostile.ping_fuzz FIRST LAST` says how each number ended."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from footfall.errors import InputError
from tests.hostile.ping_mutations import outcome, whole_files, write_damaged

AT_ONCE = 100
"""So many files are read by one process."""


def main(first: int, last: int) -> None:
    """Read the damaged files of these numbers, each format in turn, and say what came of them.

    They are read by child processes, a hundred each, so that an abort of Arrow ends only one of these.
    """
    found = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        kept, damaged = Path(folder) / "whole", Path(folder) / "damaged"
        kept.mkdir()
        damaged.mkdir()
        wholes, next_number = whole_files(kept), first
        while next_number < last:
            numbers = range(next_number, min(next_number + AT_ONCE, last))
            answers, code = _in_a_child(
                lambda n: outcome(write_damaged(wholes[n % len(wholes)], damaged, n)), numbers
            )
            if len(answers) < len(numbers):
                answers.append("refused" if code == InputError.exit_code else f"ended with {code}")
            for number, answer in zip(numbers, answers, strict=False):
                found[answer.partition("(")[0]] += 1
                if answer not in ("read", "refused", "InputError", "SettingsError"):
                    sys.stdout.write(f"{wholes[number % len(wholes)].path.name} {number}: {answer}\n")
                    sys.stdout.flush()
            next_number += len(answers)
    sys.stdout.write(f"{dict(found)}\n")


def _in_a_child(ask: Callable[[int], str], numbers: Sequence[int]) -> tuple[list[str], int]:
    """The answers as far as the child came, and its exit code; below zero the signal that ended it."""
    ours, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for number in numbers:
            try:
                answer = ask(number)
            except Exception as error:
                answer = repr(error).replace("\n", " ")
            os.write(its, f"{answer}\n".encode())
        os._exit(0)
    os.close(its)
    with os.fdopen(ours) as answers:
        lines = answers.read().splitlines()
    return lines, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
