"""Files of places: what can be read, and what is said of the rest."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyogrio
import pytest
import shapely
from place_tables import BOWTIE, FAR, NEXT, SQUARE, ids, read, refusal, shape, shapefile, table, written


def test_a_missing_file_says_what_is_near(tmp_path: Path) -> None:
    """Names that look like it, in whatever case, or else files of its kind."""
    shapefile(tmp_path)
    assert "Near it are: shops.shp" in refusal(tmp_path / "shop.shp").fix
    assert "Near it are: shops.shp" in refusal(tmp_path / "SHOPS.SHP").fix
    assert refusal(tmp_path / "Zz.SHP").fix == "Correct the path. Near it are: shops.shp."
    assert refusal(tmp_path / "nowhere" / "a.gpkg").fix == "Correct the path."


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What could be meant inside is named."""
    shapefile(tmp_path)
    error = refusal(tmp_path)
    assert error.what == "The path of places is a folder"
    assert error.fix == "Name one file. Inside are: shops.shp."
    (tmp_path / "a.gdb").mkdir()
    assert "export its layer as GeoPackage" in refusal(tmp_path / "a.gdb").fix


@pytest.mark.parametrize("name", ["a.shp", "a.geojson", "a.gpkg", "a.parquet", "a.zip", "a.xyz"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything else is said of it."""
    (tmp_path / name).touch()
    assert refusal(tmp_path / name).what == "The file of places is empty"


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet", "a.xyz"])
@pytest.mark.parametrize("content", [b"words\n", b"\x00" * 200, b"SQLite format 3\x00", b"PAR1PAR1PAR1"])
def test_what_is_not_what_its_name_says_is_one_error(tmp_path: Path, name: str, content: bytes) -> None:
    """The cause, where there is one, is kept for those who look for it, and not shown to others."""
    (tmp_path / name).write_bytes(content)
    error = refusal(tmp_path / name)
    assert error.what.startswith("The file of places cannot be read: ")
    assert "GeoPackage, GeoParquet" in error.fix
    assert (error.__cause__ is None) == (error.what.endswith("it is in no supported format"))


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.parquet"])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, name: str) -> None:
    """Half a file would be half the places."""
    path = written(tmp_path / name, table(SQUARE, FAR))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refusal(path)


def test_a_table_without_geometry_is_refused(tmp_path: Path) -> None:
    """Pings given as places, or the .dbf of a shapefile."""
    (tmp_path / "a.csv").write_text("place_id,lat,lon\na,1,2\n")
    error = refusal(tmp_path / "a.csv")
    assert error.what == "The file holds no geometries: it is a table of the columns place_id, lat, lon"
    assert "places.columns.lat: lat and places.columns.lon: lon, with places.radius" in error.fix
    path = shapefile(tmp_path)
    path.with_suffix(".shp").unlink()
    assert refusal(path.with_suffix(".dbf")).what.endswith(
        "it is a part of a shapefile, of which the .shp is to be named"
    )


def test_a_layer_is_named_where_there_are_several(tmp_path: Path) -> None:
    """The error lists them; tables without geometry are none."""
    path = written(tmp_path / "a.gpkg", table(SQUARE), layer="shops")
    pyogrio.write_dataframe(table(SQUARE)[["place_id"]], path, layer="words", append=True)
    assert ids(read(path)) == ["p1"]
    written(path, table(FAR, place_id=["z"]), layer="zones", mode="a")
    error = refusal(path)
    assert "several layers: shops, zones" in error.what
    assert "places.layer" in error.fix
    assert ids(read(path, layer="zones")) == ["z"]
    assert ids(read(path, layer="shops")) == ["p1"]
    for unknown in ("shop", "words"):
        assert f"no layer {unknown!r}; there are: shops, zones" in refusal(path, layer=unknown).what


def test_a_geopackage_is_left_as_it_is(tmp_path: Path) -> None:
    """Nothing is written into it or beside it, also where it keeps a log of changes."""
    path = written(tmp_path / "a.gpkg", table(SQUARE))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=WAL")
    database.close()
    before = path.read_bytes()
    assert ids(read(path)) == ["p1"]
    assert path.read_bytes() == before
    assert [part.name for part in tmp_path.iterdir()] == ["a.gpkg"]


def test_the_key_of_a_geopackage_may_be_the_id(tmp_path: Path) -> None:
    """It is no column for GDAL, but one for people."""
    path = written(tmp_path / "a.gpkg", table(SQUARE, FAR))
    assert ids(read(path, columns={"place_id": "fid"})) == ["1", "2"]


def geoparquet(path: Path, **changed: Any) -> Path:
    """Write one place as GeoParquet, with other metadata of the column; None takes a key out."""
    content = pyarrow.parquet.read_table(written(path, table(SQUARE)))
    geo = json.loads(content.schema.metadata[b"geo"])
    column = {**geo["columns"]["geometry"], **changed}
    geo["columns"]["geometry"] = {key: value for key, value in column.items() if value != "absent"}
    kept = {**content.schema.metadata, b"geo": json.dumps(geo).encode()}
    pyarrow.parquet.write_table(content.replace_schema_metadata(kept), path)
    return path


def test_geoparquet_states_its_reference_system(tmp_path: Path) -> None:
    """Where the key is absent it is OGC:CRS84; where it is null there is none."""
    mercator = written(tmp_path / "a.parquet", table(SQUARE).to_crs("EPSG:3857"))
    assert read(mercator).crs == "WGS 84 / Pseudo-Mercator"
    absent = read(geoparquet(tmp_path / "b.parquet", crs="absent"))
    assert (absent.crs, shape(absent).equals(SQUARE)) == ("EPSG:4326", True)
    null = geoparquet(tmp_path / "c.parquet", crs=None)
    assert "no coordinate reference system" in refusal(null).what
    assert shape(read(null, crs="EPSG:4326")).equals(SQUARE)


def test_spherical_edges_are_told(tmp_path: Path) -> None:
    """Inside means straight edges in degrees; a file that means others must not pass unnoticed."""
    found = read(geoparquet(tmp_path / "a.parquet", edges="spherical"))
    assert len(found.notes) == 1
    assert "spherical edges" in found.notes[0]


@pytest.mark.parametrize(
    "changed",
    [{"encoding": "cuneiform"}, {"crs": "rubbish"}, {"encoding": "absent"}, {"version": 3, "crs": 7}],
)
def test_geoparquet_with_wrong_metadata_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    """One error each, with its cause."""
    assert refusal(geoparquet(tmp_path / "a.parquet", **changed)).__cause__ is not None


@pytest.mark.parametrize(
    "geo",
    [b"words", b"{}", b'{"columns": {"geometry": 3}, "primary_column": "geometry", "version": "1.0.0"}'],
)
def test_geoparquet_with_broken_metadata_is_refused(tmp_path: Path, geo: bytes) -> None:
    """Also where geopandas trips over them."""
    path = written(tmp_path / "a.parquet", table(SQUARE))
    content = pyarrow.parquet.read_table(path)
    pyarrow.parquet.write_table(content.replace_schema_metadata({b"geo": geo}), path)
    assert refusal(path).__cause__ is not None


def test_parquet_without_geometry_is_refused(tmp_path: Path) -> None:
    """And layers are nothing that Parquet has."""
    table(SQUARE)[["place_id"]].to_parquet(tmp_path / "a.parquet")
    error = refusal(tmp_path / "a.parquet")
    assert error.what == "The file holds no geometries: it is a table of the columns place_id"
    assert "places.columns.geometry" in error.fix
    path = written(tmp_path / "b.parquet", table(SQUARE))
    assert refusal(path, layer="shops").what == "GeoParquet has no layers"


def test_the_index_of_geoparquet_is_a_column_if_it_has_a_name(tmp_path: Path) -> None:
    """Labels that repeat are no trouble."""
    path = written(tmp_path / "a.parquet", table(SQUARE, FAR).set_index("place_id"))
    assert ids(read(path)) == ["p1", "p2"]
    repeated = table(None, SQUARE, FAR).set_index(shapely.get_type_id([SQUARE, SQUARE, SQUARE]))
    assert ids(read(written(tmp_path / "b.parquet", repeated))) == ["p2", "p3"]


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.parquet"])
def test_nothing_is_printed_and_every_format_gives_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder, name: str
) -> None:
    """Repairs and oddities are told by notes."""
    path = written(tmp_path / name, table(SQUARE, BOWTIE, None, NEXT))
    capfd.readouterr()
    recwarn.clear()
    found = read(path)
    assert ids(found) == ["p1", "p2", "p4"]
    assert shape(found, 1).area == pytest.approx(0.5)
    assert found.notes == (
        "Features were left out, because they have no geometry that can be read: 3.",
        "Invalid polygons were repaired: p2 (Self-intersection[0.5 0.5]).",
    )
    assert capfd.readouterr() == ("", "")
    assert [str(each.message) for each in recwarn] == []
