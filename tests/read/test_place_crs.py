"""Reference systems: any becomes WGS84 degrees, none is guessed."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from place_tables import FAR, SQUARE, ids, read, refusal, shape, table, written

from footfall.errors import SettingsError

CORNERS = np.array([[-90.5, 14.5], [-90.5, 14.75], [-90.25, 14.75], [-90.25, 14.5], [-90.5, 14.5]])


def in_system(crs: str) -> shapely.Geometry:
    """The corners in another system, by pyproj alone."""
    moved = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*CORNERS.T)
    return shapely.Polygon(np.column_stack(moved))


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32615", "EPSG:32616"])
@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.parquet", "a.geojson"])
def test_corners_come_back_from_any_system(tmp_path: Path, crs: str, name: str) -> None:
    """To a billionth of a degree, a tenth of a millimetre, whatever the format."""
    given = in_system(crs)
    more = {"write_bbox": "no", "COORDINATE_PRECISION": "9", "RFC7946": "NO"} if name == "a.geojson" else {}
    found = read(written(tmp_path / name, table(given, crs=crs), **more))
    back = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    expected = np.column_stack(back.transform(*shapely.get_coordinates(given).T))
    assert np.allclose(expected, CORNERS, rtol=0, atol=1e-9)
    assert shape(found).normalize().equals_exact(shapely.Polygon(CORNERS).normalize(), 1e-9)
    assert found.crs == pyproj.CRS(crs).name
    assert found.notes == (f"Places were reprojected from {found.crs} to WGS84.",)


def test_a_system_whose_axes_are_north_east_is_read_as_east_north(tmp_path: Path) -> None:
    """EPSG:2193 of New Zealand: known coordinates of a point in Wellington."""
    x, y = 1748735.0, 5427916.0
    found = read(written(tmp_path / "a.gpkg", table(shapely.box(x, y, x + 10, y + 10), crs="EPSG:2193")))
    lon, lat = shapely.get_coordinates(shape(found))[:, 0], shapely.get_coordinates(shape(found))[:, 1]
    assert np.allclose(lon, 174.776, atol=0.01)
    assert np.allclose(lat, -41.289, atol=0.01)


@pytest.mark.parametrize(
    "crs", ["EPSG:4326", "OGC:CRS84", "EPSG:4979", "EPSG:4326+5773", "+proj=longlat +datum=WGS84 +type=crs"]
)
def test_wgs84_is_taken_as_it_is_in_any_order_of_axes_and_with_heights(tmp_path: Path, crs: str) -> None:
    """Files hold x, then y; not a bit changes."""
    odd = shapely.transform(shapely.box(100, 10, 101, 11), lambda points: points / 3 + np.pi)
    found = read(written(tmp_path / "a.parquet", table(odd, crs=crs)))
    assert (found.crs, found.notes) == ("EPSG:4326", ())
    assert found.places[0].wkb == shapely.to_wkb(odd)


def test_a_prj_of_esri_is_known(tmp_path: Path) -> None:
    """WKT without any code, as ArcGIS writes it; the setting may name it again."""
    path = written(tmp_path / "a.shp", table(SQUARE, crs="EPSG:4326"))
    path.with_suffix(".prj").write_text(pyproj.CRS("EPSG:4326").to_wkt("WKT1_ESRI"))
    assert shape(read(path)).equals(SQUARE)
    utm = written(tmp_path / "b.shp", table(in_system("EPSG:32615"), crs="EPSG:32615"))
    utm.with_suffix(".prj").write_text(pyproj.CRS("EPSG:32615").to_wkt("WKT1_ESRI"))
    assert shape(read(utm, crs="EPSG:32615")).bounds == pytest.approx((-90.5, 14.5, -90.25, 14.75))


def test_one_system_in_two_spellings_is_no_contradiction(tmp_path: Path) -> None:
    """ArcGIS writes that of New Zealand with other axes than its definition has, and means the same."""
    place = shapely.box(1748735, 5427916, 1748745, 5427926)
    path = written(tmp_path / "a.shp", table(place, crs="EPSG:2193"))
    path.with_suffix(".prj").write_text(pyproj.CRS("EPSG:2193").to_wkt("WKT1_ESRI"))
    assert read(path, crs="EPSG:2193").places == read(path).places


@pytest.mark.parametrize("stated", ["", "words", 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS', 'LOCAL_CS["x"]'])
def test_a_damaged_prj_is_as_none(tmp_path: Path, stated: str) -> None:
    """The setting says what it is."""
    path = written(tmp_path / "a.shp", table(SQUARE))
    path.with_suffix(".prj").write_text(stated)
    assert refusal(path).what.startswith("The places state no coordinate reference system")
    assert shape(read(path, crs="EPSG:4326")).equals(SQUARE)


def test_a_file_without_reference_system_needs_the_setting(tmp_path: Path) -> None:
    """The setting fills the gap, never contradicts the file, and must be a system of the earth."""
    for name in ("a.shp", "a.gpkg", "a.parquet"):
        bare = written(tmp_path / name, table(SQUARE, crs=None))
        error = refusal(bare)
        assert "no coordinate reference system" in error.what
        assert "places.crs" in error.fix
        assert shape(read(bare, crs="EPSG:4326")).equals(SQUARE)
    stated = written(tmp_path / "b.shp", table(SQUARE))
    assert shape(read(stated, crs="OGC:CRS84")).equals(SQUARE)
    assert "The file states WGS 84, the settings NAD83" in refusal(stated, crs="EPSG:4269").what
    for wrong in ("mars", "EPSG:999999", "EPSG:4978"):
        assert wrong in refusal(bare, SettingsError, crs=wrong).where


def test_a_prj_that_cannot_be_read_is_as_none(tmp_path: Path) -> None:
    """Nobody guesses what was meant."""
    path = written(tmp_path / "a.shp", table(SQUARE))
    path.with_suffix(".prj").write_text("rubbish")
    assert "no coordinate reference system" in refusal(path).what
    assert shape(read(path, crs="EPSG:4326")).equals(SQUARE)


def test_a_system_without_a_place_on_earth_is_as_none(tmp_path: Path) -> None:
    """The plane of a drawing; the Moon is somewhere else for sure."""
    path = written(tmp_path / "a.shp", table(SQUARE))
    path.with_suffix(".prj").write_text('LOCAL_CS["Undefined Cartesian",UNIT["Meter",1.0]]')
    assert "but 'Undefined Cartesian', which cannot be used" in refusal(path).what
    assert shape(read(path, crs="EPSG:4326")).equals(SQUARE)
    moon = written(tmp_path / "b.parquet", table(SQUARE, crs="ESRI:104903"))
    assert refusal(moon).what.startswith("GCS_Moon_2000 cannot be reprojected to WGS84: ")


def test_how_right_a_datum_shift_is_stands_in_the_notes(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """The British grid without its file of corrections is metres off; nobody should think otherwise."""
    london, new_york = shapely.box(530000, 180000, 531000, 181000), shapely.box(-74, 40, -73, 41)
    (note,) = read(written(tmp_path / "a.gpkg", table(london, crs="EPSG:27700"))).notes
    assert note.startswith(
        "Places were reprojected from OSGB36 / British National Grid to WGS84, right to about "
    )
    assert note.endswith("; a better way needs a grid that PROJ does not have here.")
    assert not recwarn.list
    (note,) = read(written(tmp_path / "b.gpkg", table(new_york, crs="EPSG:4269"))).notes
    assert "from NAD83 to WGS84, right to about 4 m" in note


@pytest.mark.parametrize("crs", ["EPSG:32660", "EPSG:32601", "EPSG:3832", "EPSG:3031"])
def test_a_polygon_across_the_antimeridian_is_refused_after_reprojection(tmp_path: Path, crs: str) -> None:
    """In its own grid it is one small piece; in degrees it would reach around the world."""
    lon, lat = (180.0, -80.0) if crs == "EPSG:3031" else (180.0, 10.0)
    x, y = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    across, beside = (
        shapely.box(x - 5e4, y - 5e4, x + 5e4, y + 5e4),
        shapely.box(x - 5e5, y + 6e5, x - 4e5, y + 7e5),
    )
    error = refusal(written(tmp_path / "a.gpkg", table(beside, across, crs=crs)))
    assert error.what.startswith("Polygons cross the antimeridian: features 2; ")
    assert "split at longitude 180" in error.fix


def test_a_polygon_around_a_pole_is_refused_after_reprojection(tmp_path: Path) -> None:
    """Its edges cross the antimeridian somewhere."""
    error = refusal(written(tmp_path / "a.gpkg", table(shapely.box(-1e6, -1e6, 1e6, 1e6), crs="EPSG:3031")))
    assert "antimeridian" in error.what


def test_an_edge_around_the_world_is_taken_as_it_is(tmp_path: Path) -> None:
    """The foot of Antarctica in Natural Earth, in degrees and in Mercator; it is told."""
    foot = shapely.Polygon([(-180, -85), (-180, -70), (0, -75), (180, -70), (180, -85), (-180, -85)])
    found = read(written(tmp_path / "a.gpkg", table(SQUARE, foot)))
    assert found.places[1].wkb == shapely.to_wkb(foot)
    (told,) = found.notes
    assert told.startswith("Polygons have edges over more than 180 degrees of longitude")
    assert "as they are written: features 2. Split places" in told
    mercator = read(written(tmp_path / "b.gpkg", table(SQUARE, foot).to_crs("EPSG:3857")))
    assert shape(mercator, 1).equals_exact(foot, 1e-9)
    assert mercator.notes[1:] == (told,)


def test_a_ring_across_longitude_180_is_named_with_what_to_do(tmp_path: Path) -> None:
    """One ring reaches around the other side of the earth; two halves are right, and nothing is noted."""
    across = shapely.Polygon([(179.9, -18), (-179.9, -18), (-179.9, -17), (179.9, -17)])
    halves = shapely.union_all([shapely.box(179.9, -18, 180, -17), shapely.box(-180, -18, -179.9, -17)])
    (note,) = read(written(tmp_path / "a.gpkg", table(SQUARE, across))).notes
    assert "features 2. Split places that cross longitude 180 there" in note
    assert read(written(tmp_path / "b.gpkg", table(SQUARE, halves))).notes == ()


def test_coordinates_beyond_the_earth_are_refused_by_feature(tmp_path: Path) -> None:
    """Metres under a wrong name, longitudes up to 360, swapped coordinates."""
    for number, beyond in enumerate(
        [(4e5, 5e6, 5e5, 6e6), (179, 0, 181, 1), (14, -91, 15, -90.0), (0, 0, 1, 90.001)]
    ):
        path = written(tmp_path / f"{number}.gpkg", table(SQUARE, shapely.box(*beyond)))
        assert "beyond 180 degrees of longitude or 90 of latitude: features 2; " in refusal(path).what
    assert "from (400000, 5e+06) to (500000, 6e+06)" in refusal(tmp_path / "0.gpkg").what


def test_rounding_beyond_the_edge_of_the_world_is_taken_back(tmp_path: Path) -> None:
    """A billionth of a degree; other vertices keep every bit, and the edge itself is no overshoot."""
    x, y = np.nextafter(179.1, 0), np.nextafter(89.1, 90)
    over, at = shapely.box(x, y, 180 + 5e-10, 90 + 5e-10), shapely.box(-180, -90, -179, -89)
    found = read(written(tmp_path / "a.gpkg", table(over, at)))
    assert shape(found).bounds == (x, y, 180, 90)
    assert found.places[1].wkb == shapely.to_wkb(at)
    assert found.notes == ("Rounding beyond the edge of the world was taken back: features 1.",)


def test_coordinates_that_a_system_does_not_know_are_refused(tmp_path: Path) -> None:
    """A point far off the plane of a projection has no longitude."""
    far = written(tmp_path / "a.gpkg", table(FAR, shapely.box(1e30, 1e30, 2e30, 2e30), crs="EPSG:3035"))
    assert "features 2" in refusal(far).what


def test_feature_numbers_count_from_the_top_of_the_file(tmp_path: Path) -> None:
    """Also after some were left out."""
    path = written(tmp_path / "a.gpkg", table(None, shapely.Polygon(), SQUARE, shapely.box(0, 0, 200, 1)))
    assert "features 4" in refusal(path).what
    assert ids(read(written(tmp_path / "b.gpkg", table(None, SQUARE)))) == ["p2"]


@pytest.mark.parametrize("tiny", [5e-324, 3.473e-310, -1e-101])
def test_coordinates_that_are_nearly_zero_are_refused(tmp_path: Path, tiny: float) -> None:
    """GEOS may crash on them, and only damaged files hold them; what rounding leaves of zero is no trouble."""
    place = shapely.Polygon([(4, 0), (tiny, tiny), (0, 1), (4, 0)])
    path = written(tmp_path / "a.gpkg", table(place, SQUARE, place_id=["a", "a"]))
    assert "nearly zero and not zero" in refusal(path).what
    near = shapely.Polygon([(4, 0), (1e-17, 1e-17), (0, 1), (4, 0)])
    assert shape(read(written(tmp_path / "b.gpkg", table(near)))).equals(near)
