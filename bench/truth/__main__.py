"""The command `make truth`: people with diaries, their pings, the visits that are found in them, and the difference."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.datasets import write_places
from bench.polygons import Polygons
from bench.surroundings import BENCH, PEERS
from bench.truth import finding, results, town
from bench.truth.results import ALL, Record
from bench.truth.sampling import NOISES, SAMPLINGS, pings
from bench.truth.scoring import score
from bench.truth.town import KINDS, Place, Stay
from footfall import __version__

OTHERS = ("trackintel", "fastmob")


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    given = argparse.ArgumentParser("bench.truth", description=__doc__, allow_abbrev=False)
    given.add_argument("--people", type=int, default=300)
    given.add_argument("--days", type=int, default=2)
    given.add_argument("--seed", type=int, default=1, help="other people, other pings")
    given.add_argument("--results", type=Path, default=BENCH, help="the folder of truth.json, .md and .svg")
    return given


def main(arguments: Sequence[str] | None = None) -> int:
    """Find the visits of all samplings and noises; the exit code."""
    asked = parser().parse_args(arguments)
    places = town.places()
    shapes = town.polygons(places)
    everyone = town.ways(asked.seed, places, asked.people, asked.days)
    diary = town.diaries(everyone)
    records = []
    with tempfile.TemporaryDirectory(prefix="truth-") as scratch:
        folders = {}
        for wanted in ((sampling, noise) for sampling in SAMPLINGS for noise in NOISES):
            folders[wanted] = Path(scratch) / "-".join(wanted).replace(" ", "")
            folders[wanted].mkdir()
            write_places(shapes, folders[wanted] / "places.parquet")
            table = pings(asked.seed, everyone, places, asked.days, wanted)
            pq.write_table(table, folders[wanted] / "pings.parquet")
        failures = finding.others(OTHERS, list(folders.values()))
        for wanted, folder in folders.items():
            table = pq.read_table(folder / "pings.parquet")
            for tool, found in _found(table, shapes, folder, failures):
                records += _records(wanted, tool, places, diary, found)
            sys.stderr.write(f"{wanted[0]}, {wanted[1]}: {len(table):,} pings\n")
    told = {
        "seed": asked.seed,
        "people": asked.people,
        "days": asked.days,
        "places": len(places),
        "versions": {"footfall": __version__} | _versions(),
        "failures": failures,
    }
    results.write(told, records, asked.results)
    sys.stdout.write(f"{asked.results / 'truth.md'}\n")
    return 0


def _found(
    table: pa.Table, shapes: Polygons, folder: Path, failures: dict[str, str]
) -> Iterator[tuple[str, list[Stay]]]:
    """What each tool found."""
    visits = finding.footfall(table, shapes, folder)
    yield "footfall", visits
    yield "footfall_5", [visit for visit in visits if visit.end - visit.start >= finding.AT_LEAST]
    for name in OTHERS:
        if name not in failures:
            yield name, finding.stays(name, shapes, folder)


def _records(
    wanted: tuple[str, str], tool: str, places: list[Place], diary: list[Stay], found: list[Stay]
) -> Iterator[Record]:
    """The scores of a tool, for all places and for each kind."""
    for kind in (ALL, *KINDS):
        true, seen = (
            [stay for stay in stays if kind in (ALL, places[stay.place].kind)] for stays in (diary, found)
        )
        yield Record(*wanted, tool, kind, score(true, seen))


def _versions() -> dict[str, str]:
    """The versions of the other tools in their environment; what is not installed is not there."""
    sites = [str(path) for path in PEERS.glob("lib/python*/site-packages")]
    return {each.name: each.version for each in distributions(path=sites) if each.name in OTHERS}


if __name__ == "__main__":
    sys.exit(main())
