"""Shapefiles: all their files are found, and must be whole."""

import shutil
import struct
from pathlib import Path

import pytest
import shapely
from place_tables import SQUARE, ids, named, read, refusal, shape, shapefile, table, written

UPPER = {".dbf": ".DBF", ".shx": ".SHX", ".prj": ".PRJ", ".cpg": ".CPG"}
MIXED = {".dbf": ".Dbf", ".shx": ".sHx", ".prj": ".Prj", ".cpg": ".cPG"}


def renamed(path: Path, endings: dict[str, str]) -> None:
    """Give files of a shapefile other endings."""
    for old, new in endings.items():
        path.with_suffix(old).rename(path.parent / f"{path.stem}{new}")


@pytest.mark.parametrize("endings", [{}, UPPER, {**UPPER, ".shp": ".SHP"}, MIXED])
def test_a_shapefile_is_found_whatever_the_case_of_its_endings(
    tmp_path: Path, endings: dict[str, str]
) -> None:
    """Reference system and encoding are found too; each file is listed with its size."""
    renamed(shapefile(tmp_path), endings)
    found = read(tmp_path / f"shops{endings.get('.shp', '.shp')}", columns={"name": "name"})
    assert named(found) == [("p1", "Café Ñandú"), ("p2", "x")]
    assert (found.crs, found.notes) == ("EPSG:4326", ())
    parts = sorted(tmp_path.iterdir())
    assert len(parts) == 5
    assert sorted((f.path, f.bytes) for f in found.files) == [(str(p), len(p.read_bytes())) for p in parts]
    assert found.files[0].path.lower().endswith(".shp")


def test_the_name_itself_may_differ_in_case(tmp_path: Path) -> None:
    """`SHOPS.DBF` beside `shops.shp`; a neighbour with a longer name is no part of it."""
    path = shapefile(tmp_path)
    for ending, upper in UPPER.items():
        path.with_suffix(ending).rename(tmp_path / f"SHOPS{upper}")
    shutil.copy(tmp_path / "SHOPS.DBF", tmp_path / "shops.old.dbf")
    assert ids(read(path)) == ["p1", "p2"]


def test_of_two_shapefiles_that_differ_in_case_each_has_its_own_files(tmp_path: Path) -> None:
    """The part written as the .shp is wins, however names are sorted."""
    shapefile(tmp_path)
    written(tmp_path / "SHOPS.shp", table(SQUARE, place_id=["upper"]))
    written(tmp_path / "Shops.shp", table(SQUARE, place_id=["title"]))
    assert [ids(read(tmp_path / f"{n}.shp")) for n in ("shops", "SHOPS", "Shops")] == [
        ["p1", "p2"],
        ["upper"],
        ["title"],
    ]


def test_the_layer_of_a_shapefile_has_its_name(tmp_path: Path) -> None:
    """Also where the files lie under other names for GDAL."""
    path = shapefile(tmp_path)
    assert ids(read(path, layer="shops")) == ["p1", "p2"]
    assert "no layer 'shop'; there are: shops" in refusal(path, layer="shop").what


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "CP1252"])
def test_names_are_read_in_the_encoding_that_the_file_states(tmp_path: Path, encoding: str) -> None:
    """By its .cpg file."""
    assert (
        read(shapefile(tmp_path, encoding=encoding), columns={"name": "name"}).places[0].name == "Café Ñandú"
    )


@pytest.mark.parametrize("encoding", ["latin-1", "shift_jis", "cp1252"])
def test_names_without_a_stated_encoding_need_one(tmp_path: Path, encoding: str) -> None:
    """Nobody guesses; columns that are not mapped do no harm."""
    path = written(tmp_path / "a.shp", table(SQUARE, name=["Cafe"]), encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    said = "空港" if encoding == "shift_jis" else "Ñé"
    raw = said.encode(encoding).ljust(4)
    path.with_suffix(".dbf").write_bytes(path.with_suffix(".dbf").read_bytes().replace(b"Cafe", raw))
    assert ids(read(path)) == ["p1"]
    error = refusal(path, columns={"name": "name"})
    assert error.what.startswith("The encoding of the text in a.dbf is stated nowhere, and is not UTF-8")
    assert "places.encoding" in error.fix
    assert "shift" in encoding or "latin-1" in error.fix
    assert named(read(path, columns={"name": "name"}, encoding=encoding)) == [("p1", said)]


@pytest.mark.parametrize("ending", [".shp", ".dbf", ".shx"])
@pytest.mark.parametrize("kept", [0, 10, 40, 100, -40, -9])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, ending: str, kept: int) -> None:
    """GDAL would read places without a shape, or without columns."""
    path = shapefile(tmp_path)
    part = path.with_suffix(ending)
    part.write_bytes(part.read_bytes()[:kept])
    refusal(path)


def test_what_is_cut_off_is_named_with_its_sizes(tmp_path: Path) -> None:
    """A .shp by where its index says that shapes end, a .dbf by its number of rows."""
    path = shapefile(tmp_path)
    shapes, rows = (path.with_suffix(ending).read_bytes() for ending in (".shp", ".dbf"))
    path.write_bytes(shapes[:-1])
    assert refusal(path).what == f"shops.shp is cut off after {len(shapes) - 1} bytes"
    path.write_bytes(shapes)
    path.with_suffix(".dbf").write_bytes(rows[:-2])
    assert refusal(path).what == f"shops.dbf is cut off after {len(rows) - 2} of {len(rows) - 1} bytes"


def test_a_table_of_other_places_is_refused(tmp_path: Path) -> None:
    """One row more or less than shapes, so that no row can be trusted."""
    path = shapefile(tmp_path)
    written(tmp_path / "one.shp", table(SQUARE))
    shutil.copy(tmp_path / "one.dbf", path.with_suffix(".dbf"))
    assert refusal(path).what == "shops.dbf has 1 row, but shops.shx lists 2 shapes"


@pytest.mark.parametrize("ending", [".dbf", ".shx"])
def test_a_shapefile_needs_its_table_and_its_index(tmp_path: Path, ending: str) -> None:
    """Ids are in the .dbf file."""
    path = shapefile(tmp_path)
    path.with_suffix(ending).unlink()
    assert refusal(path).what == f"The shapefile has no {ending} file beside it"


@pytest.mark.parametrize("content", [b"words\n", b"{}", b"\x00" * 300])
def test_what_is_only_named_a_shapefile_is_refused(tmp_path: Path, content: bytes) -> None:
    """Text, JSON, zeros; with and without files beside it."""
    (tmp_path / "a.shp").write_bytes(content)
    assert refusal(tmp_path / "a.shp").what == "a.shp is not a shapefile"
    for ending in (".dbf", ".shx"):
        (tmp_path / f"a{ending}").write_bytes(content)
    assert refusal(tmp_path / "a.shp").what == "a.shp is not a shapefile"


def test_an_index_that_is_none_is_refused(tmp_path: Path) -> None:
    """As where two files were swapped."""
    path = shapefile(tmp_path)
    shutil.copy(path.with_suffix(".prj"), path.with_suffix(".shx"))
    assert refusal(path).what == "shops.shx is not a whole index of a shapefile"


def turned(path: Path) -> None:
    """Turn the ring of a shapefile's first shape, of four corners, the wrong way around."""
    content = bytearray(path.read_bytes())
    start, end = 100 + 8 + 48, 100 + 8 + 48 + 5 * 16
    corners = [content[at : at + 16] for at in range(start, end, 16)]
    assert struct.unpack("<2d", corners[0]) == struct.unpack("<2d", corners[-1])
    content[start:end] = b"".join(reversed(corners))
    path.write_bytes(content)


def test_a_ring_that_turns_the_wrong_way_is_the_same_place_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Shapefiles want outer rings clockwise; not all writers care."""
    path = written(tmp_path / "a.shp", table(SQUARE))
    turned(path)
    found = read(path)
    assert shape(found).equals(SQUARE)
    assert shape(found).area == pytest.approx(0.95)
    assert capfd.readouterr() == ("", "")


def test_an_outer_ring_beside_another_is_a_part_not_a_hole(tmp_path: Path) -> None:
    """Parts and holes survive the format, which does not tell them apart."""
    ring, apart = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3), shapely.box(9, 9, 10, 10)
    found = read(written(tmp_path / "a.shp", table(shapely.MultiPolygon([ring, apart]))))
    assert shape(found).area == 12 + 1
    assert shapely.get_num_geometries(shape(found)) == 2
