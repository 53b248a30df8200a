"""Places whose shapes are a column of CSV or Parquet, in every way that vendors write them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from place_tables import FAR, SQUARE, ids, named, read, refusal, shape
from test_place_values import IDS, SHAPES

from footfall.errors import SettingsError

MAPPED = {"columns": {"geometry": "polygon_wkt"}}
UTM = shapely.box(500000, 1600000, 500100, 1600100)


WAYS = {
    "WKT": lambda one: one.wkt,
    "lower case": lambda one: one.wkt.lower(),
    "EWKT": lambda one: f"SRID=4326;{one.wkt}",
    "hex": lambda one: one.wkb_hex,
    "hex of PostGIS": lambda one: shapely.to_wkb(
        shapely.set_srid(one, 4326), hex=True, include_srid=True
    ).lower(),
    "bytea": lambda one: "\\x" + one.wkb_hex.lower(),
    "0x": lambda one: "0x" + one.wkb_hex,
    "big endian": lambda one: shapely.to_wkb(one, hex=True, byte_order=0),
    "GeoJSON": lambda one: json.dumps(shapely.geometry.mapping(one)),
}


def quoted(text: str) -> str:
    """A field in quotes."""
    return '"{}"'.format(text.replace('"', '""'))


def csv(path: Path, *rows: tuple[str, ...], by: str = ",", header: str = "place_id,polygon_wkt") -> Path:
    """Write CSV with the fields of each row in quotes."""
    lines = [by.join(map(quoted, row)) for row in (tuple(header.split(",")), *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def parquet(path: Path, **columns: Any) -> Path:
    """Write Parquet that says nothing of geometries."""
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize("way", WAYS)
def test_a_mapped_column_is_read_in_whatever_way_its_shapes_are_written(tmp_path: Path, way: str) -> None:
    """In CSV and in Parquet; every vertex bit for bit."""
    texts = [WAYS[way](each) for each in (SQUARE, FAR)]
    made = [
        csv(tmp_path / "a.csv", ("x", texts[0]), ("y", texts[1])),
        parquet(tmp_path / "a.parquet", place_id=["x", "y"], polygon_wkt=texts),
    ]
    for path in made:
        found = read(path, **MAPPED)
        assert (ids(found), found.crs, found.notes) == (["x", "y"], "EPSG:4326", ())
        assert (shape(found), shape(found, 1)) == (SQUARE, FAR)


@pytest.mark.parametrize("binary", [pa.binary(), pa.large_binary(), pa.binary_view()])
def test_a_binary_column_of_plain_parquet_is_read(tmp_path: Path, binary: pa.DataType) -> None:
    """As data warehouses write it; a null has no shape."""
    wkb = pa.array([SQUARE.wkb, None, FAR.wkb], binary)
    path = parquet(tmp_path / "a.parquet", place_id=[7, 8, 9], polygon_wkt=wkb)
    found = read(path, **MAPPED)
    assert ids(found) == ["7", "9"]
    assert found.notes == ("Features were left out, because they have no geometry that can be read: 2.",)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_column_that_is_not_mapped_is_named(tmp_path: Path, way: str, ending: str) -> None:
    """The error is the setting that is missing."""
    text = WAYS[way](SQUARE)
    path = tmp_path / f"a.{ending}"
    made = csv(path, ("x", text)) if ending == "csv" else parquet(path, place_id=["x"], polygon_wkt=[text])
    error = refusal(made)
    assert "column 'polygon_wkt' holds shapes" in error.what
    assert error.fix == "Say which column holds them: places.columns.geometry: polygon_wkt."


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With those that are."""
    for path in (
        csv(tmp_path / "a.csv", ("x", SQUARE.wkt)),
        parquet(tmp_path / "a.parquet", place_id=["x"], polygon_wkt=[SQUARE.wkt]),
    ):
        error = refusal(path, columns={"geometry": "polygon"})
        assert error.what == "The places have no column 'polygon'; there are: place_id, polygon_wkt"
        assert error.where == f"{path}, setting places.columns.geometry"


@pytest.mark.parametrize("by", [",", ";", "\t", "|"])
def test_fields_are_apart_by_what_the_header_shows(tmp_path: Path, by: str) -> None:
    """With a mark of UTF-8 in front, lines of Windows, breaks in quotes, and lines of nothing."""
    path = csv(tmp_path / "a.csv", ("x", "a\nb", SQUARE.wkt), by=by, header="place_id,name,polygon_wkt")
    path.write_bytes(b"\xef\xbb\xbf\n" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n  \r\n")
    assert named(read(path, columns={"geometry": "polygon_wkt", "name": "name"})) == [("x", "a\nb")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            f'place_id,polygon_wkt\nx,"{SQUARE.wkt}"\ny,{FAR.wkt}\n',
            "in line 3 has 6 fields, and the header 2",
        ),
        (f'place_id,polygon_wkt\nx,"{SQUARE.wkt}"\ny\n', "in line 3 has 1 field, and the header 2"),
        (f'place_id,polygon_wkt\nx,"{SQUARE.wkt}"z\n', "Line 2 is no CSV"),
        (
            f'place_id,polygon_wkt\nx,"{SQUARE.wkt}"\ny,"{FAR.wkt}\n',
            "Line 3 is no CSV: unexpected end of data",
        ),
        (
            f'place_id,polygon_wkt\n5" x,"{SQUARE.wkt}"\ny,"{FAR.wkt}"\n',
            "from line 2 on, because of its quotes",
        ),
        (
            f'place_id,place_id,polygon_wkt\nx,y,"{SQUARE.wkt}"\n',
            "The header names columns twice: 'place_id'",
        ),
    ],
)
def test_csv_of_which_a_record_could_be_lost_is_refused(tmp_path: Path, text: str, what: str) -> None:
    """By the line; quotes that open too early would swallow the next places."""
    (tmp_path / "a.csv").write_text(text)
    assert what in refusal(tmp_path / "a.csv", **MAPPED).what


def test_shapes_that_are_none_are_left_out_or_all_refused(tmp_path: Path) -> None:
    """Some by number, all with the first of them; rings that are not closed are closed."""
    odd = ("POLYGON ((0 0, 1 1", "", "nothing", "0103", "{}")
    rows = [(f"p{n}", text) for n, text in enumerate(odd)]
    found = read(csv(tmp_path / "a.csv", *rows, ("x", "POLYGON ((0 0, 0 1, 1 1, 1 0))")), **MAPPED)
    assert ids(found) == ["x"]
    assert found.notes == (
        "Rings that were not closed were closed.",
        "Features were left out, because they have no geometry that can be read: 1, 2, 3, 4, 5.",
    )
    error = refusal(csv(tmp_path / "b.csv", *rows[2:]), **MAPPED)
    assert error.what == "No value of the mapped column is a shape; the first is 'nothing'"
    refusal(tmp_path / "a.csv", invalid="refuse", **MAPPED)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))", "CurvePolygon"),
        ("GEOMETRYCOLLECTION (CURVEPOLYGON ((0 0, 1 1, 1 0, 0 0)))", "GeometryCollection of curves"),
        ("TRIANGLE ((0 0, 1 1, 1 0, 0 0))", "Triangle"),
        ("010a00000000000000", "CurvePolygon"),
    ],
)
def test_curves_are_refused_by_their_number(tmp_path: Path, text: str, kind: str) -> None:
    """They have no straight edges, and leaving them out would lose places."""
    error = refusal(csv(tmp_path / "a.csv", ("x", SQUARE.wkt), ("y", text)), **MAPPED)
    assert error.what == f"Features are not polygons of straight edges: 2 ({kind})"


def test_the_number_of_a_reference_system_states_it(tmp_path: Path) -> None:
    """In text and in binary; where shapes state different ones, or only some state one, nothing is known."""
    for text in (
        f"SRID=32615;{UTM.wkt}",
        shapely.to_wkb(shapely.set_srid(UTM, 32615), hex=True, include_srid=True),
    ):
        found = read(csv(tmp_path / "a.csv", ("x", text)), **MAPPED)
        assert found.crs == "WGS 84 / UTM zone 15N"
        assert shape(found).bounds[0] == pytest.approx(-93)
        assert read(csv(tmp_path / "d.csv", ("x", text), ("y", "no")), **MAPPED).crs == found.crs
        error = refusal(tmp_path / "a.csv", crs="EPSG:3857", **MAPPED)
        assert error.what.startswith("The file states WGS 84 / UTM zone 15N, the settings")
    for other in ("SRID=3857;POLYGON ((0 0, 1 1, 1 0, 0 0))", "POLYGON ((0 0, 1 1, 1 0, 0 0))"):
        mixed = csv(tmp_path / "b.csv", ("x", f"SRID=32615;{UTM.wkt}"), ("y", other))
        assert "no coordinate reference system but" in refusal(mixed, **MAPPED).what
    one = csv(tmp_path / "c.csv", ("x", UTM.wkt))
    assert "places.crs" in refusal(one, **MAPPED).fix
    assert shape(read(one, crs="EPSG:32615", **MAPPED)).bounds[0] == pytest.approx(-93)


def test_columns_of_shapes_are_for_tables(tmp_path: Path) -> None:
    """GeoJSON says by itself where its shapes are."""
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    error = refusal(tmp_path / "a.geojson", SettingsError, **MAPPED)
    assert error.what.startswith("GeoJSON says by itself what its shapes are")


def test_parts_of_a_place_may_be_several_rows(tmp_path: Path) -> None:
    """Their shapes and numbers differ, which is no reason against it; their words may not."""
    header = "place_id,size,label,polygon_wkt"
    rows = [("a", "1.5", "x", SQUARE.wkt), ("a", "2", "x", FAR.wkt)]
    assert ids(read(csv(tmp_path / "a.csv", *rows, header=header), **MAPPED)) == ["a"]
    rows[1] = ("a", "2", "y", FAR.wkt)
    assert "differ in label" in refusal(csv(tmp_path / "b.csv", *rows, header=header), **MAPPED).what


@pytest.mark.parametrize("encoding", ["latin-1", "shift_jis", "utf-16", "cp1252"])
def test_csv_in_another_encoding_says_so_and_is_read_by_the_setting(tmp_path: Path, encoding: str) -> None:
    """Never by guess: the same bytes are other letters in other encodings."""
    place = "空港" if encoding == "shift_jis" else "Ñé"
    path = csv(tmp_path / "a.csv", (place, SQUARE.wkt))
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    error = refusal(path, **MAPPED)
    assert error.what.startswith("The encoding of the file of places is not UTF-8")
    assert "places.encoding" in error.fix
    assert ids(read(path, encoding=encoding, **MAPPED)) == [place]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=IDS)
def test_text_of_csv_is_the_text_that_is_read(tmp_path: Path, drawn: list[str]) -> None:
    """As ids and as names: times, numbers with zeros, quotes, words of other languages."""
    rows = [(each, each, one.wkt) for each, one in zip(drawn, SHAPES, strict=False)]
    path = csv(tmp_path / "a.csv", *rows, header="place_id,name,polygon_wkt")
    found = read(path, columns={"geometry": "polygon_wkt", "name": "name"})
    assert named(found) == [(one, one) for one in sorted(drawn)]


def test_geoparquet_may_give_another_of_its_columns(tmp_path: Path) -> None:
    """Its own metadata says how that is encoded."""
    places = geopandas.GeoDataFrame(
        {"place_id": ["x"], "other": geopandas.GeoSeries([FAR])}, geometry=[SQUARE], crs="EPSG:4326"
    )
    places["other"] = places["other"].set_crs("EPSG:4326")
    places.to_parquet(tmp_path / "a.parquet")
    assert shape(read(tmp_path / "a.parquet")).equals(SQUARE)
    assert shape(read(tmp_path / "a.parquet", columns={"geometry": "other"})).equals(FAR)


def test_points_of_parquet_may_be_of_any_number(tmp_path: Path) -> None:
    """Short fractions, whole numbers, decimals and text."""
    for lat in (
        pa.array(np.array([1], "float32")),
        pa.array([1]),
        pa.array(["1.0"]),
        pa.array([Decimal("1.00")]),
    ):
        path = parquet(tmp_path / "a.parquet", place_id=["x"], lat=lat, lon=[2.0])
        found = read(path, radius=10, columns={"lat": "lat", "lon": "lon"})
        assert shape(found).centroid.coords[0] == pytest.approx((2, 1))
