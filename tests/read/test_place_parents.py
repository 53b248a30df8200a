"""Parents of places: by a column, or by their shapes."""

from pathlib import Path

import geopandas
import pytest
import shapely
from place_tables import read, refusal, table, written

from footfall.read.places import PlaceInput
from footfall.settings import PlaceSettings

MALL, SHOP, KIOSK, APART = (
    shapely.box(*box) for box in ((0, 0, 4, 4), (0, 0, 2, 2), (0, 0, 1, 1), (8, 8, 9, 9))
)
IDS = ["mall", "shop", "kiosk", "apart"]


def town(parents: list[str | float | None]) -> geopandas.GeoDataFrame:
    """A mall, a shop in it, a kiosk in the shop, and a place apart, with these parents in the column `in`."""
    return table(MALL, SHOP, KIOSK, APART, place_id=IDS, **{"in": parents})


def parents(places: PlaceInput) -> dict[str, str]:
    """The parents of the places that have one."""
    return {each.place_id: each.parent_id for each in places.places if each.parent_id is not None}


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.parquet"])
def test_a_column_names_the_parent(tmp_path: Path, name: str) -> None:
    """Blank and null are none; blanks around an id do not matter."""
    found = read(written(tmp_path / name, town([None, "mall", " shop ", ""])), columns={"parent": "in"})
    assert parents(found) == {"shop": "mall", "kiosk": "shop"}
    assert found.notes == ()


def test_a_parent_that_is_a_number_is_the_id_without_a_fraction(tmp_path: Path) -> None:
    """A column of whole numbers with nulls is read as fractions."""
    places = table(MALL, SHOP, place_id=[7, 8], **{"in": [None, 7.0]})
    assert parents(read(written(tmp_path / "a.geojson", places), columns={"parent": "in"})) == {"8": "7"}


def test_the_smallest_place_around_is_the_parent_by_containment(tmp_path: Path) -> None:
    """The kiosk lies in the shop and in the mall."""
    path = written(tmp_path / "a.geojson", town([None] * 4))
    assert parents(read(path, parents="containment")) == {"shop": "mall", "kiosk": "shop"}
    assert parents(read(path)) == {}


def test_containment_is_that_of_repaired_shapes(tmp_path: Path) -> None:
    """The bowtie's two halves lie in the square; nothing lies in the place apart."""
    bowtie = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
    path = written(tmp_path / "a.geojson", table(bowtie, KIOSK))
    assert parents(read(path, parents="containment")) == {"p1": "p2"}


def test_a_place_that_lies_nearly_in_another_is_noted(tmp_path: Path) -> None:
    """By half a hundredth of it outside; so is a file in which nothing lies in another."""
    path = written(tmp_path / "a.geojson", table(MALL, shapely.box(3.005, 0, 4.005, 1)))
    none, nearly = read(path, parents="containment").notes
    assert none == "No place lies in another, so that none has a parent."
    assert (
        nearly
        == "Places lie nearly in another one, which is not taken for their parent: p2 (0.5% outside p1)."
    )


def test_a_parent_that_is_no_place_is_passed_over_with_a_note(tmp_path: Path) -> None:
    """It names the id, and whose parent it is."""
    path = written(tmp_path / "a.geojson", town([None, "mall", "plaza", None]))
    found = read(path, columns={"parent": "in"})
    assert parents(found) == {"shop": "mall"}
    assert found.notes == (
        "Parents are not among the places, and were passed over: plaza (of kiosk, feature 3).",
    )
    strict = refusal(path, columns={"parent": "in"}, invalid="refuse")
    assert strict.what == "Parents are not among the places: plaza (of kiosk, feature 3)"


def test_a_column_of_which_no_value_is_a_place_is_refused(tmp_path: Path) -> None:
    """It is another column than was meant; one without any value is noted."""
    path = written(tmp_path / "a.geojson", town(["Mr A", "Mr B", None, None]))
    assert refusal(path, columns={"parent": "in"}).what == (
        "Parents are not among the places: Mr A (of mall, feature 1), Mr B (of shop, feature 2)"
    )
    empty = written(tmp_path / "b.parquet", town([""] * 4))
    assert read(empty, columns={"parent": "in"}).notes == ("No place has a parent in the column 'in'.",)


def test_places_in_a_circle_are_refused(tmp_path: Path) -> None:
    """Each circle once, with its features; what hangs on it is no part of it. A place in itself is one, too."""
    path = written(tmp_path / "a.geojson", town(["shop", "mall", "shop", "apart"]))
    error = refusal(path, columns={"parent": "in"})
    assert error.what == (
        "Places are parts of themselves: apart in apart, shop in mall in shop; features 4, 2, 1"
    )
    assert error.where.endswith("column in")


def test_a_place_outside_its_parent_is_noted_with_the_share(tmp_path: Path) -> None:
    """The worst first: the place apart lies outside as a whole, the kiosk by half."""
    half = shapely.box(1.5, 0, 2.5, 1)
    places = table(MALL, SHOP, half, APART, place_id=IDS, **{"in": [None, "mall", "shop", "mall"]})
    found = read(written(tmp_path / "a.geojson", places), columns={"parent": "in"})
    assert found.notes == (
        "Places lie outside their parents, so that totals over top-level places lack what they have there:"
        " apart (100.0% outside mall, feature 4), kiosk (50.0% outside shop, feature 3).",
    )


def test_parts_of_one_place_have_one_parent(tmp_path: Path) -> None:
    """Two features of the shop, of which one names its parent; with two parents they are two places."""
    parts = [shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]
    one = table(MALL, *parts, place_id=["mall", "shop", "shop"], **{"in": [None, None, "mall"]})
    assert parents(read(written(tmp_path / "a.geojson", one), columns={"parent": "in"})) == {"shop": "mall"}
    two = table(MALL, *parts, place_id=["1", "2", "2"], **{"in": [None, 1.0, 2.0]})
    assert (
        "differ in in: 1, 2" in refusal(written(tmp_path / "b.geojson", two), columns={"parent": "in"}).what
    )


def test_parents_are_named_in_one_way() -> None:
    """A column and containment would be two."""
    with pytest.raises(ValueError, match="parents are named twice"):
        PlaceSettings.model_validate({"path": "a", "parents": "containment", "columns": {"parent": "in"}})


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With those that are."""
    error = refusal(written(tmp_path / "a.geojson", town([None] * 4)), columns={"parent": "In"})
    assert "no column 'In'" in error.what
    assert error.where.endswith("setting places.columns.parent")
