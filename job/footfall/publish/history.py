"""Which run published a day, by the manifests of earlier runs."""

import json
from datetime import date
from pathlib import Path
from typing import Any


def publisher(runs: Path, day: date, day_file: Path) -> str | None:
    """The id of the run that published a day last; None if its manifest is not there, or not yet."""
    written = {path: path.stat().st_mtime_ns for path in runs.glob("*/manifest.json")}
    published = day_file.stat().st_mtime_ns if day_file.exists() else 0
    for path in sorted(
        (p for p in written if written[p] >= published), key=written.__getitem__, reverse=True
    ):
        manifest: dict[str, Any] = json.loads(path.read_text())
        if manifest["state"] == "published" and day.isoformat() in manifest["days"]:
            return str(manifest["run_id"])
    return None
