"""Runs that stage and publish files made by hand, without Spark."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.publish import write_piece
from footfall.publish.folder import Folder
from footfall.schema import FOOTFALL, PLACE_DAYS

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)


def row(place: str, day: date, pings: int | None) -> dict[str, Any]:
    """A row with one ping per visit, or a suppressed one."""
    if pings is None:
        return {"place_id": place, "day": day, "suppressed": True}
    counted = {"pings": pings, "devices": 1, "visits": pings, "single_ping_visits": pings}
    lists = {"visits_by_hour": [pings] + [0] * 23, "dwell_buckets": [0] * 7}
    return {"place_id": place, "day": day, **counted, **lists, "suppressed": False}


def stage(output: Folder, pings: Mapping[date, int]) -> None:
    """Stage what a run would: for each day one file, here with one place that has that many pings in one visit."""
    tables = {day: [row("P", day, number) | {"visits": 1}] for day, number in pings.items()}
    output.stage(
        [
            write_piece(output.target, day, 0, pa.Table.from_pylist(rows, FOOTFALL))
            for day, rows in tables.items()
        ]
    )


def publish(folder: Path, run_id: str, pings: Mapping[date, int]) -> None:
    """A whole run, with its manifest."""
    output = Folder.at(str(folder), run_id, PLACE_DAYS)
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
