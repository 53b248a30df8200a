"""The formats of places: one table, from which documents and messages are made, and what is special to each."""

import io
import json
import shutil
import struct
import tarfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from place_tables import FAR, SQUARE, ids, read, refusal, table, written

from footfall.errors import SettingsError
from footfall.settings import PlaceSettings
from footfall.settings.place_formats import PLACE_FORMATS, formats_table, names

ROOT = Path(__file__).parents[2]


def text(path: Path, content: str) -> Path:
    """Write a file of text."""
    path.write_text(content, encoding="utf-8")
    return path


def test_documents_and_settings_say_what_the_table_says() -> None:
    """The table of the definitions is made of it, and so is the setting's description."""
    assert formats_table() in (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    assert names() in str(PlaceSettings.model_fields["path"].description)
    assert names() in refusal(ROOT / "README.md").fix
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [each.name for each in PLACE_FORMATS[:8] if each.name not in readme] == []


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.parquet", "a.geojson", "a.gml", "a.kml"])
def test_what_a_file_holds_decides_and_not_its_name(tmp_path: Path, name: str) -> None:
    """Where that can be told by its beginning."""
    options = {"driver": "LIBKML"} if name == "a.kml" else {}
    path = written(tmp_path / name, table(SQUARE, FAR), **options)
    for other in ("b", "b.dat", "b.csv"):
        shutil.copyfile(path, tmp_path / other)
        assert ids(read(tmp_path / other)) == ["p1", "p2"]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.tab", b"!table\n", "it is a file of MapInfo"),
        ("a.gdb", b"x", "it is a file geodatabase of Esri"),
        ("a.xlsx", b"PK\x03\x04" + bytes(60), "it is a spreadsheet"),
        ("a.vrt", b"<OGRVRTDataSource/>", "it is a description of other files"),
        ("a.geojson", b"<!DOCTYPE html><html><head/></html>", "it begins with <html>"),
        ("a.geojson", b'[{"type": "Feature"}]', "it is a list, and has to be an object"),
        ("a.geojson", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        ("a.zip", b"7z\xbc\xaf\x27\x1c" * 9, "cannot be unpacked"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" * 9, "a 7-Zip archive"),
        ("a.rar", b"Rar!\x1a\x07" * 9, "a RAR archive"),
    ],
)
def test_other_formats_are_refused_by_what_they_are(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    """No reader guesses, and no file leads to other files."""
    (tmp_path / name).write_bytes(content)
    assert what in refusal(tmp_path / name).what


def test_a_tar_archive_is_named_as_one(tmp_path: Path) -> None:
    """Also when it is packed."""
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.geojson"), io.BytesIO())
    assert refusal(tmp_path / "a.tar.gz").what == "The file of places is a tar archive"


def test_the_number_in_the_head_of_flatgeobuf_must_be_right(tmp_path: Path) -> None:
    """Counted by the lengths in the file; without an index, too."""
    for index in ("YES", "NO"):
        path = written(tmp_path / f"{index}.fgb", table(*[SQUARE] * 20), SPATIAL_INDEX=index)
        assert len(ids(read(path))) == 20
        content = path.read_bytes()
        at = content.index(struct.pack("<Q", 20))
        path.write_bytes(content[:at] + struct.pack("<Q", 19) + content[at + 8 :])
        refusal(path)
        path.write_bytes(content[:-9])
        assert "cut off" in refusal(path).what


@pytest.mark.parametrize("odd", [{"attributes": None}, {"geometry": {}}, None, 7])
def test_a_member_of_arcgis_that_is_no_feature_is_named(tmp_path: Path, odd: object) -> None:
    """GDAL makes a feature of nothing of it."""
    one = {"attributes": {"place_id": "a"}, "geometry": {"rings": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}}
    whole: dict[str, Any] = {"geometryType": "esriGeometryPolygon", "features": [one, odd]}
    path = text(tmp_path / "a.json", json.dumps(whole))
    assert "member 2 of its features is none" in refusal(path, crs="EPSG:4326").what
    path = text(tmp_path / "b.json", json.dumps({**whole, "features": [one], "exceededTransferLimit": True}))
    assert "transfer limit was exceeded" in read(path, crs="EPSG:4326").notes[0]


def test_geometries_of_topojson_that_gdal_passes_over_refuse_the_file(tmp_path: Path) -> None:
    """Those without a shape, and collections in collections."""
    one = {"type": "Polygon", "arcs": [[0]], "properties": {"place_id": "a"}}
    for odd in (
        {"type": None, "properties": {"place_id": "b"}},
        {"type": "GeometryCollection", "geometries": [one]},
    ):
        whole = {
            "type": "Topology",
            "arcs": [[[0, 0], [0, 1], [1, 1], [0, 0]]],
            "objects": {"x": {"type": "GeometryCollection", "geometries": [one, odd]}},
        }
        error = refusal(text(tmp_path / "a.topojson", json.dumps(whole)), crs="EPSG:4326")
        assert error.what.startswith("The file of places holds 2 features, of which 1 can be read")


@pytest.mark.parametrize(
    "page",
    [
        {"links": [{"rel": "self"}, {"rel": "next", "href": "x"}]},
        {"numberMatched": 4, "numberReturned": 1},
        {"totalFeatures": 4},
    ],
)
def test_one_page_of_an_answer_is_said_to_be_one(tmp_path: Path, page: dict[str, Any]) -> None:
    """As servers of features mark it; a whole answer has no note."""
    feature = {
        "type": "Feature",
        "properties": {"place_id": "a"},
        "geometry": shapely.geometry.mapping(SQUARE),
    }
    whole = {
        "type": "FeatureCollection",
        "features": [feature],
        "numberMatched": 1,
        "totalFeatures": "unknown",
    }
    assert read(text(tmp_path / "a.geojson", json.dumps(whole))).notes == ()
    (note,) = read(text(tmp_path / "b.geojson", json.dumps({**whole, **page}))).notes
    assert "page" in note or "has 4 features, the file 1" in note


@pytest.mark.parametrize(("name", "driver"), [("a.fgb", None), ("a.kml", "LIBKML"), ("a.parquet", None)])
def test_an_encoding_is_refused_where_the_format_knows_it(
    tmp_path: Path, name: str, driver: str | None
) -> None:
    """It would do nothing."""
    path = written(tmp_path / name, table(SQUARE), **({"driver": driver} if driver else {}))
    assert "in one encoding always" in refusal(path, SettingsError, encoding="latin-1").what


def test_layers_of_a_file_are_those_with_shapes(tmp_path: Path) -> None:
    """Of GML as of GeoPackage; formats without layers refuse the setting."""
    path = written(tmp_path / "a.gpkg", table(SQUARE), layer="x")
    pyogrio.write_dataframe(table(FAR), path, layer="y", append=True)
    assert refusal(path).what == "The file has several layers: x, y"
    for name, content in (("a.kml", "<kml/>"), ("a.csv", "place_id,g\n")):
        assert "Take out places.layer" in refusal(text(tmp_path / name, content), layer="x").fix


@pytest.mark.parametrize("name", ["a.fgb", "a.shp", "a.parquet"])
def test_a_mapped_column_that_is_there_twice_is_refused(tmp_path: Path, name: str) -> None:
    """Nobody knows which one is meant; one that is not mapped does no harm."""
    path = written(tmp_path / name, table(SQUARE, FAR, xlace_id=["u", "v"], label=["x", "y"]))
    part = path.with_suffix(".dbf") if name == "a.shp" else path
    if name == "a.parquet":
        content = pq.read_table(path)
        pq.write_table(content.rename_columns(["place_id", "place_id", *content.column_names[2:]]), path)
    else:
        part.write_bytes(part.read_bytes().replace(b"xlace_id", b"place_id"))
    assert refusal(path).what == "The places have two columns 'place_id'"
    assert ids(read(path, columns={"place_id": "label"})) == ["x", "y"]


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    """In GeoJSON anywhere, in KML where the values differ and are mapped."""
    feature = {
        "type": "Feature",
        "properties": {"place_id": "a"},
        "geometry": shapely.geometry.mapping(SQUARE),
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    path = text(tmp_path / "a.geojson", content.replace('{"place_id"', '{"place_id": "b", "place_id"'))
    assert refusal(path).what.endswith("an object in it has two members 'place_id'")
    data = '<Data name="place_id"><value>a</value></Data>'
    ring = "<LinearRing><coordinates>0,0 0,1 1,1 0,0</coordinates></LinearRing>"
    polygon = f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
    kml = (
        f"<kml><Placemark><name>x</name><ExtendedData>{data}{data}</ExtendedData>{polygon}</Placemark></kml>"
    )
    assert ids(read(text(tmp_path / "a.kml", kml))) == ["a"]
    other = kml.replace("<value>a", "<value>b", 1)
    assert refusal(text(tmp_path / "b.kml", other)).what == "The places have two columns 'place_id'"
    assert ids(read(tmp_path / "b.kml", columns={"place_id": "name"})) == ["x"]
