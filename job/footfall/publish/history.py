"""What earlier runs left: their manifests and the published days."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def publisher(runs: Path, day: date) -> str | None:
    """The id of the run that published a day last, None where no manifest tells."""
    manifests = sorted(runs.glob("*/manifest.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in manifests:
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
