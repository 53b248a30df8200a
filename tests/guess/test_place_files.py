"""What `footfall init` guesses of places."""

from pathlib import Path

import geopandas
import pytest
from shapely.geometry import box

from tests.guess.exports import TOWN, guessed, places, refusal, text_file

ZONE = ("--time-zone", "America/Guatemala")


@pytest.fixture(autouse=True)
def pings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with one ping, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "1000")
    return text_file(tmp_path / "pings.csv", "maid,ts,lat,lon", "a,1677672000,14.61,-90.51")


def test_an_id_is_filled_and_different_in_each_feature(tmp_path: Path) -> None:
    """A column that is called like one but is not is left; numbers are ids, too."""
    file = places(tmp_path / "shops.gpkg", place_id=[None, "x"], store_id=[7, 8], brand=["Sol", "Luna"])
    found = guessed("pings.csv", file, *ZONE).places.columns
    assert (found.place_id, found.name) == ("store_id", "brand")


def test_the_number_that_a_file_gives_its_features_is_the_last_to_be_an_id(tmp_path: Path) -> None:
    """It may be another one when the file is written again."""
    file = places(tmp_path / "shops.gpkg", fid=[1, 2], Shop_No=["S-1", "S-2"])
    assert guessed("pings.csv", file, *ZONE).places.columns.place_id == "Shop_No"
    file = places(tmp_path / "alone.gpkg", fid=[1, 2], colour=["red", "red"])
    assert guessed("pings.csv", file, *ZONE).places.columns.place_id == "fid"


def test_a_name_is_for_people_and_a_category_repeats(tmp_path: Path) -> None:
    """Both by usual names."""
    file = places(
        tmp_path / "p.geojson", GEOID=["1", "2"], NAMELSAD=["Tract 1", "Tract 2"], top_category=["a", "a"]
    )
    found = guessed("pings.csv", file, *ZONE).places.columns
    assert (found.place_id, found.name, found.category) == ("GEOID", "NAMELSAD", "top_category")


def test_ids_that_no_column_has_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the columns there are; parts of one place may share an id."""
    file = places(tmp_path / "p.geojson", code=["A", "A"], colour=["red", "red"])
    said = refusal(capsys, 2, "pings.csv", file, *ZONE)
    assert "Which column holds the id of a place?" in said
    assert "--place-id code" in said
    assert guessed("pings.csv", file, *ZONE, "--place-id", "code").places.columns.place_id == "code"


def test_a_table_with_shapes_is_mapped(tmp_path: Path) -> None:
    """In a column of whatever name, in CSV."""
    file = text_file(tmp_path / "shops.csv", "shop_id,polygon_wkt", f'1,"{TOWN.wkt}"')
    found = guessed("pings.csv", file, *ZONE).places.columns
    assert (found.place_id, found.geometry) == ("shop_id", "polygon_wkt")


def test_places_that_are_points_need_a_radius(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which no file tells."""
    file = text_file(tmp_path / "shops.csv", "shop_id,latitude,longitude", "1,14.61,-90.51")
    said = refusal(capsys, 2, "pings.csv", file, *ZONE, "--yes")
    assert "How many metres around its point does a place reach?" in said
    assert "--radius VALUE" in said
    settings = guessed("pings.csv", file, *ZONE, "--radius", "50").places
    assert (settings.columns.lat, settings.columns.lon, settings.radius) == ("latitude", "longitude", 50.0)


def test_a_reference_system_that_no_file_states_is_found_by_the_pings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In UTM 15N the places are where the pings are; it is asked for all the same."""
    frame = geopandas.GeoDataFrame({"place_id": ["A"]}, geometry=[TOWN], crs="EPSG:4326").to_crs("EPSG:32615")
    frame.to_file(tmp_path / "shops.shp")
    (tmp_path / "shops.prj").unlink()
    said = refusal(capsys, 2, "pings.csv", "shops.shp", *ZONE)
    assert "--crs EPSG:32615" in said
    assert guessed("pings.csv", "shops.shp", *ZONE, "--yes").places.crs == "EPSG:32615"
    said = Path("settings.yaml").read_text().replace("\n  # ", " ")
    assert "In it 100% of the pings looked at lie within half a degree of the places." in said


def test_a_layer_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a file has several."""
    for layer in ("old", "new"):
        frame = geopandas.GeoDataFrame(
            {"id": ["A"]}, geometry=[box(-90.6, 14.5, -90.4, 14.7)], crs="EPSG:4326"
        )
        frame.to_file(tmp_path / "p.gpkg", layer=layer)
    assert "layer" in refusal(capsys, 3, "pings.csv", "p.gpkg", *ZONE)
    assert guessed("pings.csv", "p.gpkg", *ZONE, "--layer", "new").places.layer == "new"


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Of places as of pings."""
    assert "The file of places does not exist" in refusal(capsys, 3, "pings.csv", "nowhere.shp", *ZONE)
    assert "The path does not exist" in refusal(capsys, 3, "pigns.csv", "nowhere.shp", *ZONE)
    assert "Only one input is named" in refusal(capsys, 2, "pings.csv")
