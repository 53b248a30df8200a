"""Reference systems that a file states, that its format implies, and that nobody knows are three different things."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
from place_tables import SQUARE, read, refusal, shape, table, written

CORNERS = shapely.Polygon([(-90.5, 14.5), (-90.5, 14.75), (-90.25, 14.75), (-90.25, 14.5), (-90.5, 14.5)])


def in_system(crs: str) -> shapely.Geometry:
    """The corners in another system, by geopandas alone."""
    return table(CORNERS).to_crs(crs).geometry.iloc[0]


def named_system(path: Path, crs: object, shape: shapely.Geometry = SQUARE) -> Path:
    """GeoJSON of 2008, which states a system."""
    feature = {
        "type": "Feature",
        "properties": {"place_id": "a"},
        "geometry": shapely.geometry.mapping(shape),
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    return path


@pytest.mark.parametrize(
    "crs",
    [
        None,
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::43266"}},
        {"type": "link", "properties": {"href": "http://example.com/crs/42", "type": "proj4"}},
        {"type": "name"},
        "EPSG:4326",
        7,
    ],
)
def test_a_system_of_geojson_that_cannot_be_used_is_as_none(tmp_path: Path, crs: object) -> None:
    """It is not WGS84 because nothing else is known; the setting says what it is."""
    path = named_system(tmp_path / "a.geojson", crs)
    error = refusal(path)
    assert error.what.startswith("The places state no coordinate reference system")
    assert "places.crs" in error.fix
    assert shape(read(path, crs="EPSG:4326")).equals(SQUARE)


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "EPSG:32615"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32615"}},
        {"type": "EPSG", "properties": {"code": 32615}},
    ],
)
def test_a_system_is_found_wherever_geojson_states_it(tmp_path: Path, crs: dict[str, Any]) -> None:
    """In the collection, in a feature, or in its geometry, as databases write it; two of them are none."""
    whole = named_system(tmp_path / "a.geojson", crs, in_system("EPSG:32615"))
    found = json.loads(whole.read_text())
    (feature,) = found["features"]
    inside = {**feature, "geometry": {**feature["geometry"], "crs": crs}}
    (tmp_path / "b.geojsonl").write_text(json.dumps({**feature, "crs": crs}))
    (tmp_path / "c.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [inside]}))
    for name in ("a.geojson", "b.geojsonl", "c.geojson"):
        assert shape(read(tmp_path / name)).bounds == pytest.approx((-90.5, 14.5, -90.25, 14.75))
    other = {"type": "name", "properties": {"name": "EPSG:3857"}}
    (tmp_path / "d.geojson").write_text(json.dumps({**found, "features": [inside], "crs": other}))
    assert "no coordinate reference system" in refusal(tmp_path / "d.geojson").what


@pytest.mark.parametrize("name", ["a.geojson", "a.parquet"])
def test_the_setting_wins_over_what_only_the_format_says(tmp_path: Path, name: str) -> None:
    """Metres in a file that states nothing: first the setting is asked for, then it holds."""
    path = tmp_path / name
    if name == "a.parquet":
        content = pq.read_table(written(path, table(in_system("EPSG:32615"), crs=None)))
        geo = json.loads(content.schema.metadata[b"geo"])
        del geo["columns"]["geometry"]["crs"]
        pq.write_table(content.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    else:
        named_system(path, {}, in_system("EPSG:32615"))
        path.write_text(path.read_text().replace('"crs": {}, ', ""))
    error = refusal(path)
    assert "beyond 180 degrees" in error.what
    assert "places.crs" in error.fix
    assert shape(read(path, crs="EPSG:32615")).bounds == pytest.approx((-90.5, 14.5, -90.25, 14.75))


@pytest.mark.parametrize("number", [0, -1])
def test_an_undefined_system_of_a_geopackage_is_as_none(tmp_path: Path, number: int) -> None:
    """Its numbers 0 and -1 say that nothing is known."""
    path = written(tmp_path / "a.gpkg", table(SQUARE))
    with sqlite3.connect(path) as database:
        for part in ("gpkg_contents", "gpkg_geometry_columns"):
            database.execute(f"UPDATE {part} SET srs_id = {number}")  # noqa: S608
    database.close()
    assert "but 'Undefined" in refusal(path).what
    assert shape(read(path, crs="EPSG:4326")).equals(SQUARE)
