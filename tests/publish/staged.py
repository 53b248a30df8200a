"""Runs that stage and publish files made by hand, without Spark."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.publish.folder import Folder

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)


def stage(output: Folder, pings: Mapping[date, int]) -> None:
    """Write what a run would stage: for each day one file, here with one place that has that many pings."""
    for day, number in pings.items():
        folder = output.staging / "footfall" / f"day={day}"
        folder.mkdir(parents=True)
        table = pa.table({"place_id": ["P"], "pings": pa.array([number]), "visits": pa.array([1])})
        pq.write_table(table, folder / "part-00000.parquet")


def publish(folder: Path, run_id: str, pings: Mapping[date, int]) -> None:
    """A whole run, with its manifest."""
    output = Folder.at(str(folder), run_id)
    with output.begin():
        stage(output, pings)
        output.publish(list(pings))
        tell(output, pings)


def tell(output: Folder, pings: Mapping[date, int], state: str = "published") -> None:
    """Write the manifest of a run."""
    days = [str(day) for day in pings]
    output.write("manifest.json", json.dumps({"run_id": output.run_id, "state": state, "days": days}))


def pings_of(folder: Path, day: date) -> int:
    """What a reader finds on a day."""
    table = pq.ParquetFile(folder / "footfall" / f"day={day}" / "footfall.parquet").read()
    return int(table["pings"][0].as_py())


def files(folder: Path) -> list[str]:
    """All files and folders below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
