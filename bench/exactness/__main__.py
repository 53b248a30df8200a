"""The command `make exactness`: draws pings, asks the engines, compares, writes the scoreboard."""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.exactness import results
from bench.exactness.arithmetic import verdicts
from bench.exactness.asking import Asked, write
from bench.exactness.engines import ENGINES
from bench.exactness.judging import Chunk, Ints, Score
from bench.exactness.pings import drawn
from bench.exactness.shrinking import Case, cases
from bench.process import Failed
from bench.surroundings import BENCH

REFERENCES: dict[str, str] = {"geos": "open", "geos_covers": "closed"}
"""What is compared with as GEOS, by the rule for boundaries."""

EPILOG = "Exit code 1: footfall differs from GEOS, or gave no answer."


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    given = argparse.ArgumentParser("bench.exactness", description=__doc__, epilog=EPILOG, allow_abbrev=False)
    given.add_argument("--pings", type=lambda text: int(float(text)), default=1_000_000, help="such as 1e7")
    given.add_argument(
        "--minutes", type=float, default=float("inf"), help="draw no further pings after so many"
    )
    given.add_argument("--chunk", type=int, default=200_000, help="pings that share their places")
    given.add_argument("--seed", type=int, default=1, help="other places and pings of the same kinds")
    given.add_argument("--engines", type=_names, default=list(ENGINES), help=f"some of {','.join(ENGINES)}")
    given.add_argument(
        "--results", type=Path, default=BENCH, help="the folder of exactness.json, .md and .svg"
    )
    return given


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = sorted(set(names) - set(ENGINES))
    if unknown:
        raise argparse.ArgumentTypeError(f"no engine {', '.join(unknown)}: take {', '.join(ENGINES)}")
    return [name for name in ENGINES if name in {*names, *REFERENCES}]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scoreboard; the exit code."""
    asked = parser().parse_args(arguments)
    sizes = [asked.chunk] * (asked.pings // asked.chunk) + [asked.pings % asked.chunk]
    deadline = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="exactness-") as folder:
        board = _Board(asked.engines, Path(folder))
        for number, size in enumerate(size for size in sizes if size):
            board.play(asked.seed, number, size)
            sys.stderr.write(f"{min(asked.pings, (number + 1) * asked.chunk):,} of {asked.pings:,} pings\n")
            if time.monotonic() > deadline:
                break
        found = board.end()
    results.write(asked.seed, list(board.scores.values()), found, asked.results)
    sys.stdout.write(f"{asked.results / 'exactness.md'}\n")
    return 0 if all(map(results.is_as_geos, results.ours(board.scores.values()))) else 1


class _Board:
    """The engines that still answer, and their scores."""

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self.scores = {name: Score(name) for name in names}
        self.playing = {name: Asked(name, folder) for name in names}

    def play(self, seed: int, number: int, size: int) -> None:
        """Ask all about one chunk."""
        shapes, points, kind = drawn(seed, number, size)
        job = write(shapes, points, self.folder)
        chunk = Chunk(shapes, points, kind, verdicts(shapes, points))
        answers: dict[str, Ints] = {}
        for name in list(self.playing):
            try:
                answers[name] = self.playing[name].pairs(job, len(shapes))
            except Failed as failure:
                self.scores[name].failure = str(failure)
                self.playing.pop(name).close()
        by_rule = {rule: answers[name] for name, rule in REFERENCES.items() if name in answers}
        for name, found in answers.items():
            self.scores[name].version = self.playing[name].version
            self.scores[name].add(chunk, found, by_rule)

    def end(self) -> list[Case]:
        """Make what was wrong small, and end the processes."""
        found: list[Case] = []
        for name, engine in self.playing.items():
            sys.stderr.write(f"making the wrong answers of {ENGINES[name].title} small\n")
            found += cases(self.scores[name], engine, self.folder)
            engine.close()
        return found


if __name__ == "__main__":
    np.seterr(all="ignore")  # overflow in the search for near edges means far away
    sys.exit(main())
