"""Whether the job bears much, within bounded memory: `python -m bench.load SCENARIO`; `make test-load` runs them all.

It is no comparison and no test: it makes the input, runs the job once as its users do, and writes a line to
bench/load.jsonl with what was asked, what the job counted, its seconds and its highest memory.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from bench.datasets import dataset
from bench.kinds import Data
from bench.memory import Peak, kill, session
from bench.surroundings import ROOT

RESULTS = ROOT / "bench" / "load.jsonl"
FOOTFALL = Path(sys.executable).with_name("footfall")
SECONDS_BETWEEN_SAMPLES = 1.0


@dataclass(frozen=True)
class Load:
    """An input, and the words that run the job on it; `rows` is what the job must have read."""

    words: list[str]
    rows: int
    told: dict[str, Any]


def pings(folder: Path, size: int) -> Load:
    """So many million pings of one day, Parquet in no order, in New York's census tracts."""
    made = dataset(Data.of("tracts", size * 1_000_000), folder)
    return Load(_words(made.pings, made.places), size * 1_000_000, {"bytes": made.pings.stat().st_size})


def files(folder: Path, size: int) -> Load:
    """So many small Parquet files, of a thousand pings each."""
    made = dataset(Data.of("tracts", size * 1000), folder)
    many = folder / f"{size}-files"
    if not many.exists():
        unfinished = folder / f"{size}-files.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for number, batch in enumerate(pq.ParquetFile(made.pings).iter_batches(1000)):
            pq.write_table(pa.Table.from_batches([batch]), unfinished / f"{number:06d}.parquet")
        unfinished.rename(many)
    return Load(_words(many, made.places), size * 1000, {"files": len(list(many.iterdir()))})


def one_csv(folder: Path, size: int) -> Load:
    """One CSV file of so many million pings, about 85 bytes each, which the tasks must share."""
    made = dataset(Data.of("tracts", size * 1_000_000), folder)
    text = folder / f"{size}-million.csv"
    if not text.exists():
        unfinished = text.with_suffix(".unfinished")
        with pyarrow.csv.CSVWriter(unfinished, pq.read_schema(made.pings)) as writer:
            for batch in pq.ParquetFile(made.pings).iter_batches(1_000_000):
                writer.write_batch(batch)
        unfinished.rename(text)
    return Load(_words(text, made.places), size * 1_000_000, {"bytes": text.stat().st_size})


def days(folder: Path, size: int) -> Load:
    """So many days at once, of two thousand pings each."""
    made = dataset(Data.of("blobs", size * 2000, days=size, polygons=100), folder)
    return Load(_words(made.pings, made.places), size * 2000, {"days": size})


SCENARIOS: dict[str, tuple[Callable[[Path, int], Load], int]] = {
    "pings": (pings, 200),
    "files": (files, 10_000),
    "csv": (one_csv, 30),
    "days": (days, 1000),
}


def _words(pings: Path, places: Path) -> list[str]:
    return ["--pings-path", str(pings), "--places-path", str(places), "--privacy-k", "1"]


def run(load: Load, memory: str) -> dict[str, Any]:
    """Run the job once, and measure it.

    Raises:
        RuntimeError: It failed, or read another number of rows.
    """
    with tempfile.TemporaryDirectory(prefix="footfall-load-") as output:
        words = [*load.words, "--output", output, "--memory", memory]
        log, started = Path(output) / "log", time.monotonic()
        with log.open("w") as errors:
            job = subprocess.Popen(  # noqa: S603 - our own words
                [FOOTFALL, "run", *words], stdout=errors, stderr=errors, start_new_session=True
            )
            peak = Peak(partial(session, job.pid))
            try:
                while job.poll() is None:
                    peak.sample()
                    time.sleep(SECONDS_BETWEEN_SAMPLES)
            finally:
                kill(session(job.pid))
        seconds = time.monotonic() - started
        if job.returncode:
            raise RuntimeError(f"exit code {job.returncode}\n{log.read_text()[-3000:]}")
        (manifest,) = (json.loads(path.read_text()) for path in Path(output).glob("runs/*/manifest.json"))
    counts = manifest["counts"]
    if counts["scanned"] != load.rows:
        raise RuntimeError(f"{counts['scanned']:,} rows were read, {load.rows:,} were there")
    return {
        **load.told,
        "rows": load.rows,
        "published_days": len(manifest["days"]),
        "inside": counts["inside_places"],
        "seconds": round(seconds),
        "peak_bytes": peak.bytes,
        "memory": memory,
    }


def main() -> None:
    """Run one scenario, or all, each once."""
    words = argparse.ArgumentParser("python -m bench.load", description=__doc__)
    words.add_argument("scenario", choices=[*SCENARIOS, "all"])
    words.add_argument("--size", type=int, help="millions of pings, or files, or days")
    words.add_argument(
        "--memory", default="2g", help="of all workers (default: %(default)s, as in a run without settings)"
    )
    words.add_argument("--folder", type=Path, default=ROOT / "bench" / "data")
    asked = words.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name in SCENARIOS if asked.scenario == "all" else [asked.scenario]:
        make, usual = SCENARIOS[name]
        size = asked.size or usual
        found = {"scenario": name, "size": size, **run(make(asked.folder, size), asked.memory)}
        found["at"] = f"{datetime.now(UTC):%Y-%m-%d}"
        with RESULTS.open("a") as results:
            results.write(json.dumps(found) + "\n")
        print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
