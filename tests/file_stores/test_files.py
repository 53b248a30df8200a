"""Files that are written, listed and read, on every kind of store alike."""

from pathlib import Path

import pytest

from footfall import stores
from footfall.errors import InputError, SettingsError
from footfall.stores.store import Entry


def names(root: str, entries: list[Entry]) -> list[str]:
    """What was found, as paths below the root; folders with a slash."""
    return sorted(each.path.removeprefix(f"{root}/") + "/" * each.is_folder for each in entries)


def put(root: str, *files: str) -> None:
    """Files whose content is their name."""
    for name in files:
        stores.of(root).write(f"{root}/{name}", name.encode())


def test_what_is_written_is_there(root: str) -> None:
    """Its size and its content; a second writing replaces it, and tells itself apart where the store has versions."""
    store, path = stores.of(root), f"{root}/a/b.csv"
    assert store.look(path) is None
    store.write(path, b"0123456789")
    there = store.look(path)
    assert there is not None
    assert (there.path, there.bytes, there.is_folder) == (path, 10, False)
    assert there.modified > 1_700_000_000
    assert store.read(path) == b"0123456789"
    store.write(path, b"abc")
    again = store.look(path)
    assert again is not None
    assert (again.bytes, store.read(path)) == (3, b"abc")
    assert (there.version is None) == ("://" not in root)
    assert there.version is None or again.version != there.version


def test_a_file_is_read_in_ranges(root: str) -> None:
    """Fewer bytes come only where it ends."""
    store, path = stores.of(root), f"{root}/a"
    store.write(path, b"0123456789")
    there = store.look(path)
    assert there is not None
    file = store.open(path, there.bytes, there.version)
    assert file.size == 10
    assert [bytes(file.read(*each)) for each in ((0, 4), (7, 2), (8, 9), (10, 5))] == [
        b"0123",
        b"78",
        b"89",
        b"",
    ]
    file.close()


def test_folders_are_listed_and_walked(root: str) -> None:
    """A folder is not there before there is a file in it; one with a longer name is another."""
    put(root, "a/b/c", "a/d", "a/.e", "a/_f/g", "ab/h")
    store = stores.of(root)
    assert names(root, list(store.children(f"{root}/a"))) == ["a/.e", "a/_f/", "a/b/", "a/d"]
    assert names(root, list(store.walk(f"{root}/a"))) == ["a/.e", "a/_f/g", "a/b/c", "a/d"]
    assert names(root, list(store.walk(f"{root}/a", hidden=False))) == ["a/b/c", "a/d"]
    folder = store.look(f"{root}/a")
    assert folder is not None
    assert folder.is_folder
    assert store.look(f"{root}/ax") is None


def test_a_folder_that_is_not_there_holds_nothing(root: str) -> None:
    """Neither does a file."""
    put(root, "a")
    store = stores.of(root)
    for path in (f"{root}/nowhere", f"{root}/a"):
        assert list(store.walk(path)) == []
        assert list(store.children(path)) == []


@pytest.mark.parametrize("name", ["10:00.csv", "a b+c%20d.csv", "año 'x' \"y\".csv", "f[1]{2}*.csv"])
def test_any_name_is_as_good_as_another(root: str, name: str) -> None:
    """Signs that mean something in addresses and globs."""
    put(root, name)
    store = stores.of(root)
    assert names(root, list(store.walk(root))) == names(root, list(store.children(root))) == [name]
    assert store.read(f"{root}/{name}") == name.encode()


def test_what_is_written_once_stays(root: str) -> None:
    """The same content again is what a repeated request brings whose answer was lost."""
    store, path = stores.of(root), f"{root}/runs/r1/report.json"
    store.write_once(path, b"first")
    store.write_once(path, b"first")
    with pytest.raises(FileExistsError):
        store.write_once(path, b"second")
    assert store.read(path) == b"first"
    assert names(root, list(store.walk(root))) == ["runs/r1/report.json"]


def test_those_who_read_the_old_file_read_it_to_its_end(tmp_path: Path) -> None:
    """A file is put in the place of another one, which is not written to."""
    store, path = stores.of(str(tmp_path)), tmp_path / "manifest.json"
    store.write(str(path), b"first, and long")
    with path.open("rb") as old:
        store.write(str(path), b"second")
        assert old.read() == b"first, and long"
    assert path.read_bytes() == b"second"


def test_what_is_deleted_is_gone(root: str) -> None:
    """A file, a folder with all in it, and nothing where nothing is."""
    put(root, "a", "b/c/d", "b/e", "bc/f")
    store = stores.of(root)
    for path in ("a", "b", "nowhere"):
        store.delete(f"{root}/{path}")
    assert names(root, list(store.walk(root))) == ["bc/f"]


def test_a_small_file_that_is_not_there_is_not_found(root: str) -> None:
    """Whatever the store calls it."""
    with pytest.raises(FileNotFoundError):
        stores.of(root).read(f"{root}/nowhere")


def test_a_file_that_grew_is_noticed(root: str) -> None:
    """By its size, which is not the one that was listed."""
    store, path = stores.of(root), f"{root}/a.csv"
    store.write(path, b"0123456789")
    there = store.look(path)
    assert there is not None
    store.write(path, b"0123456789 and more")
    with pytest.raises(InputError, match="The file was changed while it was read") as caught:
        store.open(path, there.bytes, there.version).read(0, 5)
    assert caught.value.where == path


def test_a_file_that_is_gone_is_named(root: str) -> None:
    """It was there when it was listed."""
    store, path = stores.of(root), f"{root}/a.csv"
    store.write(path, b"0123456789")
    there = store.look(path)
    assert there is not None
    store.delete(path)
    with pytest.raises(InputError, match="The file is no longer there") as caught:
        store.open(path, there.bytes, there.version).read(0, 5)
    assert caught.value.where == path


def test_a_scheme_that_nobody_knows_is_a_wrong_setting() -> None:
    """What is missing is named."""
    with pytest.raises(SettingsError, match="reads files of lake:") as caught:
        stores.of("lake://shop/pings.csv")
    assert "Install the package of fsspec" in caught.value.fix


def test_a_path_of_this_machine_needs_no_scheme(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative one begins at the current folder, which is that of the command."""
    monkeypatch.chdir(str(tmp_path))
    assert stores.absolute("in/a.csv") == f"{tmp_path}/in/a.csv"
    assert stores.absolute("file:///data/a b.csv") == stores.absolute("file:/data/a b.csv") == "/data/a b.csv"
    assert stores.absolute("s3://lake/in") == "s3://lake/in"
