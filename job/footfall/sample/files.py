"""Write pings, places and settings as the files that a run reads."""

import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import yaml
from pyarrow import parquet

from footfall.sample.flaws import BLANK_DEVICE, Rows, row_numbers
from footfall.sample.pings import device_name
from footfall.sample.town import TIME_ZONE, Ring, Site, to_degrees

FIRST_DAY = date(2023, 3, 1)
ACCURACY_LIMIT_METRES = 200

_CSV_HEADER = (
    "Hashed Device ID,Date,Time of Day,Lat of Observation Point,Lon of Observation Point,Horizontal Accuracy"
)
_CSV_COLUMNS = {
    "device": "Hashed Device ID",
    "date": "Date",
    "time": "Time of Day",
    "lat": "Lat of Observation Point",
    "lon": "Lon of Observation Point",
    "accuracy": "Horizontal Accuracy",
}
_PARQUET_COLUMNS = {"device": "device", "at": "at", "lat": "lat", "lon": "lon", "accuracy": "accuracy"}
_PARQUET_SCHEMA = pa.schema(
    [
        ("device", pa.dictionary(pa.int32(), pa.string())),
        ("at", pa.timestamp("us", tz="UTC")),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("accuracy", pa.float64()),
    ]
)


def write_csv(path: Path, blocks: Iterable[Rows], seed: int) -> None:
    """Write rows as gzipped CSV, in local time, columns as in a real export; equal rows give equal bytes."""
    with _repeatable_gzip(path) as file:
        file.write(_CSV_HEADER + "\n")
        for rows in blocks:
            file.writelines(_csv_lines(rows, seed))


@contextmanager
def _repeatable_gzip(path: Path) -> Iterator[TextIOWrapper]:
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        yield text


def _csv_lines(rows: Rows, seed: int) -> list[str]:
    pings = rows.pings
    names = {device: device_name(seed, device) for device in np.unique(pings.device).tolist()} | {
        BLANK_DEVICE: ""
    }
    columns = (pings.device, pings.second, pings.lat, pings.lon, pings.accuracy)
    lines = [
        f"{names[device]},{_date_and_time(second)},{lat:.6f},{lon:.6f},{accuracy:.1f}\n"
        for device, second, lat, lon, accuracy in zip(*(column.tolist() for column in columns), strict=True)
    ]
    for row in row_numbers(rows.flaw, "wrong_type:at"):
        fields = lines[row].split(",")
        lines[row] = ",".join([fields[0], "0000-00-00", *fields[2:]])
    for row in row_numbers(rows.flaw, "wrong_type:lat"):
        fields = lines[row].split(",")
        lines[row] = ",".join([*fields[:3], "n/a", *fields[4:]])
    for number, row in enumerate(row_numbers(rows.flaw, "unreadable_row")):
        lines[row] = f'"{lines[row]}' if number % 4 == 3 else f"{lines[row][: 24 + number % 16]}\n"
    return lines


def _date_and_time(second: int) -> str:
    days, second = divmod(second, 86_400)
    day = FIRST_DAY + timedelta(days=days)
    return f"{day},{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def write_parquet(path: Path, blocks: Iterable[Rows], seed: int) -> None:
    """Write rows as Parquet: device string, at timestamp (UTC), lat, lon and accuracy double."""
    midnight = datetime.combine(FIRST_DAY, datetime.min.time(), ZoneInfo(TIME_ZONE))
    start = int(midnight.timestamp())
    with parquet.ParquetWriter(path, _PARQUET_SCHEMA) as writer:
        for rows in blocks:
            pings = rows.pings
            devices, number = np.unique(pings.device, return_inverse=True)
            names = [device_name(seed, device) for device in devices.tolist()]
            blank = pa.array(number.astype(np.int32), mask=pings.device == BLANK_DEVICE)
            columns = [
                pa.DictionaryArray.from_arrays(blank, pa.array(names)),
                pa.array((pings.second + start) * 1_000_000, type=pa.int64()).cast(
                    pa.timestamp("us", tz="UTC")
                ),
                *(pa.array(column) for column in (pings.lat, pings.lon, pings.accuracy)),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=_PARQUET_SCHEMA))


def write_places(path: Path, sites: tuple[Site, ...]) -> None:
    """Write the places as GeoJSON in WGS84 degrees, a feature a line."""
    features = ",\n".join(
        json.dumps(_feature(site), ensure_ascii=False, separators=(",", ":")) for site in sites
    )
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n', encoding="utf-8")


def _feature(site: Site) -> dict[str, Any]:
    polygons = [
        [_ring(ring, hole=number > 0) for number, ring in enumerate(polygon)] for polygon in site.polygons
    ]
    geometry = (
        {"type": "Polygon", "coordinates": polygons[0]}
        if len(polygons) == 1
        else {"type": "MultiPolygon", "coordinates": polygons}
    )
    properties = {"place_id": site.place_id, "name": site.name, "category": site.category}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _ring(ring: Ring, *, hole: bool) -> list[list[float]]:
    """Degrees of a ring, outer ones counterclockwise and holes clockwise as RFC 7946 asks for."""
    lon, lat = to_degrees(*np.array(ring).T)
    doubled_area = float(np.sum(lon[:-1] * lat[1:] - lon[1:] * lat[:-1]))
    step = 1 if (doubled_area > 0) != hole else -1
    return [[x, y] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)][::step]


def write_settings(path: Path, *, pings: Path, places: Path) -> None:
    """Write the settings with which `footfall run --settings` reads the sample."""
    is_csv = pings.suffix == ".gz"
    settings = {
        "pings": {
            "path": str(pings),
            "format": "csv" if is_csv else "parquet",
            "time_zone": TIME_ZONE,
            "accuracy_limit": ACCURACY_LIMIT_METRES,
            "columns": _CSV_COLUMNS if is_csv else _PARQUET_COLUMNS,
        },
        "places": {
            "path": str(places),
            "columns": {"place_id": "place_id", "name": "name", "category": "category"},
        },
        "output": "footfall-output",
        "days": "all",
        "visit_gap": "30min",
        "boundary": "open",
        "privacy": {"k": 1},
    }
    head = "# Settings of a generated sample. Paths are relative to the folder that the job is started in.\n"
    path.write_text(head + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
