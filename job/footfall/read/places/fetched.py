"""Reads places from any store; remote files are downloaded first, since GDAL reads local files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from footfall import stores
from footfall.errors import FootfallError, InputError
from footfall.read.places import PlaceInput, read_places
from footfall.read.places.shapefiles import SIDECARS
from footfall.schema import InputFile
from footfall.settings import PlaceSettings
from footfall.stores.errors import failures
from footfall.stores.store import Entry, Store


def read_places_anywhere(settings: PlaceSettings, scratch: Path) -> PlaceInput:
    """The places of a file on this machine or any store, as `read_places` gives them.

    Args:
        settings: Where the places are.
        scratch: A folder for downloads.
    """
    with local_file(settings.path, scratch) as here:
        places = read_places(settings.model_copy(update={"path": here.path}))
    return replace(places, files=here.fetched) if here.fetched else places


@dataclass(frozen=True)
class LocalFile:
    """A local file: its path, and the objects of a store from which it and its companions were downloaded."""

    path: str
    fetched: tuple[InputFile, ...] = ()


@contextmanager
def local_file(path: str, scratch: Path) -> Iterator[LocalFile]:
    """A local copy of a file of places; errors inside the block name the original path.

    Args:
        path: The file, here or in any store.
        scratch: A folder for downloads.

    Raises:
        InputError: The store has no such file.
        InfrastructureError: The store does not answer.
    """
    if stores.scheme_of(path) in ("", "file"):
        yield LocalFile(stores.absolute(path) if stores.has_scheme(path) else path)
        return
    folder = scratch / "places"
    folder.mkdir()
    with failures(InputError, "The places cannot be read", f"places.path: {path}"):
        found = _found(stores.of(path), path)
        fetched = [_fetch(entry, folder) for entry in found]
    with _named_as_before(str(folder), path.rpartition("/")[0]):
        yield LocalFile(
            str(fetched[0]), tuple(InputFile(entry.path, entry.bytes, entry.version) for entry in found)
        )


def _found(store: Store, path: str) -> list[Entry]:
    """The file and, of a shapefile, the files beside it."""
    entry = store.look(path)
    if entry is None:
        fix = "Correct the path." + _near(store, path)
        raise InputError("The file of places does not exist", where=f"places.path: {path}", fix=fix)
    if entry.is_folder:
        raise InputError("The path of places is a folder", where=f"places.path: {path}", fix="Name one file.")
    if not path.lower().endswith(".shp"):
        return [entry]
    return [entry, *(each for each in _siblings(store, path) if _belongs(each, Path(path)))]


def _fetch(entry: Entry, folder: Path) -> Path:
    fetched = folder / Path(entry.path).name
    file = stores.of(entry.path).open(entry.path, entry.bytes, entry.version)
    try:
        fetched.write_bytes(file.read(0, entry.bytes))
    finally:
        file.close()
    return fetched


def _siblings(store: Store, path: str) -> list[Entry]:
    return sorted(store.children(path.rpartition("/")[0]), key=lambda entry: entry.path)


def _belongs(entry: Entry, shapefile: Path) -> bool:
    """Whether it is a part of the shapefile beside the .shp, in whatever case it is written."""
    name = Path(Path(entry.path).name)
    return (
        not entry.is_folder
        and name.stem.lower() == shapefile.stem.lower()
        and name.suffix.lower() in SIDECARS
    )


def _near(store: Store, path: str) -> str:
    names = [Path(entry.path).name for entry in _siblings(store, path)]
    return f" Near it are: {', '.join(names[:5])}." if names else ""


@contextmanager
def _named_as_before(folder: str, address: str) -> Iterator[None]:
    """Inside the block, errors name the path of the settings instead of the folder of the download."""
    try:
        yield
    except FootfallError as error:
        what, where, fix = (text.replace(folder, address) for text in (error.what, error.where, error.fix))
        raise type(error)(what, where=where, fix=fix) from error
