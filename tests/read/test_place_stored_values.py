"""Values of GeoPackages and of shapefiles' tables: what is stored is what is read, in the encoding that is known."""

import shutil
import sqlite3
from pathlib import Path

from place_tables import FAR, NEXT, SQUARE, ids, named, read, refusal, shapefile, table, written


def without_triggers(database: sqlite3.Connection) -> None:
    """Drop what calls functions of GDAL when rows change."""
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')


def test_shapes_that_the_index_of_a_shapefile_does_not_list_are_missed(tmp_path: Path) -> None:
    """An old index and an old table beside a newer .shp."""
    path = shapefile(tmp_path)
    longer = written(tmp_path / "longer.shp", table(SQUARE, FAR, NEXT))
    shutil.copyfile(longer, path)
    assert refusal(path).what == "shops.shp holds more shapes than the 2 that shops.shx lists"


def test_a_geopackage_is_read_with_its_log(tmp_path: Path) -> None:
    """Rows that a program wrote and did not bring into the file yet; nothing changes beside it."""
    path = written(tmp_path / "a.gpkg", table(SQUARE, FAR))
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA wal_autocheckpoint=0")
    without_triggers(database)
    database.execute("INSERT INTO a (geom, place_id) SELECT geom, 'late' FROM a WHERE place_id = 'p1'")
    database.execute("UPDATE a SET place_id = 'early' WHERE place_id = 'p1'")
    database.execute("DELETE FROM a WHERE place_id = 'early'")
    database.commit()
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir() if not each.name.endswith("-shm")}
    assert ids(read(path)) == ["late", "p2"]
    assert {n: (tmp_path / n).read_bytes() for n in before} == before
    database.close()


def test_values_of_a_geopackage_are_what_is_stored_whatever_their_column_says(tmp_path: Path) -> None:
    """Text in a column of numbers is text; a number in one of text is a number."""
    path = written(tmp_path / "a.gpkg", table(SQUARE, FAR, NEXT, place_id=[1, 2, 3]))
    with sqlite3.connect(path) as database:
        without_triggers(database)
        database.execute("UPDATE a SET place_id = 'x7' WHERE fid = 1")
        database.execute("UPDATE a SET place_id = 2.5 WHERE fid = 2")
    database.close()
    assert ids(read(path)) == ["2.5", "3", "x7"]


def test_text_of_a_geopackage_may_be_in_an_encoding_that_is_said(tmp_path: Path) -> None:
    """Some programs write it against the rules; the error says so."""
    path = written(tmp_path / "a.gpkg", table(SQUARE))
    with sqlite3.connect(path) as database:
        without_triggers(database)
        database.execute("UPDATE a SET place_id = CAST(? AS TEXT)", ["é".encode("latin-1")])
    database.close()
    error = refusal(path)
    assert error.what == "The encoding of the text in column 'place_id' is not UTF-8"
    assert "latin-1" in error.fix
    assert ids(read(path, encoding="latin-1")) == ["é"]


def test_an_encoding_that_is_said_goes_before_what_a_shapefile_states(tmp_path: Path) -> None:
    """Its .cpg may be wrong, or name nothing."""
    path = written(tmp_path / "a.shp", table(SQUARE, name=["Ñé"]), encoding="ISO-8859-1")
    for stated in ("UTF-8", "nothing", "uu", "idna"):
        path.with_suffix(".cpg").write_text(stated)
        assert "encoding" in refusal(path, columns={"name": "name"}).what
        assert named(read(path, columns={"name": "name"}, encoding="latin-1")) == [("p1", "Ñé")]
    for stated in ("88591", "ISO 8859-1", "ANSI 1252", "1252", "8859_1", "LATIN1\n"):
        path.with_suffix(".cpg").write_text(stated)
        assert named(read(path, columns={"name": "name"})) == [("p1", "Ñé")]
    path.with_suffix(".cpg").unlink()
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = 0x03
    path.with_suffix(".dbf").write_bytes(content)
    assert named(read(path, columns={"name": "name"})) == [("p1", "Ñé")]


def test_numbers_of_a_shapefile_are_read_from_their_digits(tmp_path: Path) -> None:
    """More of them than a fraction holds; days as ISO writes them; stars are none."""
    path = written(tmp_path / "a.shp", table(SQUARE, FAR, place_id=[123456789012345678, 2]))
    content = path.with_suffix(".dbf").read_bytes()
    at = content.index(b"123456789012345678")
    for digits, expected in ((b"900719925474099300", "900719925474099300"), (b"                07", "7")):
        path.with_suffix(".dbf").write_bytes(content[:at] + digits + content[at + 18 :])
        assert ids(read(path)) == sorted(["2", expected])
    path.with_suffix(".dbf").write_bytes(content[:at] + b"*" * 18 + content[at + 18 :])
    assert refusal(path).what == "Features without a place id: 1"


def test_an_older_table_of_a_column_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A memo stands in another file."""
    path = written(tmp_path / "a.shp", table(SQUARE, name=["x"]))
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    at = content.index(b"name")
    content[at + 11] = ord("M")
    path.with_suffix(".dbf").write_bytes(content)
    assert ids(read(path)) == ["p1"]
    assert refusal(path, columns={"name": "name"}).what.startswith("The column 'name' is of dBASE's type 'M'")
