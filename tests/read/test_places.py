"""Places: what becomes of the polygons of a file."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from place_tables import (
    BOWTIE,
    FAR,
    FLAT,
    NEXT,
    PAIR,
    RING,
    SQUARE,
    ids,
    read,
    refusal,
    shape,
    table,
    written,
)
from tests.natural_earth import COUNTRIES, needs_countries


def test_a_place_has_id_name_category_and_polygon(tmp_path: Path) -> None:
    """Mapped columns become its parts; places are sorted by id."""
    places = table(SQUARE, FAR, place_id=["b", "a"], label=["Café Ñ", None], kind=["food", "x"])
    found = read(written(tmp_path / "a.gpkg", places), columns={"name": "label", "category": "kind"})
    assert [(p.place_id, p.name, p.category) for p in found.places] == [
        ("a", None, "x"),
        ("b", "Café Ñ", "food"),
    ]
    assert [shapely.from_wkb(place.wkb) for place in found.places] == [FAR, SQUARE]
    assert (found.crs, found.notes) == ("EPSG:4326", ())
    file = tmp_path / "a.gpkg"
    assert [(f.path, f.bytes) for f in found.files] == [(str(file), len(file.read_bytes()))]


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.parquet"])
def test_valid_polygons_keep_their_vertices_bit_for_bit(tmp_path: Path, name: str) -> None:
    """Coordinates with all their digits; a shapefile may turn and rotate rings, nothing else."""
    odd = shapely.transform(RING, lambda points: points / 3 + np.pi)
    found = shape(read(written(tmp_path / name, table(odd, BOWTIE))))
    given = {tuple(point) for point in shapely.get_coordinates(odd).tolist()}
    assert {tuple(point) for point in shapely.get_coordinates(found).tolist()} == given
    if name != "a.shp":
        assert shapely.to_wkb(found) == shapely.to_wkb(odd)


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.parquet", "a.geojson"])
def test_holes_multipolygons_and_heights(tmp_path: Path, name: str) -> None:
    """A hole stays a hole, parts stay together, heights are dropped."""
    given = [shapely.force_3d(each, 7.0) for each in (RING, PAIR, NEXT)]
    found = read(written(tmp_path / name, table(*given)))
    for number, (expected, area) in enumerate([(RING, 12), (PAIR, 1.95), (NEXT, 1)]):
        assert shape(found, number).equals(expected)
        assert shape(found, number).area == pytest.approx(area)
        assert not shapely.has_z(shape(found, number))
    assert found.notes == ()


def test_a_collection_of_polygons_is_a_multipolygon(tmp_path: Path) -> None:
    """A collection that holds anything else is refused."""
    path = written(tmp_path / "a.geojson", table(shapely.GeometryCollection([SQUARE, FAR])))
    assert shape(read(path)).equals(PAIR)
    assert shape(read(path)).geom_type == "MultiPolygon"
    assert shape(read(path, invalid="refuse")).equals(PAIR)
    mixed = table(FAR, shapely.GeometryCollection([SQUARE, shapely.Point(9, 9)]))
    error = refusal(written(tmp_path / "b.geojson", mixed))
    assert error.what == "Features are not polygons: 2 (GeometryCollection)"


def test_a_collection_of_polygons_that_overlap_is_repaired(tmp_path: Path) -> None:
    """What two of them cover counts once."""
    path = written(tmp_path / "a.geojson", table(shapely.GeometryCollection([RING, shapely.box(2, 0, 6, 4)])))
    found = read(path)
    assert shape(found).area == 24 - 2
    assert found.notes[0].startswith("Invalid polygons were repaired: p1 (")


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.parquet"])
def test_lines_and_points_are_refused_by_number(tmp_path: Path, name: str) -> None:
    """Features are counted from 1, in the order of the file."""
    mixed = table(SQUARE, None, shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)]))
    error = refusal(written(tmp_path / name, mixed))
    assert error.what == "Features are not polygons: 3 (Point), 4 (LineString)"
    assert "polygon or multipolygon" in error.fix


@pytest.mark.parametrize("shapes", [[shapely.Point(0, 0)] * 7, [shapely.LineString([(0, 0), (1, 1)])] * 7])
def test_a_shapefile_of_lines_or_points_is_refused(tmp_path: Path, shapes: list[shapely.Geometry]) -> None:
    """Not all are listed."""
    error = refusal(written(tmp_path / "a.shp", table(*shapes)))
    assert error.what.endswith(f"5 ({shapes[0].geom_type}) and 2 more")


def test_features_without_geometry_are_left_out_or_refused(tmp_path: Path) -> None:
    """Null and empty; if none is left, there is nothing to count in."""
    path = written(tmp_path / "a.gpkg", table(None, SQUARE, shapely.Polygon()))
    found = read(path)
    assert ids(found) == ["p2"]
    assert found.notes == ("Features were left out, because they have no geometry that can be read: 1, 3.",)
    error = refusal(path, invalid="refuse")
    assert error.what == "Features have no geometry that can be read: 1, 3"
    assert "places.invalid" in error.fix
    for nothing in (table(None, shapely.Polygon()), table(FLAT)):
        assert refusal(written(tmp_path / "b.gpkg", nothing)).what == "The file holds no polygon"
    assert refusal(written(tmp_path / "c.gpkg", table(FAR)[:0])).what == "The file of places holds no feature"


@pytest.mark.parametrize(
    ("wkt", "area"),
    [
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", 2),  # a bow tie: two triangles of 1
        (
            "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 5, 6 5, 6 6, 5 6, 5 5))",
            17,
        ),  # a hole outside counts by itself
        ("POLYGON ((0 0, 4 0, 4 4, 2 0, 0 4, 0 0))", 8),  # the ring touches itself: two triangles of 4
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (2 2, 6 2, 6 3, 2 3, 2 2))", 14),  # a hole across the edge
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1), (1 1, 3 1, 3 3, 1 3, 1 1))", 12),
        (
            "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((1 1, 3 1, 3 3, 1 3, 1 1)))",
            7,
        ),  # parts that overlap in 1
        (
            "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((2 0, 3 0, 3 2, 2 2, 2 0)))",
            6,
        ),  # parts with a common edge
        ("POLYGON ((0 0, 2 0, 2 -5, 2 0, 2 2, 0 2, 0 0))", 4),  # a spike
    ],
)
def test_invalid_polygons_are_repaired_or_refused(tmp_path: Path, wkt: str, area: float) -> None:
    """The area is known; valid neighbours stay as they are."""
    path = written(tmp_path / "a.parquet", table(SQUARE, shapely.from_wkt(wkt)))
    found = read(path)
    assert shape(found, 1).is_valid
    assert shape(found, 1).area == pytest.approx(area)
    assert found.places[0].wkb == shapely.to_wkb(SQUARE)
    assert len(found.notes) == 1
    assert found.notes[0].startswith("Invalid polygons were repaired: p2 (")
    assert refusal(path, invalid="refuse").what.startswith("Polygons are not valid: p2 (")


def test_polygons_that_collapse_are_left_out(tmp_path: Path) -> None:
    """A ring without area encloses nothing, so nothing can be inside; nor can it in a ring of one point."""
    dot = shapely.from_wkt("POLYGON ((3 3, 3 3, 3 3, 3 3))")
    path = written(tmp_path / "a.gpkg", table(FLAT, BOWTIE, dot))
    found = read(path)
    assert ids(found) == ["p2"]
    assert found.notes[0].startswith("Invalid polygons were repaired: p2 (")
    assert found.notes[1:] == ("Features were left out, because they have no area: 1, 3.",)
    assert refusal(path, invalid="refuse").what.startswith("Polygons are not valid: p1 (")


@needs_countries
def test_the_countries_of_natural_earth_are_read_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    """177 of them; Antarctica reaches around the world, and no part of any country is lost."""
    found = read(COUNTRIES, columns={"place_id": "name", "category": "continent"})
    assert len(found.places) == 177
    assert all(shape(found, number).is_valid for number in range(177))
    assert {p.category for p in found.places if p.place_id in ("Fiji", "Antarctica")} == {
        "Oceania",
        "Antarctica",
    }
    assert any("more than 180 degrees" in note for note in found.notes)
    antarctica = shape(found, ids(found).index("Antarctica"))
    assert antarctica.bounds[:3] == pytest.approx((-180, -90, 180), abs=1e-12)
    assert shapely.contains_xy(antarctica, 0, -89)
    assert capfd.readouterr() == ("", "")
