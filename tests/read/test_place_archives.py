"""Zipped places: one file of places, and nothing written beyond it."""

import errno
import gzip
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from place_tables import FAR, SQUARE, ids, named, read, refusal, shapefile, table, written

from footfall.errors import InfrastructureError, InputError
from footfall.read.places import archives as place_archives
from footfall.read.places import packed as place_packed

UPPER = (".dbf", ".shx", ".prj", ".cpg")


def zipped(path: Path, members: dict[str, bytes], pack: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", pack) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def parts(folder: Path) -> dict[str, bytes]:
    """The files of a shapefile with endings in upper case, but for the .shp."""
    return {
        p.stem + (p.suffix.upper() if p.suffix in UPPER else p.suffix): p.read_bytes()
        for p in shapefile(folder).parent.iterdir()
    }


@pytest.mark.parametrize("folder", ["", "deep/er/", "deep\\"])
def test_a_zipped_shapefile_is_read_where_it_lies(tmp_path: Path, folder: str) -> None:
    """In a folder of the zip too, also of Windows; what macOS adds and other files are passed over."""
    members = {f"{folder}{name}": content for name, content in parts(tmp_path / "in").items()}
    extra = {f"__MACOSX/{folder}._shops.shp": b"x", f"{folder}._other.shp": b"x", "readme.txt": b"x"}
    path = zipped(tmp_path / "shops.ZIP", {**members, **extra, "meta.json": b"{}"})
    found = read(path, columns={"name": "name"})
    assert named(found) == [("p1", "Café Ñandú"), ("p2", "x")]
    assert [(file.path, file.bytes) for file in found.files] == [(str(path), path.stat().st_size)]


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson"])
def test_other_formats_may_be_zipped_too(tmp_path: Path, name: str) -> None:
    """One file is enough."""
    content = written(tmp_path / name, table(SQUARE, FAR)).read_bytes()
    assert ids(read(zipped(tmp_path / "a.zip", {f"in/{name}": content}))) == ["p1", "p2"]


@pytest.mark.parametrize(
    "name", ["../evil.shp", "/evil.shp", "a/../../evil.shp", "..\\evil.shp", "C:\\evil.shp", "\\evil.shp"]
)
def test_a_zip_that_names_files_outside_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing of it is written, inside or outside."""
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    path = zipped(tmp_path / "in.zip", {**parts(tmp_path / "in"), name: b"x"})
    assert "names a file outside of itself" in refusal(path).what
    with pytest.raises(InputError):
        place_archives.unpack(path, folder)
    assert not list(folder.iterdir())
    assert not list(tmp_path.rglob("*evil*"))
    assert not Path("/evil.shp").exists()


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ([], "holds no GeoJSON, shapefile"),
        (["readme.txt", "a.dbf"], "holds no GeoJSON, shapefile"),
        (["b.shp", "in/a.SHP"], "holds several files of places: b.shp, in/a.SHP"),
        (["a.gpkg", "a.shp"], "holds several files of places: a.gpkg, a.shp"),
    ],
)
def test_a_zip_must_hold_one_file_of_places(tmp_path: Path, names: list[str], what: str) -> None:
    """Which of two is meant cannot be known."""
    assert what in refusal(zipped(tmp_path / "a.zip", dict.fromkeys(names, b"x"))).what


def test_a_zipped_shapefile_without_its_table_is_refused_by_the_name_of_the_zip(tmp_path: Path) -> None:
    """The folder it was unpacked into means nothing to people."""
    members = parts(tmp_path / "in")
    del members["shops.DBF"]
    error = refusal(zipped(tmp_path / "a.zip", members))
    assert error.what == "The shapefile has no .dbf file beside it"
    assert error.where == f"places.path: {tmp_path / 'a.zip'}"


def test_the_folder_of_unpacked_files_is_not_shown(tmp_path: Path) -> None:
    """GDAL complains of a path that is gone by then."""
    error = refusal(zipped(tmp_path / "a.zip", {"deep/a.fgb": b"fgb\x03fgb\x00" + bytes(50)}))
    assert error.what.startswith("The file of places cannot be read: ")


def test_a_zip_that_says_it_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    """Two files of 3 GiB each by their headers."""
    path = zipped(tmp_path / "bomb.zip", {"a.shp": b"x", "a.dbf": b"x"})
    content = bytearray(path.read_bytes())
    for at in range(len(content)):
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 24 : at + 28] = struct.pack("<I", 3 * 2**30)
    path.write_bytes(content)
    assert refusal(path).what == "The zip file unpacks to more than 4 GiB"


@pytest.mark.parametrize("pack", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_lies_about_its_size_fills_no_disk(tmp_path: Path, pack: int) -> None:
    """32 MiB of zeros that are said to be 10 bytes, also with a checksum that fits these."""
    path = zipped(tmp_path / "bomb.zip", {"a.shp": bytes(2**25)}, pack)
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    for checksum, size in ((14, 22), (central + 16, central + 24)):
        content[checksum : checksum + 4] = struct.pack("<I", zlib.crc32(bytes(10)))
        content[size : size + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    refusal(path)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    place_archives.unpack(path, folder)
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 10


def test_a_damaged_zip_is_one_error(tmp_path: Path) -> None:
    """Text, a zip cut off, bytes that were changed, one with a password; the cause is kept."""
    whole = zipped(tmp_path / "whole.zip", parts(tmp_path / "in")).read_bytes()
    locked = bytearray(whole)
    changed = bytearray(whole)
    changed[60:90] = b"\xff" * 30
    for at in range(len(locked)):
        for magic, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            if locked[at : at + 4] == magic:
                locked[at + flag] |= 1
    for content in (b"words", whole[:200], bytes(changed), bytes(locked)):
        (tmp_path / "a.zip").write_bytes(content)
        error = refusal(tmp_path / "a.zip")
        assert error.what.startswith("The zip file cannot be unpacked: ")
        assert error.__cause__ is not None


def test_a_member_without_a_name_is_one_error(tmp_path: Path) -> None:
    """Python's zipfile takes the last letter of it."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a", b"x")
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    del content[central + 46]
    content[central + 28] = 0
    end = content.index(b"PK\x05\x06")
    content[end + 12] -= 1
    path.write_bytes(content)
    assert isinstance(refusal(path).__cause__, IndexError)


def test_a_full_disk_is_no_fault_of_the_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a machine may try again."""

    path = zipped(tmp_path / "a.zip", parts(tmp_path / "in"))

    def no_space(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", no_space)
    with pytest.raises(InfrastructureError) as caught:
        read(path)
    assert "disk of temporary files is full" in caught.value.what


def test_a_full_disk_is_no_fault_of_a_packed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of gzip as of a zip."""
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(b"{}"))

    def no_space(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(place_packed, "unpack", no_space)
    with pytest.raises(InfrastructureError) as caught:
        read(tmp_path / "a.geojson.gz")
    assert "disk of temporary files is full" in caught.value.what
