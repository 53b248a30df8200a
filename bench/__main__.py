"""The command `make bench`: makes the data, lets the contenders answer, compares, writes the results."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import CalledProcessError

from bench import results, scenarios
from bench.command import COMMANDS
from bench.contenders import ENTRIES
from bench.datasets import dataset
from bench.kinds import KINDS, Data
from bench.questions import QUESTIONS
from bench.rounds import Limits, Record, absent, run
from bench.scenarios import Scenario
from bench.surroundings import BENCH, DATA

KNOWN = list(dict.fromkeys([*ENTRIES, *COMMANDS]))
ALL = [name for name in KNOWN if name != "oracle"]
EPILOG = """\
One data set instead of a set of scenarios: --kind, with --pings, --polygons, --vertices, --inside and --days.
Exit code 1: two contenders gave different rows, or footfall gave none. Timings never decide.
"""


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    kinds = "; ".join(f"{name}: {kind.what}" for name, kind in KINDS.items())
    given = argparse.ArgumentParser("bench", description=__doc__, epilog=EPILOG, allow_abbrev=False)
    which = given.add_argument_group("what is measured")
    which.add_argument(
        "--scenarios", choices=list(scenarios.SETS), default="default", help="a set of scenarios"
    )
    which.add_argument("--small", action="store_true", help="the set small with the oracle, one round, 4 GiB")
    which.add_argument("--contenders", type=_names, help=f"some of {','.join(KNOWN)}")
    which.add_argument(
        "--questions", type=_questions, default=QUESTIONS, help=f"some of {','.join(QUESTIONS)}"
    )
    which.add_argument("--seed", type=int, default=1, help="other data of the same kinds")
    data = given.add_argument_group("one data set")
    data.add_argument("--kind", choices=list(KINDS), help=kinds.replace("%", "%%"))
    data.add_argument("--pings", type=_number, default=1_000_000, help="1_000_000 or 1e6, to 1e8")
    data.add_argument("--polygons", type=_number)
    data.add_argument("--vertices", type=_number, help="coordinates of each ring, the last repeats the first")
    data.add_argument("--inside", type=float, help="the share of pings inside a place")
    data.add_argument("--days", type=int, default=1)
    limits = given.add_argument_group("what each contender gets")
    limits.add_argument("--cores", type=int, default=2)
    limits.add_argument("--memory", type=_bytes, help="such as 8g; default 8g")
    limits.add_argument("--timeout", type=float, default=900, help="seconds for one answer")
    limits.add_argument(
        "--rounds", type=int, help="timed answers of each contender after the warm-up; default 5"
    )
    limits.add_argument(
        "--enough", type=float, default=90, help="seconds after which a slow contender gets three rounds only"
    )
    files = given.add_argument_group("files")
    files.add_argument("--data", type=Path, default=DATA, help="where data sets are made and kept")
    files.add_argument("--results", type=Path, help="the folder of results.json, .md and .svg")
    return given


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = set(names) - set(KNOWN)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(KNOWN)}")
    return names


def _questions(text: str) -> tuple[str, ...]:
    asked = tuple(text.split(","))
    if not set(asked) <= set(QUESTIONS):
        raise argparse.ArgumentTypeError(f"{text}: choose of {', '.join(QUESTIONS)}")
    return asked


def _number(text: str) -> int:
    return int(float(text.replace("_", "")))


def _bytes(text: str) -> int:
    return int(float(text[:-1]) * 2 ** {"m": 20, "g": 30}[text[-1].lower()])


def chosen(given: argparse.Namespace) -> list[Scenario]:
    """The scenarios that the arguments ask for."""
    if given.kind is None:
        wanted = scenarios.SETS["small" if given.small else given.scenarios](given.seed)
        return [each for each in wanted if each.question in given.questions]
    shape = {name: getattr(given, name) for name in ("polygons", "vertices", "inside")}
    return scenarios.of([Data.of(given.kind, given.pings, given.days, given.seed, **shape)], given.questions)


def limits_of(given: argparse.Namespace) -> Limits:
    """The limits that the arguments ask for."""
    rounds = given.rounds or (1 if given.small else 5)
    memory = given.memory or (4 << 30 if given.small else 8 << 30)
    return Limits(given.cores, memory, given.timeout, rounds, given.enough)


def main(words: Sequence[str]) -> int:
    """Run the command; the result is its exit code."""
    command = parser()
    given = command.parse_args(words)
    try:
        wanted = chosen(given)
    except ValueError as impossible:
        command.error(str(impossible))
    names = given.contenders or (["oracle", *ALL] if given.small else ALL)
    folder = given.results or (DATA / "small" if given.small else BENCH)
    there = [name for name in names if _is_there(name)]
    records: list[Record] = []
    problems: list[str] = []
    for scenario in wanted:
        try:
            data = dataset(scenario.data, given.data)
        except (OSError, CalledProcessError) as failure:
            problems.append(f"{scenario.data.name} could not be made: {failure}")
            continue
        measured, wrong = run(scenario, data, there, limits_of(given), _say)
        records += measured
        problems += wrong
        results.write(records, folder)
    if records:
        _say(f"\n{(folder / 'results.md').read_text(encoding='utf-8')}")
    return verdict(records, problems)


def _is_there(name: str) -> bool:
    why = absent(name)
    if why:
        _say(f"{name} is left out: {why}")
    return why is None


def verdict(records: Sequence[Record], problems: Sequence[str]) -> int:
    """Say what is wrong, if anything; 1 where something is."""
    silent = [
        f"footfall gave no answer: {r.status}"
        for r in records
        if r.contender.startswith("footfall") and not r.rows_digest
    ]
    for text in [*problems, *silent]:
        _say(f"WRONG: {text}")
    if not problems and not silent:
        _say("All contenders that answered gave the same rows.")
    return 1 if problems or silent else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # Ended from outside, the command still ends the contenders.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
