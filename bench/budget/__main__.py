"""The command `make budget`: where the CPU time of `footfall run` goes, stage by stage, and a floor for each stage."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.budget import floors, results
from bench.budget.floors import Work
from bench.budget.results import LARGEST_GAP, Budget
from bench.datasets import Dataset, dataset
from bench.kinds import KINDS, Data
from bench.surroundings import BENCH, DATA, OWN, ROOT
from footfall import __version__

COLUMNS = ("device", "at", "lon", "lat")


class Ran(NamedTuple):
    """A run that has ended: its CPU seconds in all processes, and its seconds."""

    cpu: float
    wall: float


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    given = argparse.ArgumentParser("bench.budget", description=__doc__, allow_abbrev=False)
    given.add_argument("--kind", choices=list(KINDS), default="tracts")
    given.add_argument("--pings", type=lambda text: int(float(text)), default=20_000_000)
    given.add_argument("--days", type=int, default=3)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--rounds", type=int, default=3, help="runs with clocks and without, in turns")
    given.add_argument("--workers", type=int, default=os.cpu_count())
    given.add_argument("--data", type=Path, default=DATA, help="where data sets are made and kept")
    given.add_argument("--results", type=Path, default=BENCH, help="the folder of budget.json and budget.md")
    given.add_argument(
        "--page",
        type=Path,
        help="a page that keeps the table, such as docs/spatial-join.md: put it there too",
    )
    return given


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; 1 where the stages do not add up to the whole within a tenth."""
    asked = parser().parse_args(arguments)
    asked.data.mkdir(parents=True, exist_ok=True)
    made = dataset(Data.of(asked.kind, asked.pings, days=asked.days, seed=asked.seed), asked.data)
    with tempfile.TemporaryDirectory(prefix="budget-", dir=asked.data) as folder:
        budget = measured(made, asked, Path(folder))
    asked.results.mkdir(parents=True, exist_ok=True)
    results.write(budget, asked.results)
    if asked.page:
        results.put_into(asked.page, budget)
    sys.stdout.write(results.markdown(budget))
    if abs(budget.gap) > LARGEST_GAP:
        sys.stdout.write(f"WRONG: the stages differ from the whole by {abs(budget.gap):.0%}\n")
        return 1
    return 0


def measured(made: Dataset, asked: argparse.Namespace, folder: Path) -> Budget:
    """The budget of runs on a data set; the first run, which compiles and fills caches, does not count."""
    plain, clocked, stages = list[Ran](), list[Ran](), list[dict[str, float]]()
    own, log = OWN / "bin" / "footfall", folder / "log"
    clock = [str(OWN / "bin" / "python"), "-m", "bench.budget.measured", str(folder / "stages.json")]
    for number in range(asked.rounds + 1):
        words = ["run", *_words(made, asked.workers), "--output"]
        plain.append(ran([str(own), *words, str(folder / f"plain-{number}")], log))
        clocked.append(ran([*clock, *words, str(folder / f"clocked-{number}")], log))
        stages.append(json.loads((folder / "stages.json").read_text(encoding="utf-8")))
    work = work_of(made, folder / f"plain-{asked.rounds}")
    rates = floors.rates(work.index, folder)
    told = {"places": made.data.places, "days": asked.days, "rounds": asked.rounds, "workers": asked.workers}
    return Budget(
        whole=statistics.median(each.cpu for each in plain[1:]),
        clocked=statistics.median(each.cpu for each in clocked[1:]),
        wall=statistics.median(each.wall for each in plain[1:]),
        stages={name: statistics.median(each[name] for each in stages[1:]) for name in stages[0]},
        floors=floors.floors(work, rates),
        work=work,
        rates=rates,
        told={**told, "version": __version__, "seed": asked.seed},
    )


def _words(made: Dataset, workers: int) -> list[str]:
    inputs = ["--pings-path", str(made.pings), "--places-path", str(made.places)]
    return [*inputs, "--privacy-k", "1", "--workers", str(workers)]


def ran(words: list[str], log: Path) -> Ran:
    """Run a command to its end.

    Raises:
        RuntimeError: It failed.
    """
    begun = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(words, stdout=output, stderr=output, cwd=ROOT)  # noqa: S603 - our own words
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}\n{log.read_text(encoding='utf-8')[-3000:]}")
    return Ran(usage.ru_utime + usage.ru_stime, time.perf_counter() - begun)


def work_of(made: Dataset, output: Path) -> Work:
    """What a run had to do, by its manifest and its files."""
    (manifest,) = output.glob("runs/*/manifest.json")
    said: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    footer = pq.ParquetFile(made.pings).metadata
    chunks = [
        footer.row_group(group).column(column)
        for group in range(footer.num_row_groups)
        for column in range(footer.num_columns)
        if footer.schema.column(column).path in COLUMNS
    ]
    first = pq.ParquetFile(made.pings).read_row_group(0, columns=["device"])["device"]
    device = round(pc.mean(pc.binary_length(first)).as_py())
    (index,) = (step["facts"]["bytes"] for step in said["steps"] if step["name"] == "index places")
    counts = said["counts"]
    return Work(
        pings=counts["scanned"],
        inside=counts["inside_places"],
        outside=counts["outside_places"],
        visits=said["totals"]["visits"],
        file=made.pings.stat().st_size,
        columns=sum(chunk.total_compressed_size for chunk in chunks),
        values=counts["scanned"] * (24 + device),
        device=device,
        places_file=made.places.stat().st_size,
        index=index,
        table=sum(file.stat().st_size for file in output.glob("footfall/day=*/*.parquet")),
        report=sum(file.stat().st_size for file in manifest.parent.iterdir()),
    )


if __name__ == "__main__":
    sys.exit(main())
