"""Every feature of a file is a place, joined, left out with a note, or the reason why the file is refused."""

import gzip
import json
import struct
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from place_tables import FAR, NEXT, SQUARE, ids, read, refusal, shape, table, written

from footfall.read.places import gdal


def feature(place_id: object, shape: shapely.Geometry, **more: Any) -> dict[str, Any]:
    """A feature of GeoJSON, its geometry first, as sorted keys give it."""
    geometry = {"coordinates": shapely.geometry.mapping(shape)["coordinates"], "type": "Polygon"}
    return {"geometry": geometry, "properties": {"place_id": place_id}, "type": "Feature", **more}


THREE = [feature("A", SQUARE), feature("B", NEXT), feature("C", FAR)]


def text(path: Path, content: str) -> Path:
    """Write a file of text."""
    path.write_text(content, encoding="utf-8")
    return path


def collection(*features: object, **more: Any) -> str:
    """A collection of features as text."""
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


@pytest.mark.parametrize("name", ["x.geojsonl", "x.geojson", "x.json", "x.ndjson"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\x1e"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "  \n", " "])
def test_every_line_is_read_whatever_the_order_of_its_keys(
    tmp_path: Path, name: str, begin: str, end: str
) -> None:
    """Also with marks before them and blanks behind them, or with nothing but blanks between them."""
    separator = begin if begin == "\x1e" else ""
    path = text(tmp_path / name, begin + (end + separator).join(map(json.dumps, THREE)) + end)
    assert ids(read(path)) == ["A", "B", "C"]


def test_features_may_stand_on_several_lines_or_in_several_collections(tmp_path: Path) -> None:
    """Whatever is one object after the other is read."""
    pretty = "\n".join(json.dumps(each, indent=2) for each in THREE)
    assert ids(read(text(tmp_path / "a.geojsonl", pretty))) == ["A", "B", "C"]
    several = f"{collection(THREE[0])}\n{collection(*THREE[1:])}\n"
    assert ids(read(text(tmp_path / "b.geojsonl", several))) == ["A", "B", "C"]
    assert ids(read(text(tmp_path / "c.geojson", json.dumps(THREE[0])))) == ["A"]


def test_a_comma_behind_a_line_is_refused_by_its_number(tmp_path: Path) -> None:
    """The lines of a list are no lines of features."""
    path = text(tmp_path / "x.geojsonl", "".join(f"{json.dumps(each)},\n" for each in THREE))
    error = refusal(path)
    assert error.what.startswith('Line 1 is not a GeoJSON feature: \'{"geometry"')
    assert "nothing behind it" in error.fix


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ({**THREE[1], "type": "feature"}, '{"geometry": {'),
        ({"type": "Polygon", "coordinates": []}, '{"type": "Polygon", "coordinates": []}'),
        ({"type": "FeatureCollection", "features": []}, '{"type": "FeatureCollection"'),
        ({"properties": {"place_id": "B"}}, '{"properties": {"place_id": "B"}}'),
        (None, "null"),
        ([THREE[1]], '[{"geometry"'),
        ("B", '"B"'),
    ],
)
def test_a_member_that_is_no_feature_is_named(tmp_path: Path, member: object, said: str) -> None:
    """It could be a place."""
    path = text(tmp_path / "x.geojson", collection(THREE[0], member, THREE[2]))
    assert refusal(path).what.startswith(f"Member 2 of the features is not a GeoJSON feature: {said}")


def test_properties_that_are_no_object_are_refused(tmp_path: Path) -> None:
    """Null is none; a list has no names."""
    path = text(tmp_path / "x.geojson", collection(THREE[0], {**THREE[1], "properties": ["B"]}))
    assert refusal(path).what == 'Member 2 of the features has properties that are no object: ["B"]'
    path = text(tmp_path / "y.geojson", collection(THREE[0], {**THREE[1], "properties": None}))
    assert refusal(path).what == "Features without a place id: 2"


@pytest.mark.parametrize(
    "content",
    [
        '{"type": "FeatureCollection", "features": [%s], "features": [%s]}',
        '{"features": [%s], "type": "Feature", "properties": {}, "x": [%s]}',
        '{"type": "FeatureCollection", "features": {"a": [%s], "b": [%s]}}',
        '{"type": "FeatureCollection", "features": [%s,], "x": [%s]}',
        "[%s, %s]",
    ],
)
def test_a_collection_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    """Two lists of features, one in something else, a list alone: a part would be passed over."""
    path = text(tmp_path / "x.geojson", content % tuple(map(json.dumps, THREE[:2])))
    assert refusal(path).what.startswith("The file of places cannot be read: ")


def test_a_server_that_left_features_out_is_told(tmp_path: Path) -> None:
    """ArcGIS says so at one of two places."""
    for more in ({"exceededTransferLimit": True}, {"properties": {"exceededTransferLimit": True}}):
        found = read(text(tmp_path / "x.geojson", collection(*THREE, **more)))
        assert ids(found) == ["A", "B", "C"]
        assert [note for note in found.notes if "transfer limit was exceeded" in note]
    assert read(text(tmp_path / "x.geojson", collection(*THREE, exceededTransferLimit=False))).notes == ()


def test_features_without_a_shape_are_left_out_by_number(tmp_path: Path) -> None:
    """No geometry, one of an unknown type, and those whose coordinates are not nested as their type says."""
    odd: list[Any] = [
        {"type": "Feature", "properties": {"place_id": "x"}, "geometry": geometry}
        for geometry in (
            None,
            {"type": "polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
            {"type": "Polygon", "coordinates": [[0, 0], [1, 0], [1, 1], [0, 0]]},
            {"type": "Polygon", "coordinates": [[["0", 0], [1, 0], [1, 1], ["0", 0]]]},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1], [0, 0]]]},
            {"type": "Polygon"},
            "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        )
    ]
    found = read(text(tmp_path / "x.geojson", collection(*odd, *THREE)))
    assert ids(found) == ["A", "B", "C"]
    (note,) = found.notes
    assert note.endswith("no geometry that can be read: 1, 2, 3, 4, 5 and 2 more.")


def test_heights_and_collections_in_collections_are_flattened(tmp_path: Path) -> None:
    """Points of two, three and four numbers, mixed; a hole stays one."""
    outer = [[0, 0, 7], [4, 0], [4, 4, 7, 9], [0, 4], [0, 0]]
    hole = [[1, 1], [1, 3], [3, 3], [3, 1], [1, 1, 5]]
    nested: dict[str, Any] = {"type": "MultiPolygon", "coordinates": [[outer, hole]]}
    for _ in range(3):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    path = text(tmp_path / "x.geojson", collection({**THREE[0], "geometry": nested}))
    assert shape(read(path)).equals(shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3))


def test_json_of_arcgis_and_topojson_are_read_by_gdal(tmp_path: Path) -> None:
    """They are no GeoJSON, whatever their names end with."""
    rings = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
    arcgis = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326},
        "fields": [{"name": "place_id", "type": "esriFieldTypeString"}],
        "features": [{"attributes": {"place_id": "1.10"}, "geometry": {"rings": rings}}],
    }
    topology = {
        "type": "Topology",
        "arcs": rings,
        "objects": {"x": {"type": "Polygon", "arcs": [[0]], "properties": {"place_id": "1.10"}}},
    }
    for name, content, stated in (("a.json", arcgis, {}), ("b.json", topology, {"crs": "EPSG:4326"})):
        found = read(text(tmp_path / name, json.dumps(content)), **stated)
        assert ids(found) == ["1.10"]
        assert shape(found).equals(shapely.box(0, 0, 1, 1))


def test_geojson_may_be_packed_by_gzip(tmp_path: Path) -> None:
    """By any of its names; what is cut off is refused."""
    packed = gzip.compress(collection(*THREE).encode())
    for name in ("x.geojson.gz", "x.geojson", "x.gz"):
        (tmp_path / name).write_bytes(packed)
        assert ids(read(tmp_path / name)) == ["A", "B", "C"]
    for broken in (packed[:-20], packed[:40] + b"\xff" * 20 + packed[60:]):
        (tmp_path / "y.geojson.gz").write_bytes(broken)
        refusal(tmp_path / "y.geojson.gz")


@pytest.mark.parametrize(("encoding", "said"), [("latin-1", "byte 0xe9"), ("utf-16", "it is UTF-16")])
def test_another_encoding_of_geojson_is_named_as_such(tmp_path: Path, encoding: str, said: str) -> None:
    """GeoJSON is UTF-8; nobody guesses."""
    content = json.dumps({**THREE[0], "properties": {"place_id": "Café"}}, ensure_ascii=False)
    (tmp_path / "x.geojson").write_bytes(content.encode(encoding))
    error = refusal(tmp_path / "x.geojson")
    assert error.what.startswith("The encoding of the file of places is not UTF-8")
    assert said in error.what
    assert "places.encoding" in error.fix
    assert ids(read(tmp_path / "x.geojson", encoding=encoding)) == ["Café"]


def test_rows_that_a_shapefile_marks_as_deleted_are_told(tmp_path: Path) -> None:
    """As editors leave them; the others keep their own ids."""
    path = written(tmp_path / "a.shp", table(SQUARE, NEXT, FAR))
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    _, head, row = struct.unpack("<IHH", content[4:12])
    content[head + row] = ord("*")
    path.with_suffix(".dbf").write_bytes(content)
    found = read(path)
    assert ids(found) == ["p1", "p3"]
    assert found.notes == ("Rows that the file marks as deleted were left out: 1.",)


@pytest.mark.parametrize("name", ["a.shp", "a.fgb", "a.gml"])
@pytest.mark.parametrize(("kept", "first"), [([1, 2], 1), ([0, 2], 2), ([0, 1], 3), ([], 1)])
def test_fewer_features_than_are_counted_refuse_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kept: list[int], first: int
) -> None:
    """Whatever GDAL passes over, the first is named."""
    path = written(tmp_path / name, table(SQUARE, FAR, NEXT))
    whole = gdal.read_arrow

    def some_of_them(*given: Any, **options: Any) -> Any:
        meta, content = whole(*given, **options)
        return meta, content.take(pa.array(kept, pa.int64()))

    monkeypatch.setattr(gdal, "read_arrow", some_of_them)
    what = f"The file of places holds 3 features, of which {len(kept)} can be read"
    assert refusal(path).what == f"{what}; the first that is missing is feature {first}"
