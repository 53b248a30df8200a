"""A published run of one day that lists one of two places, and what its readers find of it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import shapely

from footfall.jobs.footfall.job import SHOWN
from footfall.report import content
from footfall.runs import statements
from footfall.runs.evidence import Evidence, Results
from footfall.runs.outcome import DayTotals, Funnel, PlacesTotals, PlaceTotals
from footfall.runs.run import Inputs, Run, Source
from footfall.schema import REASONS, InputFile, Place
from footfall.settings import Settings

DAY = date(2023, 3, 1)
STARTED = datetime(2023, 3, 2, 6, 0, tzinfo=UTC)
PLACES = (
    Place("A", "Alpha", "shop", shapely.to_wkb(shapely.box(0, 0, 1, 1))),
    Place("B", None, None, shapely.to_wkb(shapely.box(5, 5, 6, 6))),
)
SETTINGS = Settings.model_validate(
    {
        "pings": {"path": "pings.csv", "time_zone": "America/Guatemala"},
        "places": {"path": "places.shp"},
        "output": "/data/out",
        "day": "2023-03-01",
        "privacy": {"k": 3},
    }
)


RUN = Run(
    id="run-1",
    command="footfall run --settings s.yaml",
    settings=[{"name": "output", "value": "/data/out", "origin": "file s.yaml"}],
    versions={"footfall": "0.1.0", "spark": "4.1.2"},
    engine="spark",
    reason="spark-submit started it",
    now=lambda: STARTED + timedelta(seconds=12.5),
    clock=lambda: 0.0,
)
INPUTS = Inputs(
    (Source("pings", InputFile("pings.csv", 99), "ab" * 32), Source("places", InputFile("p.shp", 1), None)),
    ("One polygon was repaired.",),
)
FUNNEL = Funnel(
    scanned=20,
    outside_days=5,
    quarantined={**dict.fromkeys(REASONS, 0), "coordinate_zero": 2},
    duplicate=1,
    outside_places=5,
    inside_places=7,
    boundary=0,
)
TOTALS = PlacesTotals(
    by_place=(PlaceTotals("A", pings=7, device_days=3, visits=4, dwell_p50=90.0, visits_by_day=(4,)),),
    by_day=(
        DayTotals(
            day=DAY,
            rows=2,
            distinct=2,
            sums={"pings": 7, "devices": 3, "visits": 4, "single_ping_visits": 1, "places_visited": 1},
            suppressed=0,
            digest="d1" * 16,
        ),
    ),
    visited_places=1,
    hours=(4, *[0] * 23),
    dwell_buckets=(0, 3, 0, 0, 0, 0, 0),
    broken={"no more devices than pings": 0},
)
SEEN = Results(
    TOTALS,
    before={},
    samples={"coordinate_zero": [{"raw": "[device],0,0", "file": "pings.csv", "line": 9}]},
    shown=SHOWN,
)


def manifest(evidence: Evidence) -> dict[str, Any]:
    """The manifest as its readers find it."""
    told: dict[str, Any] = json.loads(json.dumps(statements.manifest(evidence).to_json()))
    return told


def report(evidence: Evidence) -> dict[str, Any]:
    """The report as its readers find it."""
    written = json.dumps(content.report(evidence, statements.manifest(evidence)), allow_nan=False)
    told: dict[str, Any] = json.loads(written)
    return told
