"""Manifests as runs write them, made for tests of what reads them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

NOON = datetime(2023, 3, 10, 12, 0, tzinfo=UTC)


SAME = {
    "state": "published",
    "exit_code": 0,
    "refusal": None,
    "time_zone": "UTC",
    "started": "2023-03-10T09:00:00Z",
    "finished": "2023-03-10T09:01:30Z",
    "seconds": 90.0,
    "versions": {"footfall": "0.1.0", "spark": "4.1.2", "python": "3.11.7", "java": "17", "geos": "3.13"},
    "inputs": [
        {"role": "places", "path": "/in/places.geojson", "bytes": 900, "version": None, "sha256": "aa"},
        {"role": "pings", "path": "/in/pings.csv", "bytes": 5000, "version": None, "sha256": "bb"},
    ],
    "counts": {
        "scanned": 120,
        "outside_days": 10,
        "read": 110,
        "quarantined": 6,
        "duplicate": 4,
        "kept": 100,
        "outside_places": 30,
        "inside_places": 70,
        "boundary": 0,
        "reasons": {"missing_field:at": 6},
    },
    "checks": [{"name": "rows accounted for", "ok": True, "found": "110", "accepted": "110", "gate": False}],
    "steps": [
        {"name": "read places", "seconds": 1.5, "facts": {"places": 2}},
        {"name": "count pings and visits", "seconds": 60.0, "facts": {"rows": 120}},
    ],
    "cost": {"core_seconds": 180.0, "gib_seconds": 360.0, "amount": None, "currency": None},
    "warnings": [],
    "output": "/out",
    "engine": {"name": "spark", "why": "spark-submit started it"},
}
"""What all these manifests say unless a test changes it."""


def manifest(run_id: str, *days: date, **changes: Any) -> dict[str, Any]:
    """The manifest of a run that published these days, one place visited on each; `changes` replace what it says."""
    first, last = min(days), max(days)
    asked = str(first) if first == last else {"from": str(first), "to": str(last)}
    told = {
        "run_id": run_id,
        "days": [str(day) for day in days],
        "command": f"footfall run --days {first}",
        "settings": {"days": asked, "pings": {"path": "pings.csv"}, "places": {"path": "places.geojson"}},
        "totals": {
            "places": 2,
            "places_visited": 1,
            "pings": 70 * len(days),
            "visits": 7 * len(days),
            "days": len(days),
            "suppressed_rows": 0,
        },
        "per_day": [
            {"day": str(day), "pings": 70, "visits": 7, "places_visited": 1, "suppressed_rows": 0, "rows": 2}
            for day in days
        ],
        "digests": {str(day): f"{day:%d}" * 16 for day in days},
    }
    return SAME | told | changes


def put(output: Path, told: dict[str, Any]) -> None:
    """Write a manifest where its run would have."""
    folder = output / "runs" / told["run_id"]
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(told))


def day(number: int) -> date:
    """A day of March 2023."""
    return date(2023, 3, number)


def minutes(number: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)
