"""What earlier runs left: their manifests and the published days."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def publisher(runs: Path, day: date, day_file: Path) -> str | None:
    """The id of the run that published a day last, None where its manifest is not written, or not yet."""
    written = {path: path.stat().st_mtime_ns for path in runs.glob("*/manifest.json")}
    published = day_file.stat().st_mtime_ns if day_file.exists() else 0
    for path in sorted(
        (p for p in written if written[p] >= published), key=written.__getitem__, reverse=True
    ):
        manifest: dict[str, Any] = json.loads(path.read_text())
        if manifest["state"] == "published" and day.isoformat() in manifest["days"]:
            return str(manifest["run_id"])
    return None


def day_totals(day_file: Path) -> tuple[int, int] | None:
    """Pings and visits of a published day over all places that are not suppressed; None where it is not published."""
    if not day_file.exists():
        return None
    table = pq.ParquetFile(day_file).read(columns=["pings", "visits"])
    pings, visits = (sum(v for v in table[name].to_pylist() if v is not None) for name in ("pings", "visits"))
    return pings, visits
