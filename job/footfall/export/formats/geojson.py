"""GeoJSON by RFC 7946: WGS84, outer rings counterclockwise, days as ISO 8601 text."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from footfall.export.rows import Rows
from footfall.geometry.exchange import box_around, to_geojson


def write(rows: Rows, file: Path) -> None:
    """Write rows to a file, one feature per line; lists are arrays, and the geometry of an unknown shape is null."""
    texts = to_geojson(rows.places.shapes)
    box = [float(each) for each in box_around(rows.shapes)]
    bounds = f'"bbox":{json.dumps(box)},' if len(rows.shapes) else ""
    with file.open("w", encoding="utf-8", newline="\n") as opened:
        opened.write(f'{{"type":"FeatureCollection",{bounds}"features":[')
        begin = "\n"
        for table in rows.tables:
            positions = rows.places.positions(table["place_id"]).to_pylist()
            for at, properties in zip(positions, table.to_pylist(), strict=True):
                shape = "null" if at is None else texts[at]
                said = json.dumps(properties, ensure_ascii=False, default=_day, separators=(",", ":"))
                opened.write(f'{begin}{{"type":"Feature","geometry":{shape},"properties":{said}}}')
                begin = ",\n"
        opened.write("\n]}\n")


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON")
