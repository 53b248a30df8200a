"""However the times of Parquet are stored, a run publishes and counts the same."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.run.conftest import Counts
from tests.run.test_run import published

# device, time, longitude, latitude; shop A is the square from 0,0 to 1,1 and shop B from 2,0 to 3,1.
PINGS = [
    ("d1", "2023-03-01T10:00:00Z", 0.5, 0.5),
    ("d1", "2023-03-01T10:10:00Z", 0.5, 0.5),
    ("d1", "2023-03-01T10:10:00Z", 0.5, 0.5),  # a duplicate
    ("d2", "2023-03-01T11:00:00Z", 0.25, 0.25),
    ("d2", "2023-03-01T12:00:00Z", 2.5, 0.5),
    ("d3", "2023-03-01T12:00:00Z", 9.0, 9.0),  # in no shop
    ("d3", "2023-03-01T12:00:00Z", 9.0, 9.0),  # and a duplicate
    ("d4", "2023-03-01T12:00:00Z", 1.0, 0.5),  # on the boundary
    (" ", "2023-03-01T12:00:00Z", 0.5, 0.5),
    ("d5", None, 0.5, 0.5),
    ("d5", "2023-03-01T12:00:00Z", 0.0, 0.0),
    ("d5", "2023-03-01T12:00:00Z", 0.5, None),
    ("d5", "2023-03-01T12:00:00Z", 50.0, 100.0),
    ("d5", "2023-03-04T12:00:00Z", 50.0, 100.0),  # of another day, like the next one
    ("d5", "2023-03-04T12:00:00Z", 0.5, 0.5),
]
REASONS = {
    "missing_field:device": 1,
    "missing_field:at": 1,
    "missing_field:lat": 1,
    "coordinates_swapped": 1,
    "coordinate_zero": 1,
}
NUMBERS = (
    "scanned",
    "outside_days",
    "read",
    "quarantined",
    "duplicate",
    "kept",
    "outside_places",
    "boundary",
)
COUNTS = [15, 2, 13, 5, 2, 6, 2, 1]
SHOPS = [("A", 3, 2, 2, 1, 600.0), ("B", 1, 1, 1, 1, None)]


def write(folder: Path, kinds: str) -> Path:
    """Write the pings, line i as the i-th letter says: with a timestamp (t), or with text (s)."""
    folder.mkdir()
    for kind in set(kinds):
        rows = [row for row, letter in zip(PINGS, kinds, strict=True) if letter == kind]
        device, times, lon, lat = zip(*rows, strict=True)
        at: Any = pa.array(times, pa.string())
        if kind == "t":
            instants = [text and datetime.fromisoformat(text).astimezone(UTC) for text in times]
            at = pa.array(instants, pa.timestamp("us", "UTC"))
        degrees = {"lon": pa.array(lon, pa.float64()), "lat": pa.array(lat, pa.float64())}
        table = pa.table({"device": pa.array(device), "at": at, **degrees})
        pq.write_table(table, folder / f"{kind}.parquet", row_group_size=4)
    return folder


@pytest.mark.parametrize(
    "kinds", ["t" * 15, "s" * 15, "tststststststst"], ids=["timestamps", "texts", "files of both"]
)
def test_the_type_of_times_makes_no_difference(run: Counts, folder: Path, kinds: str) -> None:
    """Counts, reasons and the published rows are those that the table above tells."""
    path = str(write(folder / "pings", kinds))
    assert run(pings={"path": path}, day="2023-03-01").refusal is None
    counts = json.loads((folder / "out/runs/run-1/manifest.json").read_text())["counts"]
    assert [counts[name] for name in NUMBERS] == COUNTS
    assert {reason: rows for reason, rows in counts["reasons"].items() if rows} == REASONS
    assert published(folder, "2023-03-01") == SHOPS
