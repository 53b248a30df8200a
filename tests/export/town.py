"""Three places on two days as they are published, one row suppressed, and the file of the places."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.schema import FOOTFALL, PLACE_DAYS
from tests.compare.test_rows import row

MARKET = [[-90.50, 14.60], [-90.50, 14.61], [-90.49, 14.61], [-90.49, 14.60], [-90.50, 14.60]]
"""Clockwise, which RFC 7946 does not allow."""

NAMES = {"007": "=1+1", "A": 'Café "Sol", the old', "B": None}
"""The names of the places by their ids."""


def publish(
    output: Path, by_day: dict[str, list[dict[str, Any]]], schema: pa.Schema = PLACE_DAYS.file_schema
) -> Path:
    """An output whose table has these rows on these days."""
    for day, rows in by_day.items():
        file = output / "footfall" / f"day={day}" / "footfall.parquet"
        file.parent.mkdir(parents=True)
        dated = [{**each, "day": date.fromisoformat(day)} for each in rows]
        pq.write_table(pa.Table.from_pylist(dated, FOOTFALL).select(schema.names).cast(schema), file)
    return output


def write_town(folder: Path) -> Path:
    """An output `out` with 007, A and B on 1 and 2 March, and `places.geojson` beside it."""
    publish(
        folder / "out",
        {
            "2023-03-01": [
                row("007", 10),
                row("A", 0, devices=0, visits=0, visits_by_hour=[0] * 24),
                row("B", None),
            ],
            "2023-03-02": [row("007", 20, dwell_seconds_p25=None), row("A", 7)],
        },
    )
    shift = [0.0, 0.1, 0.2]
    features = [
        {
            "type": "Feature",
            "properties": {"code": place_id, "called": name},
            "geometry": {"type": "Polygon", "coordinates": [[[lon + east, lat] for lon, lat in MARKET]]},
        }
        for east, (place_id, name) in zip(shift, NAMES.items(), strict=True)
    ]
    file = folder / "places.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


FLAGS = ["--output", "out", "--places", "places.geojson", "--places-columns-place-id", "code"]
FLAGS += ["--places-columns-name", "called"]
