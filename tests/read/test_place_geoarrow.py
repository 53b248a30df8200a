"""Shapes in lists of coordinates, the encodings of GeoArrow."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from place_tables import ids, read, refusal

RING = [(0.1, 0.2), (1.1, 0.2), (1.1, 1.2), (0.1, 1.2), (0.1, 0.2)]
POLYGON = shapely.Polygon(RING)

STRUCTS = pa.struct([("x", pa.float64()), ("y", pa.float64())])
PAIRS = pa.list_(pa.float64(), 2)
TRIPLES = pa.list_(pa.float64(), 3)


def write(path: Path, values: pa.Array, encoding: str, **said: Any) -> Path:
    """A file of GeoParquet with these shapes in this encoding, and the ids p1, p2 ..."""
    places = pa.table({"place_id": [f"p{n + 1}" for n in range(len(values))], "geometry": values})
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": encoding, **said}}}
    pq.write_table(places.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


@pytest.mark.parametrize("points", ["structs", "pairs", "triples"])
def test_points_become_circles_with_a_radius(tmp_path: Path, points: str) -> None:
    """In each way of writing a coordinate; one that is null is left out, and heights are dropped."""
    kind, values = {
        "structs": (STRUCTS, [{"x": 0.5, "y": 0.25}, None]),
        "pairs": (PAIRS, [[0.5, 0.25], None]),
        "triples": (TRIPLES, [[0.5, 0.25, 9.0], None]),
    }[points]
    path = write(tmp_path / "a.parquet", pa.array(values, kind), "point")
    found = read(path, radius=100)
    assert ids(found) == ["p1"]
    circle = shapely.from_wkb(found.places[0].wkb)
    assert circle.centroid.coords[0] == pytest.approx((0.5, 0.25), abs=1e-9)
    assert circle.geom_type == "Polygon"
    assert "places.radius" in refusal(path).fix


def test_a_list_of_one_point_is_that_point(tmp_path: Path) -> None:
    """As in every other format."""
    path = write(tmp_path / "a.parquet", pa.array([[[0.5, 0.25]]], pa.list_(PAIRS)), "multipoint")
    assert shapely.from_wkb(read(path, radius=100).places[0].wkb).contains(shapely.Point(0.5, 0.25))


@pytest.mark.parametrize("kind", [STRUCTS, PAIRS])
def test_coordinates_keep_every_bit(tmp_path: Path, kind: pa.DataType) -> None:
    """Of polygons and multipolygons, whichever rows of a longer column they are."""
    ring = [dict(zip("xy", each, strict=True)) if kind == STRUCTS else each for each in RING]
    for encoding, value, depth in (("polygon", [ring], 2), ("multipolygon", [[ring]], 3)):
        lists = kind
        for _ in range(depth):
            lists = pa.list_(lists)
        rows = pa.array([[], None, value, value], lists).slice(1)
        found = read(write(tmp_path / "a.parquet", rows, encoding))
        assert ids(found) == ["p2", "p3"]
        for place in found.places:
            assert shapely.get_coordinates(shapely.from_wkb(place.wkb)).tolist() == [[*each] for each in RING]


@pytest.mark.parametrize("encoding", ["polygon", "multipolygon"])
def test_rings_that_are_not_closed_are_closed_with_a_note(tmp_path: Path, encoding: str) -> None:
    """As in well-known binary; or the file is refused, where the settings say so."""
    open_ring, closed = [RING[:-1]], [RING]
    values = [[open_ring], [closed]] if encoding == "multipolygon" else [open_ring, closed]
    depth = pa.list_(pa.list_(pa.list_(PAIRS))) if encoding == "multipolygon" else pa.list_(pa.list_(PAIRS))
    path = write(tmp_path / "a.parquet", pa.array(values, depth), encoding)
    found = read(path)
    assert "Rings that were not closed were closed." in found.notes
    assert all(shapely.from_wkb(place.wkb).equals(POLYGON) for place in found.places)
    assert refusal(path, invalid="refuse").what.endswith("feature 1")


def test_a_ring_that_is_null_refuses_the_file(tmp_path: Path) -> None:
    """Nobody knows where the place ends."""
    values = pa.array([[RING, None]], pa.list_(pa.list_(PAIRS)))
    assert "a part of a geometry is null" in refusal(write(tmp_path / "a.parquet", values, "polygon")).what


def test_values_that_are_nested_otherwise_refuse_the_file(tmp_path: Path) -> None:
    """The metadata name another encoding than the column has."""
    values = pa.array([RING], pa.list_(PAIRS))
    assert "not polygons" in refusal(write(tmp_path / "a.parquet", values, "polygon")).what


@pytest.mark.parametrize("kind", ["geoarrow.polygon", "geoarrow.wkt"])
def test_a_column_that_geoarrow_names_needs_no_mapping(tmp_path: Path, kind: str) -> None:
    """In Parquet without metadata of GeoParquet; the system that it states holds."""
    utm = shapely.box(500000, 1600000, 500100, 1600100)
    values = {
        "geoarrow.polygon": pa.array([[[*map(list, utm.exterior.coords)]]], pa.list_(pa.list_(PAIRS))),
        "geoarrow.wkt": pa.array([utm.wkt]),
    }[kind]
    said = json.dumps({"crs": "32615", "crs_type": "srid"})
    field = pa.field(
        "g", values.type, metadata={"ARROW:extension:name": kind, "ARROW:extension:metadata": said}
    )
    schema = pa.schema([pa.field("place_id", pa.string()), field])
    pq.write_table(pa.table([pa.array(["x"]), values], schema=schema), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    assert (ids(found), found.crs) == (["x"], "WGS 84 / UTM zone 15N")
