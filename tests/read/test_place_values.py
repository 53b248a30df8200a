"""Ids and names arrive as they are written, whatever they look like and whatever the format."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from place_tables import FAR, NEXT, SQUARE, ids, named, read, refusal, table, written

SHAPES = [shapely.box(x, 0, x + 1, 1) for x in range(0, 16, 2)]
FORMATS = ["a.geojson", "a.geojsonl", "a.parquet", "a.pq", "a.gpkg", "a.fgb", "a.shp"]

LOOKS = [
    "007",
    "1.10",
    "1.1",
    "1e5",
    "12:30",
    "12:30:00",
    "2023-03-01",
    "2023-03-01T12:30:00Z",
    "NaN",
    "None",
]
LOOKS += [
    "null",
    "true",
    "False",
    "inf",
    "-0",
    "0x1F",
    "1,5",
    "{}",
    "[1]",
    '"',
    "Ñandú",
    "空港",
    "a b",
    "a\u0301",
]
TEXT = st.sampled_from(LOOKS) | st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20
).filter(lambda drawn: len(drawn.encode()) <= 80)
IDS = st.lists(TEXT, min_size=1, max_size=len(SHAPES), unique=True)


def file(path: Path, places: Any) -> Path:
    """Write places; GeoJSON by json alone, because GDAL writes text that looks like an object as one."""
    if path.suffix == ".pq":
        places.to_parquet(path)
        return path
    if path.suffix in (".geojson", ".geojsonl"):
        whole = json.loads(places.to_json())
        text = (
            "\n".join(map(json.dumps, whole["features"])) if path.suffix == ".geojsonl" else json.dumps(whole)
        )
        path.write_text(text, encoding="utf-8")
        return path
    return written(path, places, encoding="UTF-8") if path.suffix == ".shp" else written(path, places)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=IDS)
def test_text_that_is_written_is_the_text_that_is_read(tmp_path: Path, name: str, drawn: list[str]) -> None:
    """As ids and as names: times, numbers with zeros, words of other languages."""
    path = tmp_path / name
    for old in tmp_path.iterdir():
        old.unlink()
    file(path, table(*SHAPES[: len(drawn)], place_id=drawn, label=drawn))
    found = read(path, columns={"name": "label"})
    assert named(found) == [(one, one) for one in sorted(drawn)]
    assert found.notes == ()


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=8, unique=True))
def test_whole_numbers_that_are_written_are_those_that_are_read(
    tmp_path: Path, name: str, drawn: list[int]
) -> None:
    """To the last digit, beyond 2^53 too."""
    path = tmp_path / name
    for old in tmp_path.iterdir():
        old.unlink()
    if path.suffix == ".shp":  # whose whole numbers have up to 18 signs
        drawn = list({number // 100 for number in drawn})
    file(path, table(*SHAPES[: len(drawn)], place_id=drawn))
    assert ids(read(path)) == sorted(map(str, drawn))


def geojson(path: Path, *features: dict[str, Any]) -> Path:
    """Write features, each with a square of its own; a shape is not said."""
    squares = [shapely.geometry.mapping(shape) for shape in SHAPES]
    whole = [
        {"type": "Feature", "properties": {}, "geometry": square, **each}
        for each, square in zip(features, squares, strict=False)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": whole}))
    return path


def test_ids_of_geojson_keep_their_digits_beside_others(tmp_path: Path) -> None:
    """A number among texts, and texts that are the same number."""
    path = geojson(tmp_path / "a.geojson", *({"properties": {"place_id": i}} for i in (7, "1.10", "1.1")))
    assert ids(read(path)) == ["1.1", "1.10", "7"]


def test_the_id_of_a_feature_itself_may_be_mapped(tmp_path: Path) -> None:
    """As RFC 7946 has it, beside the properties; a property of that name comes first."""
    path = geojson(tmp_path / "a.geojson", {"id": 101}, {"id": "x"})
    assert ids(read(path, columns={"place_id": "id"})) == ["101", "x"]
    path = geojson(
        tmp_path / "b.geojson", {"id": 101, "properties": {"id": "a"}}, {"properties": {"id": "b"}}
    )
    assert ids(read(path, columns={"place_id": "id"})) == ["a", "b"]
    path = geojson(tmp_path / "c.geojson", {"id": 101}, {"properties": {"n": 1}})
    assert refusal(path, columns={"place_id": "id"}).what == "Features without a place id: 2"
    assert "there are: n, id" in refusal(path).what


@pytest.mark.parametrize("odd", [["a"], {"a": 1}, []])
def test_lists_and_objects_are_no_ids(tmp_path: Path, odd: object) -> None:
    """They have no text of their own."""
    path = geojson(
        tmp_path / "a.geojson", {"properties": {"place_id": "a"}}, {"properties": {"place_id": odd}}
    )
    assert refusal(path).what == "Place ids are neither text nor numbers: features 2"


def parquet(path: Path, values: pa.Array) -> Path:
    """Write GeoParquet whose ids are of any type."""
    places = table(*SHAPES[: len(values)])
    places.to_parquet(path)
    content = pq.read_table(path)
    at = content.column_names.index("place_id")
    metadata = content.schema.metadata
    pq.write_table(content.set_column(at, "place_id", values).replace_schema_metadata(metadata), path)
    return path


def test_ids_of_parquet_may_be_of_any_type_that_has_a_text(tmp_path: Path) -> None:
    """Bytes are text; short fractions have no more digits than they were given; truth is a word."""
    for values, expected in (
        (pa.array([b"a", b"\xc3\x91"]), ["a", "Ñ"]),
        (pa.array(["a", "b"], pa.large_string()), ["a", "b"]),
        (pa.array(["a", "b"], pa.string_view()), ["a", "b"]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array([0.1, 2], pa.float32()), ["0.1", "2"]),
        (pa.array([1, 2**64 - 1], pa.uint64()), ["1", "18446744073709551615"]),
        (pa.array([True, False]), ["false", "true"]),
        (pa.array([1], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001"]),
        (pa.array([0], pa.timestamp("ns", "UTC")), ["1970-01-01 00:00:00+00:00"]),
    ):
        assert ids(read(parquet(tmp_path / "a.parquet", values))) == expected


@pytest.mark.parametrize(
    "values", [pa.array([{"a": 1}]), pa.array([["a"]]), pa.array([b"\xff\xfe"]), pa.array([b"\x124Vx"])]
)
def test_ids_of_parquet_without_a_text_are_refused(tmp_path: Path, values: pa.Array) -> None:
    """Structs, lists, and bytes that are no text."""
    error = refusal(parquet(tmp_path / "a.parquet", values))
    assert error.what == "Place ids are neither text nor numbers: features 1"


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_every_encoding_of_geoparquet_is_read(tmp_path: Path, encoding: str) -> None:
    """Well-known binary, and lists of coordinates; null among them, holes and several parts."""
    shapes = [SQUARE, None, SHAPES[4].buffer(1) - SHAPES[4], FAR]
    for given_shapes in (
        shapes,
        [each and shapely.MultiPolygon([each, NEXT.buffer(-0.1)]) for each in shapes],
    ):
        places = table(*given_shapes)
        if encoding == "geoarrow" and given_shapes is not shapes:
            places = places.iloc[[0, 2, 3]]
        places.to_parquet(tmp_path / "a.parquet", geometry_encoding=encoding)
        found = read(tmp_path / "a.parquet", same_id="merge")
        assert ids(found) == ["p1", "p3", "p4"]
        kept = [each for each in given_shapes if each is not None]
        for place, expected in zip(found.places, kept, strict=True):
            assert shapely.from_wkb(place.wkb).equals(expected)


def test_other_shapes_in_lists_of_coordinates_are_refused(tmp_path: Path) -> None:
    """Lines are no places."""
    line = shapely.LineString([(0, 0), (1, 1)])
    table(line).to_parquet(tmp_path / "a.parquet", geometry_encoding="geoarrow")
    assert refusal(tmp_path / "a.parquet").what.endswith("the column of geometries holds linestrings")


@pytest.mark.parametrize(
    ("metadata", "geometry"),
    [
        ({b"pandas": b"[]"}, None),
        ({b"pandas": b'{"index_columns": [{"kind": "range", "name": "n"}]}'}, None),
        ({}, pa.array([7])),
        ({}, pa.array(["0103"])),
    ],
)
def test_geoparquet_that_contradicts_itself_is_refused(
    tmp_path: Path, metadata: dict[bytes, bytes], geometry: pa.Array | None
) -> None:
    """What pandas says of its index, or a column of geometries that holds none."""
    table(SQUARE).to_parquet(tmp_path / "a.parquet")
    content = pq.read_table(tmp_path / "a.parquet")
    kept = {**content.schema.metadata, **metadata}
    if geometry is not None:
        content = content.set_column(content.column_names.index("geometry"), "geometry", geometry)
    pq.write_table(content.replace_schema_metadata(kept), tmp_path / "a.parquet")
    assert refusal(tmp_path / "a.parquet").__cause__ is not None


def test_a_numbered_index_with_a_name_is_a_column(tmp_path: Path) -> None:
    """pandas keeps it as three numbers, not as a column."""
    places = table(SQUARE, FAR)
    places.index.name = "number"
    places.to_parquet(tmp_path / "a.parquet")
    assert ids(read(tmp_path / "a.parquet", columns={"place_id": "number"})) == ["0", "1"]
