"""Two neighbouring squares and six pings, and what there is to count, by hand."""

import warnings
from collections.abc import Callable
from typing import Any

import duckdb
import geopandas
import pandas as pd
import polars
import pyarrow as pa
import shapely

import footfall

WEST, EAST = shapely.box(10, 50, 11, 51), shapely.box(11, 50, 12, 51)

PINGS = pa.table(
    {
        "device": ["ann", "ann", "bob", "bob", "cid", "dan"],
        "at": pa.array(
            [f"2023-03-01T{time}:00Z" for time in ("08:00", "08:10", "09:00", "09:00", "09:00", "10:00")]
        ).cast(pa.timestamp("us", "UTC")),
        "lat": [50.5, 50.6, 50.5, 50.5, None, 50.5],
        "lon": [10.5, 10.5, 11.5, 11.5, 10.5, 20.0],
    }
)
"""Ann is twice in the west, ten minutes apart; a row of Bob in the east is there twice; Cid has no latitude; Dan is in
no place."""

COUNTS = [
    {"place_id": "east", "pings": 1, "devices": 1, "visits": 1, "single_ping_visits": 1, "dwell": None},
    {"place_id": "west", "pings": 2, "devices": 1, "visits": 1, "single_ping_visits": 0, "dwell": 600.0},
]

PAIRS = [(0, "west"), (1, "west"), (2, "east"), (3, "east")]
"""The rows of pings that a place holds."""

PLACES = geopandas.GeoDataFrame({"place_id": ["west", "east"]}, geometry=[WEST, EAST], crs="EPSG:4326")

WKT = pa.table({"place_id": ["west", "east"], "shape": shapely.to_wkt([WEST, EAST]).tolist()})
WKB = pa.table({"place_id": ["west", "east"], "shape": pa.array(shapely.to_wkb([WEST, EAST]), pa.binary())})

SHAPES = {"places_columns": {"geometry": "shape"}}
"""The keyword that a table of shapes needs which does not say so itself."""

PING_SOURCES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: PINGS.to_pandas(),
    "pandas of Python's objects": lambda: PINGS.to_pandas().astype({"device": object}),
    "pandas in nanoseconds": lambda: PINGS.to_pandas().astype({"at": "datetime64[ns, UTC]"}),
    "pandas with a category": lambda: PINGS.to_pandas().astype({"device": "category"}),
    "Polars": lambda: polars.DataFrame(PINGS),
    "DuckDB": lambda: duckdb.connect().from_arrow(PINGS),
    "a table of pyarrow": lambda: PINGS,
    "a reader of pyarrow": lambda: PINGS.to_reader(max_chunksize=2),
    "a batch of pyarrow": lambda: PINGS.combine_chunks().to_batches()[0],
}

PLACE_SOURCES: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "GeoPandas": (lambda: PLACES, {}),
    "GeoPandas in another system": (lambda: PLACES.to_crs(25832), {}),
    "GeoPandas with two geometries": (lambda: PLACES.assign(middle=PLACES.representative_point()), {}),
    "GeoArrow": (lambda: PLACES.to_arrow(), {}),
    "WKT in pandas": (lambda: WKT.to_pandas(), SHAPES),
    "WKT in Polars": (lambda: polars.DataFrame(WKT), SHAPES),
    "WKB in pyarrow": (lambda: WKB, SHAPES),
    "WKB in DuckDB": (lambda: duckdb.connect().from_arrow(WKB), SHAPES),
    "points with a radius": (
        lambda: pd.DataFrame({"place_id": ["west", "east"], "y": [50.55, 50.5], "x": [10.5, 11.5]}),
        {"places_columns": {"lat": "y", "lon": "x"}, "places_radius": 20_000.0},
    ),
}


def counts(table: pa.Table) -> list[dict[str, Any]]:
    """The columns of COUNTS."""
    named = {"dwell": table["dwell_seconds_p50"]}
    return pa.table(
        {name: named.get(name, table[name] if name != "dwell" else None) for name in COUNTS[0]}
    ).to_pylist()


def pairs(table: pa.Table) -> list[tuple[int, str]]:
    """Rows and places, as PAIRS."""
    return list(zip(table["row"].to_pylist(), table["place_id"].to_pylist(), strict=True))


def count(pings: Any, places: Any, **settings: Any) -> footfall.Counted:
    """Count without a word about the row that Cid's latitude is missing in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", footfall.FootfallWarning)
        return footfall.count(pings, places, **{"k": 1, **settings})
