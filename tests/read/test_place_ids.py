"""Ids of places: what a place is called, and which features are one place."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from place_tables import FAR, NEXT, RING, SQUARE, ids, named, read, refusal, shape, table, written

ABOVE = shapely.from_wkt("POLYGON ((0.1 1, 0.1 2, 1 2, 1 1, 0.1 1))")
CORNER = shapely.from_wkt("POLYGON ((1 1, 1 2, 2 2, 2 1.5, 1 1))")


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.parquet", "a.geojson"])
def test_whole_numbers_are_ids_without_a_fraction(tmp_path: Path, name: str) -> None:
    """Also where a column of numbers is read as fractions; text keeps its zeros."""
    for given, expected in (
        ([7, 80], ["7", "80"]),
        ([7.0, 80.0], ["7", "80"]),
        ([1.5, 2.0], ["1.5", "2"]),
        ([-3, 0], ["-3", "0"]),
        (["007", "x y"], ["007", "x y"]),
        ([123456789012, 2], ["123456789012", "2"]),
    ):
        assert ids(read(written(tmp_path / name, table(SQUARE, FAR, place_id=given)))) == sorted(expected)


def test_numbers_of_every_width_are_ids(tmp_path: Path) -> None:
    """Of Parquet: short fractions, whole numbers with nulls in other rows, categories, dates."""
    for given, expected in (
        (np.array([7, 80], "float32"), ["7", "80"]),
        (pd.array([7, 80], "Int64"), ["7", "80"]),
        (pd.Categorical(["a", "b"]), ["a", "b"]),
        (np.array(["2023-03-01", "2023-03-02"], "M8[s]"), ["2023-03-01 00:00:00", "2023-03-02 00:00:00"]),
    ):
        path = written(tmp_path / "a.parquet", table(SQUARE, FAR, place_id=given))
        assert ids(read(path)) == expected


def test_numbers_that_fractions_cannot_tell_apart_are_refused(tmp_path: Path) -> None:
    """2^53 and 2^53 + 1 are the same fraction; as whole numbers they are two ids."""
    large = [2**53, 2**53 + 1]
    assert ids(read(written(tmp_path / "a.gpkg", table(SQUARE, FAR, place_id=large)))) == list(
        map(str, large)
    )
    fractions = written(tmp_path / "b.gpkg", table(SQUARE, FAR, place_id=[2.0**53, 1.0]))
    assert "too large to be exact: 9007199254740992.0" in refusal(fractions).what


def test_a_missing_id_is_named_by_its_feature(tmp_path: Path) -> None:
    """Null, blank, and null among whole numbers; counted as in the file, also after some were left out."""
    for number, values in enumerate([["a", None, " "], [1, None, None], ["a", "", "\t"]]):
        path = written(tmp_path / f"{number}.gpkg", table(SQUARE, NEXT, FAR, place_id=values))
        assert refusal(path).what == "Features without a place id: 2, 3"
    path = written(tmp_path / "a.gpkg", table(None, SQUARE, FAR, place_id=["a", "b", None]))
    assert refusal(path).what == "Features without a place id: 3"
    many = table(*[SQUARE] * 9, place_id=[None] * 9)
    assert refusal(written(tmp_path / "b.gpkg", many)).what.endswith(": 1, 2, 3, 4, 5 and 4 more")


def test_blanks_around_an_id_are_taken_off_and_told(tmp_path: Path) -> None:
    """As old tables pad them; two that are then the same are one id."""
    found = read(written(tmp_path / "a.gpkg", table(SQUARE, FAR, place_id=["  7", "8"])))
    assert ids(found) == ["7", "8"]
    assert found.notes == ("Blanks around place ids were taken off: 7.",)
    twice = written(tmp_path / "b.gpkg", table(SQUARE, RING, place_id=["a ", "a"]))
    assert "Duplicate place ids: a" in refusal(twice).what


def test_ids_that_only_look_alike_stay_apart(tmp_path: Path) -> None:
    """Case and zeros tell places apart; places are sorted by id as text."""
    given = ["a", "A", "10", "9", "09"]
    path = written(tmp_path / "a.gpkg", table(SQUARE, NEXT, FAR, RING, SQUARE, place_id=given))
    assert ids(read(path)) == ["09", "10", "9", "A", "a"]


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    """With the one that was probably meant, whatever its case, and the setting that named it."""
    path = written(tmp_path / "a.gpkg", table(SQUARE, label=["x"]))
    error = refusal(path, columns={"place_id": "PLACE_ID"})
    assert error.what == "The places have no column 'PLACE_ID'; there are: fid, place_id, label"
    assert error.where == f"{path}, setting places.columns.place_id"
    assert error.fix.endswith("Did you mean 'place_id'?")
    near = refusal(path, columns={"name": "labl"})
    assert (near.where.endswith("places.columns.name"), near.fix.endswith("'label'?")) == (True, True)
    assert "Did you mean" not in refusal(path, columns={"category": "zzz"}).fix
    assert "no column 'geometry'" in refusal(path, columns={"place_id": "geometry"}).what


def test_names_and_categories_are_text_or_null(tmp_path: Path) -> None:
    """Numbers without a fraction though one is null; blank is null; blanks around are taken off."""
    places = table(SQUARE, NEXT, FAR, label=[" Café Ñ ", None, " "], kind=[3, None, 4])
    found = read(written(tmp_path / "a.gpkg", places), columns={"name": "label", "category": "kind"})
    assert named(found) == [("p1", "Café Ñ"), ("p2", None), ("p3", None)]
    assert [place.category for place in found.places] == ["3", None, "4"]
    assert [place.name for place in read(tmp_path / "a.gpkg", columns={"name": "place_id"}).places] == ids(
        found
    )


def test_features_of_one_id_become_one_place_where_nothing_speaks_against_it(tmp_path: Path) -> None:
    """Neighbours with the same texts, whatever their numbers; the common edge is inside the place."""
    same = table(SQUARE, NEXT, FAR, place_id=["a", "a", "b"], label=["x", "x", "y"], area=[1.0, 2.0, 3.0])
    path = written(tmp_path / "a.gpkg", same)
    found = read(path, columns={"name": "label"})
    assert named(found) == [("a", "x"), ("b", "y")]
    assert shapely.contains_xy(shape(found), 1.0, 0.5)
    assert shape(found).area == pytest.approx(0.95 + 1)
    assert found.notes == ("Joined into one place, because they share an id: a (2 features).",)
    assert refusal(path, same_id="refuse").what == "Duplicate place ids: a; features 1, 2 are a"


def test_three_features_of_one_id_are_one_place(tmp_path: Path) -> None:
    """Touching in an edge, touching in a corner, and apart; others stay as they are."""
    path = written(tmp_path / "a.parquet", table(FAR, SQUARE, ABOVE, RING, place_id=["a", "a", "a", "b"]))
    found = read(path)
    assert shape(found).area == pytest.approx(1 + 0.95 + 0.9)
    assert shapely.get_num_geometries(shape(found)) == 2
    assert found.places[1].wkb == shapely.to_wkb(RING)
    corner = read(written(tmp_path / "b.parquet", table(SQUARE, CORNER, place_id=["a", "a"])))
    assert corner.places[0].wkb == shapely.to_wkb(shapely.MultiPolygon([SQUARE, CORNER]))


@pytest.mark.parametrize(
    ("shapes", "labels", "difference"),
    [
        ([SQUARE, NEXT], ["x", "y"], "features 1, 2 are a and differ in label: x, y"),
        ([SQUARE, NEXT], ["x", "X"], "differ in label: x, X"),
        ([RING, SQUARE], ["x", "x"], "features 1, 2 are a and overlap"),
        ([SQUARE, SQUARE], ["x", None], "overlap"),
        ([SQUARE, NEXT, FAR], ["x", "x", "y"], "features 1, 2, 3 are a and differ in label: x, y"),
    ],
)
def test_features_of_one_id_that_look_like_two_places_are_refused(
    tmp_path: Path, shapes: list[Any], labels: list[Any], difference: str
) -> None:
    """Texts that differ, or areas in common; the setting says otherwise."""
    path = written(tmp_path / "a.gpkg", table(*shapes, place_id=["a"] * len(shapes), label=labels))
    error = refusal(path)
    assert error.what.startswith("Duplicate place ids: a; ")
    assert error.what.endswith(difference)
    assert "places.same_id" in error.fix
    merged = read(path, same_id="merge", columns={"name": "label"})
    assert named(merged) == [("a", "x")]
    assert shape(merged).is_valid
    assert shape(merged).equals(shapely.union_all(shapes))


def test_a_hole_that_another_feature_fills_is_no_overlap(tmp_path: Path) -> None:
    """They share edges, and nothing else."""
    core = shapely.box(1, 1, 3, 3)
    assert shape(read(written(tmp_path / "a.gpkg", table(RING, core, place_id=["a", "a"])))).area == 16


def test_a_category_that_one_feature_lacks_holds_for_the_whole_place(tmp_path: Path) -> None:
    """Else a category that is denied could slip through; numbers that differ are two categories."""
    columns = {"category": "kind"}
    half = table(SQUARE, NEXT, FAR, place_id=["a", "a", "b"], kind=[None, "clinic", None])
    found = read(written(tmp_path / "a.gpkg", half), columns=columns)
    assert [place.category for place in found.places] == ["clinic", None]
    numbers = written(tmp_path / "b.gpkg", table(SQUARE, NEXT, place_id=["a", "a"], kind=[1, 2]))
    assert "differ in kind: 1, 2" in refusal(numbers, columns=columns).what
    assert ids(read(numbers)) == ["a"]
