"""GeoJSON, whole or one feature a line."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from place_tables import FAR, NEXT, SQUARE, ids, named, read, refusal, shape, table, written


def feature(place_id: object, shape: Any) -> dict[str, Any]:
    """A feature; shapes come as shapely's or as GeoJSON."""
    given = shape if isinstance(shape, dict | None) else shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": {"place_id": place_id}, "geometry": given}


def ring(*corners: tuple[float, float]) -> dict[str, Any]:
    """A polygon of one ring, exactly as given."""
    return {"type": "Polygon", "coordinates": [corners]}


def collection(path: Path, *features: dict[str, Any], **more: Any) -> Path:
    """Write a collection of features."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def lines(path: Path, *features: dict[str, Any] | str) -> Path:
    """Write one feature a line."""
    path.write_text("".join((f if isinstance(f, str) else json.dumps(f)) + "\n" for f in features))
    return path


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.GEOJSON"])
def test_geojson_is_read_under_its_usual_names(tmp_path: Path, name: str) -> None:
    """It is WGS84 by definition; pretty-printed or not."""
    path = collection(tmp_path / name, feature("b", SQUARE), feature("a", FAR))
    for text in (path.read_text(), json.dumps(json.loads(path.read_text()), indent=1)):
        path.write_text(text)
        found = read(path)
        assert (ids(found), found.crs, found.notes) == (["a", "b"], "EPSG:4326", ())


@pytest.mark.parametrize("name", ["a.geojsonl", "a.ndjson", "a.jsonl", "a.geojson", "a.json"])
def test_geojson_may_stand_one_feature_a_line(tmp_path: Path, name: str) -> None:
    """Newline-delimited, under any of its names."""
    path = lines(tmp_path / name, feature("a", SQUARE), feature("b", NEXT), feature("c", FAR))
    assert ids(read(path)) == ["a", "b", "c"]


@pytest.mark.parametrize("broken", ['{"type": "Feature", "prop', "words", '{"type": "Feature"', "[]", "{}"])
def test_a_broken_line_of_geojson_is_not_passed_over(tmp_path: Path, broken: str) -> None:
    """A place that silently vanished would be a wrong result."""
    path = lines(tmp_path / "a.geojsonl", feature("a", SQUARE), broken, feature("b", FAR))
    assert refusal(path).what == f"Line 2 is not a GeoJSON feature: {broken!r}"
    refusal(lines(tmp_path / "b.geojsonl", broken, feature("a", SQUARE), feature("b", FAR)))


def test_a_stated_reference_system_holds(tmp_path: Path) -> None:
    """As older files state one."""
    utm = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32615"}}
    box = shapely.box(500000, 1600000, 500100, 1600100)
    found = read(collection(tmp_path / "a.geojson", feature("a", box), crs=utm))
    assert found.crs == "WGS 84 / UTM zone 15N"
    assert shape(found).bounds[0] == pytest.approx(-93)


def test_ids_of_many_digits_keep_them_or_are_refused(tmp_path: Path) -> None:
    """Whole numbers beyond 2^53 are all different, also beside a null; numbers with a fraction are not."""
    features = [feature(9007199254740993, SQUARE), feature(9007199254740992, FAR)]
    both = ["9007199254740992", "9007199254740993"]
    assert ids(read(collection(tmp_path / "a.geojson", *features))) == both
    assert ids(read(collection(tmp_path / "b.geojson", *features, feature(None, None)))) == both
    path = tmp_path / "c.geojson"
    path.write_text(json.dumps(feature("a", SQUARE)).replace('"a"', "9007199254740993.0"))
    assert "too large to be exact" in refusal(path).what


def test_ids_of_mixed_types_are_text(tmp_path: Path) -> None:
    """As they are written; lists in other columns do no harm."""
    features = [
        feature(1, SQUARE),
        feature("a", NEXT),
        feature("a", FAR),
        feature(2.5, shapely.box(8, 8, 9, 9)),
    ]
    for each in features:
        each["properties"]["tags"] = ["x", "y"]
    found = read(collection(tmp_path / "a.geojson", *features), columns={"name": "tags"})
    assert named(found) == [(place_id, "['x' 'y']") for place_id in ("1", "2.5", "a")]
    assert found.notes == ("Joined into one place, because they share an id: a (2 features).",)


def test_rings_that_are_not_closed_are_closed_and_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Or refused by the setting; a ring of two points is no polygon."""
    path = collection(
        tmp_path / "a.geojson",
        feature("a", ring((0, 0), (4, 0), (4, 4), (0, 4))),
        feature("b", ring((0, 0), (1, 1))),
        feature("c", ring((0, 0))),
        feature("d", ring((0, 0), (1, 0), (0, 0))),
        feature("e", FAR),
    )
    found = read(path)
    assert ids(found) == ["a", "e"]
    assert shape(found).area == 16
    assert found.notes == (
        "Rings that were not closed were closed.",
        "Features were left out, because they have no geometry that can be read: 3.",
        "Features were left out, because they have no area: 2, 4.",
    )
    assert "places.invalid" in refusal(path, invalid="refuse").fix
    assert capfd.readouterr() == ("", "")


def test_coordinates_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    """NaN is not JSON, but some write it; GDAL reads it."""
    path = collection(
        tmp_path / "a.geojson",
        feature("a", FAR),
        feature("b", ring((0, 0), (0, 1), (1, float("nan")), (0, 0))),
    )
    assert "coordinates that are no numbers: features 2" in refusal(path).what


@pytest.mark.parametrize(
    "text",
    ["words", "{}", '{"a": 1}', "[1, 2]", '{"type": "FeatureCollection", "features": [{"ty', "\x00\x01"],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    """Other JSON, and JSON that is cut off; the cause is kept."""
    for name in ("a.geojson", "a.json", "a.geojsonl"):
        (tmp_path / name).write_text(text)
        error = refusal(tmp_path / name)
        assert error.what.startswith("The file of places cannot be read: ")
        assert error.__cause__ is not None


def test_a_collection_without_features_is_refused(tmp_path: Path) -> None:
    """It is valid, and useless."""
    assert refusal(collection(tmp_path / "a.geojson")).what == "The file of places holds no feature"


def test_geojson_that_geopandas_writes_is_read(tmp_path: Path) -> None:
    """There and back."""
    assert shape(read(written(tmp_path / "a.geojson", table(SQUARE)))).equals(SQUARE)
