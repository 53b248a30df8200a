"""Places that are points: circles of metres around them, as polygons in degrees."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from place_tables import NEXT, ids, read, refusal, shape, table, written

POINTS = {"lat": "lat", "lon": "lon"}
EARTH = pyproj.Geod(ellps="WGS84")


def csv(path: Path, *rows: str, header: str = "place_id,lat,lon") -> Path:
    """Write CSV."""
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.mark.parametrize("lat", [0.0, 14.6, -45.0, 69.9])
@pytest.mark.parametrize("radius", [1.0, 50.0, 20_000.0])
def test_a_circle_has_64_corners_at_its_radius(tmp_path: Path, lat: float, radius: float) -> None:
    """The first due north, the 17th due east; the area of a regular polygon."""
    path = csv(tmp_path / "a.csv", f"x,{lat},-90.5")
    found = read(path, radius=radius, columns=POINTS)
    corners = shapely.get_coordinates(shape(found))[:-1]
    assert len(corners) == 64
    _, _, far = EARTH.inv(np.full(64, -90.5), np.full(64, lat), corners[:, 0], corners[:, 1])
    assert far == pytest.approx(np.full(64, radius), rel=1e-6)
    assert corners[:, 1].max() > lat > corners[:, 1].min()
    area = abs(EARTH.geometry_area_perimeter(shape(found))[0])
    assert area == pytest.approx(32 * np.sin(2 * np.pi / 64) * radius**2, rel=2e-3)
    assert found.notes == (
        f"Points were taken as circles of {radius:g} metres, as polygons of 64 corners: 1.",
    )


def test_each_point_may_have_a_radius_of_its_own(tmp_path: Path) -> None:
    """Where it is blank, that of all; without that it is refused by number, as one that is no length."""
    path = csv(tmp_path / "a.csv", "x,1,1,100", "y,2,2,", header="place_id,lat,lon,r")
    columns = {**POINTS, "radius": "r"}
    found = read(path, radius=50, columns=columns)
    heights = [b - a for _, a, _, b in (shape(found, n).bounds for n in (0, 1))]
    assert heights[0] == pytest.approx(2 * heights[1], rel=1e-3)
    assert "circles of 50 to 100 metres, by the column r" in found.notes[0]
    assert refusal(path, columns=columns).what == "Features have no radius of more than 0 metres: features 2"
    for wrong in ("0", "-5", "wide", "nan", "1e999"):
        csv(path, "x,1,1,100", f"y,2,2,{wrong}", header="place_id,lat,lon,r")
        assert refusal(path, radius=50, columns=columns).what.endswith("features 2")


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.fgb", "a.parquet"])
def test_points_of_every_format_may_have_a_radius(tmp_path: Path, name: str) -> None:
    """Without one they are refused, and the setting is named; polygons beside them stay."""
    path = written(tmp_path / name, table(shapely.Point(7, 45), r=[100]))
    error = refusal(path)
    assert error.what == "Features are not polygons: 1 (Point)"
    assert "places.radius" in error.fix
    assert shape(read(path, radius=100)) == shape(read(path, columns={"radius": "r"}))
    assert shape(read(path, radius=100)).contains(shapely.Point(7.001, 45))
    if name != "a.shp":
        mixed = written(tmp_path / f"b{path.suffix}", table(shapely.MultiPoint([(7, 45)]), NEXT))
        found = read(mixed, radius=100)
        assert shape(found, 1).equals(NEXT)
        assert found.notes[-1] == "Features that are polygons already stayed as they are: 1."


def test_a_radius_is_in_metres_whatever_the_system_of_the_points(tmp_path: Path) -> None:
    """Points are moved to WGS84 first."""
    path = written(tmp_path / "a.gpkg", table(shapely.Point(500000, 1600000), crs="EPSG:32615"))
    found = read(path, radius=100)
    west, south, east, north = shape(found).bounds
    assert EARTH.inv(-93, south, -93, north)[2] == pytest.approx(200, rel=1e-6)
    assert (west + east) / 2 == pytest.approx(-93)


@pytest.mark.parametrize("lon", [180, -180, 179.9999, -179.9999])
def test_a_circle_over_the_antimeridian_is_two_parts_of_one_place(tmp_path: Path, lon: float) -> None:
    """Together as large as any other."""
    found = read(csv(tmp_path / "a.csv", f"x,10,{lon}", "y,10,0"), radius=1000, columns=POINTS)
    assert ids(found) == ["x", "y"]
    assert shapely.get_num_geometries(shape(found)) == 2
    assert shape(found).area == pytest.approx(shape(found, 1).area, rel=1e-6)
    assert all(shapely.intersects_xy(shape(found), x, 10.0) for x in (180, -180))


@pytest.mark.parametrize(
    ("lat", "radius"), [(90, 10), (-89.999, 1000), (89, 111_000), (0, 10_000_000), (0, 1e12)]
)
def test_a_circle_that_is_none_in_degrees_is_refused(tmp_path: Path, lat: float, radius: float) -> None:
    """Around a pole, near to it, or around the earth."""
    error = refusal(csv(tmp_path / "a.csv", "x,1,1", f"y,{lat},5"), radius=radius, columns=POINTS)
    assert error.what.startswith("Circles reach too near to a pole, or around the earth")
    assert "2" in error.what.rpartition("features")[2]


def test_points_that_are_no_numbers_are_left_out_or_all_refused(tmp_path: Path) -> None:
    """A comma as decimal sign in all of them is named as such."""
    found = read(csv(tmp_path / "a.csv", "x,1,1", "y,,2", "z,n/a,2"), radius=10, columns=POINTS)
    assert ids(found) == ["x"]
    assert found.notes[0].endswith("no geometry that can be read: 2, 3.")
    path = csv(tmp_path / "b.csv", "x;14,605;-90,5", header="place_id;lat;lon")
    error = refusal(path, radius=10, columns=POINTS)
    assert "'14,605, -90,5'" in error.what
    assert "decimal sign" in error.fix
    assert "beyond 180 degrees" in refusal(csv(tmp_path / "c.csv", "x,95,1"), radius=10, columns=POINTS).what


def test_a_radius_may_have_any_blank_around_it(tmp_path: Path) -> None:
    """Also one that Python's own reading of numbers does not know."""
    path = csv(tmp_path / "a.csv", "x,1,1,30\x1e", header="place_id,lat,lon,r")
    assert "circles of 30 metres" in read(path, columns={**POINTS, "radius": "r"}).notes[0]


def test_a_radius_that_nothing_needs_is_said(tmp_path: Path) -> None:
    """Polygons are not widened by it."""
    found = read(written(tmp_path / "a.gpkg", table(NEXT)), radius=10)
    assert shape(found).equals(NEXT)
    assert found.notes == ("No place is a point, so the radius that is set was not used.",)


def test_circles_of_one_id_that_overlap_are_two_places(tmp_path: Path) -> None:
    """As polygons that do."""
    path = csv(tmp_path / "a.csv", "x,1,1", "x,1.0001,1")
    assert "overlap" in refusal(path, radius=100, columns=POINTS).what
