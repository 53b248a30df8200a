"""Places that are in a store: fetched with what belongs to them, and named by their own address."""

from pathlib import Path

import pytest

from footfall import stores
from footfall.errors import InputError
from footfall.read.places.fetched import read_places_anywhere
from footfall.settings import PlaceSettings
from tests.read.place_tables import shapefile


def put_shapefile(root: str, folder: Path) -> str:
    """A shapefile of two places with the files beside it, and one of another beside these; its address."""
    for part in shapefile(folder).parent.iterdir():
        stores.of(root).write(f"{root}/{part.name}", part.read_bytes())
    stores.of(root).write(f"{root}/shops2.dbf", b"of another")
    return f"{root}/shops.shp"


def test_a_shapefile_is_fetched_with_the_files_beside_it(
    root: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And with no others; each is among the inputs, by its own address."""
    made, scratch = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("scratch")
    places = read_places_anywhere(PlaceSettings(path=put_shapefile(root, made)), scratch)
    assert [place.place_id for place in places.places] == ["p1", "p2"]
    assert sorted(file.path for file in places.files) == [
        f"{root}/shops.{ending}" for ending in ("cpg", "dbf", "prj", "shp", "shx")
    ]


def test_a_file_of_this_machine_may_have_its_scheme(tmp_path: Path) -> None:
    """It is read where it is."""
    path = shapefile(tmp_path)
    places = read_places_anywhere(PlaceSettings(path=f"file://{path}"), tmp_path)
    assert sorted(file.path for file in places.files)[0] == str(path.with_suffix(".cpg"))


def test_places_that_cannot_be_read_are_named_by_their_address(bucket: str, tmp_path: Path) -> None:
    """Nobody is told of the folder that they were fetched to."""
    stores.of(bucket).write(f"{bucket}/in/shops.geojson", b"no json")
    with pytest.raises(InputError) as caught:
        read_places_anywhere(PlaceSettings(path=f"{bucket}/in/shops.geojson"), tmp_path)
    assert f"{bucket}/in/shops.geojson" in caught.value.where
    assert str(tmp_path) not in str(caught.value)


def test_places_that_are_not_there_name_what_is(bucket: str, tmp_path: Path) -> None:
    """What is beside them."""
    stores.of(bucket).write(f"{bucket}/in/shops.geojson", b"{}")
    with pytest.raises(InputError, match="The file of places does not exist") as caught:
        read_places_anywhere(PlaceSettings(path=f"{bucket}/in/shop.geojson"), tmp_path)
    assert "shops.geojson" in caught.value.fix


def test_a_folder_of_places_is_refused(bucket: str, tmp_path: Path) -> None:
    """One file is what is read."""
    stores.of(bucket).write(f"{bucket}/in/shops.geojson", b"{}")
    with pytest.raises(InputError, match="The path of places is a folder"):
        read_places_anywhere(PlaceSettings(path=f"{bucket}/in"), tmp_path)
