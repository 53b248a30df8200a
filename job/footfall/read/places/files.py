"""Reads files of places of any format, and turns failures into errors."""

import lzma
import re
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import pyarrow as pa

from footfall import geometry
from footfall.errors import InputError, SettingsError
from footfall.plurals import shortened
from footfall.read.places import archives as place_archives
from footfall.read.places import delimited, geojson, geopackage, geoparquet, kml, packed, tables
from footfall.read.places import shapefiles as place_shapefiles
from footfall.read.places.features import Features
from footfall.read.places.recognition import format_of, is_foreign
from footfall.read.places.scratch import SCRATCH
from footfall.read.places.shapes import UNCLOSED
from footfall.schema import InputFile
from footfall.settings import PlaceSettings
from footfall.settings.place_formats import (
    CSV,
    ENDINGS,
    GEOJSON,
    GEOPACKAGE,
    KML,
    PACKED,
    PARQUET,
    SHAPEFILE,
    PlaceFormat,
    names,
)
from footfall.temporary import PREFIX, temporary_folder

_FAILURES = (
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    pa.ArrowException,
    geometry.GEOSError,
)
"""The exceptions of json, gzip, SQLite, GDAL, pyarrow and GEOS for damaged files."""

_READERS = {
    GEOJSON: geojson.read,
    GEOPACKAGE: geopackage.read,
    PARQUET: geoparquet.read,
    CSV: delimited.read,
    KML: kml.read,
}
"""The readers of formats that need no GDAL, whose import takes a quarter of a second."""

_SCRATCH_PATH = re.compile(rf"/\S*{PREFIX}{SCRATCH}[^/]+/[^/]+/")
_GDAL_ADVICE = re.compile(r"; It might help.*", re.DOTALL)
_UNCLOSED = "Non closed ring detected"
_ZIP = b"PK\x03\x04"
_DEEPEST = 3
"""How many layers of packing a file may have, such as a zip in a gzip."""

_NO_NEWS = "as JSON; leaving as string"


def read(settings: PlaceSettings) -> tuple[Features, list[str]]:
    """All features of a file with their attributes.

    Returns:
        The features, and notes on what was done to them and warnings of libraries.

    Raises:
        InputError: The file is missing, empty or not what its name says; something in it is no feature; it has
            several layers and none is named, or not the one that is.
        SettingsError: The format has no use for a setting.
        InfrastructureError: The disk has no space for unpacking the file.
    """
    path = Path(settings.path)
    _refuse_nothing(path)
    return _checked(partial(_read, path, settings), path)


def read_table(table: pa.Table, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """Read all rows of a table in memory, by the rules for GeoParquet; see `read`.

    Args:
        table: Columns of Arrow.
        settings: Its columns; `path` is what messages call the table.
    """
    named = Path(settings.path)
    _refuse_settings(PARQUET, named, settings)
    return _checked(lambda: geoparquet.read(tables.as_file(table), named, settings), named)


def _checked(read: Callable[[], tuple[Features, list[str]]], path: Path) -> tuple[Features, list[str]]:
    """The features, at least one, and notes; exceptions of libraries become one error, their warnings notes."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found, notes = read()
        except _FAILURES as failure:
            raise _unreadable(path, failure) from failure
    if len(found) == 0:
        raise InputError(
            "The file of places holds no feature",
            where=f"places.path: {path}",
            fix="Name a file with at least one place.",
        )
    return found, [*dict.fromkeys([*notes, *_news(str(each.message) for each in said)])]


def files(path: Path) -> tuple[InputFile, ...]:
    """The file and, for a shapefile, the files beside it."""
    beside = place_shapefiles.beside(path).values() if path.suffix.lower() == ".shp" else ()
    return tuple(InputFile(str(part), part.stat().st_size) for part in (path, *sorted(beside)))


def _refuse_nothing(path: Path) -> None:
    """Raise InputError if the file does not exist or is empty."""
    where = f"places.path: {path}"
    if path.is_dir():
        inside = sorted(
            part.name for part in path.iterdir() if part.name.lower().endswith((*ENDINGS, *PACKED))
        )
        hint = f" Inside are: {shortened(inside)}." if inside else ""
        if path.suffix.lower() == ".gdb":
            hint = " A file geodatabase of Esri is not read: export its layer as GeoPackage."
        raise InputError("The path of places is a folder", where=where, fix=f"Name one file.{hint}")
    if not path.exists():
        near = _near(path)
        hint = f" Near it are: {shortened(near)}." if near else ""
        raise InputError("The file of places does not exist", where=where, fix=f"Correct the path.{hint}")
    if path.stat().st_size == 0:
        raise InputError("The file of places is empty", where=where, fix="Write it again.")


def _near(path: Path) -> list[str]:
    """Names in the folder that are similar to the missing one, or else have its ending."""
    names = sorted(part.name for part in path.parent.iterdir()) if path.parent.is_dir() else []
    by_lower = {name.lower(): name for name in names}
    alike = [by_lower[name] for name in get_close_matches(path.name.lower(), by_lower, n=3)]
    return alike or [name for name in names if Path(name).suffix.lower() == path.suffix.lower()]


def _read(path: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The features of a file by the reader of its format, and notes."""
    with ExitStack() as folders:
        file = _unpacked(path, folders)
        kind = format_of(file, path)
        _refuse_settings(kind, path, settings)
        if kind in _READERS:
            return _READERS[kind](file, path, settings)
        from footfall.read.places import gdal

        links = _folder(folders)
        if kind is SHAPEFILE:
            return gdal.read_shapefile(place_shapefiles.linked(file, links, path), file, path, settings)
        link = links / f"{file.stem}{kind.endings[0]}"  # GDAL goes by names, too
        link.symlink_to(file.absolute())
        return gdal.read(link, path, kind, settings)


def _unpacked(path: Path, folders: ExitStack) -> Path:
    """The file itself, or the one that is packed in it."""
    file = path
    for _ in range(_DEEPEST):
        with file.open("rb") as opened:
            head = opened.read(len(_ZIP) + 4)
        codec = packed.codec_of(head)
        if is_foreign(file):
            break
        if head.startswith(_ZIP) or (file is path and path.suffix.lower() in (".zip", ".kmz")):
            file = place_archives.unpack(file, _folder(folders))
        elif codec:
            file = packed.unpack(file, codec, _folder(folders), path)
        else:
            break
    return file


def _folder(folders: ExitStack) -> Path:
    return folders.enter_context(temporary_folder(SCRATCH))


def _refuse_settings(kind: PlaceFormat, path: Path, settings: PlaceSettings) -> None:
    """Raise SettingsError for settings that do not apply to this format."""
    mapped = settings.columns
    where = f"places.path: {path}, setting places"
    if kind not in (CSV, PARQUET) and (mapped.geometry or mapped.lat):
        raise SettingsError(
            f"{kind.name} says by itself what its shapes are; columns of them are for CSV and Parquet",
            where=f"{where}.columns.{'geometry' if mapped.geometry else 'lat'}",
            fix="Take the setting out.",
        )
    if settings.encoding and not kind.takes_encoding:
        raise SettingsError(
            f"The text of {kind.name} is in one encoding always, {kind.encoding}",
            where=f"{where}.encoding: {settings.encoding}",
            fix="Take the setting out.",
        )


def _news(said: Iterator[str]) -> list[str]:
    """Notes from the warnings of libraries, each once."""
    sentences = (
        UNCLOSED if _UNCLOSED in each else f"The file's reader says: {each}"
        for each in said
        if _NO_NEWS not in each
    )
    return [_plain(sentence) for sentence in dict.fromkeys(sentences)]


def _plain(said: str) -> str:
    """What a library said, without its advice to programmers and the folder it read from."""
    return _GDAL_ADVICE.sub("", _SCRATCH_PATH.sub("", said)).strip()


def _unreadable(path: Path, failure: Exception) -> InputError:
    reason = _plain(str(failure)) or type(failure).__name__
    fix = f"Give {names()}; a shapefile is .shp beside .dbf and .shx, or zipped."
    if isinstance(failure, UnicodeDecodeError) or "UTF8" in reason:
        reason = "the encoding of its text is not UTF-8, as its format says"
        fix = "Write the file again in the encoding of its format."
    if isinstance(failure, geometry.GEOSError):
        fix = "Close its rings and give each at least four points, or set places.invalid to repair."
    return InputError(
        f"The file of places cannot be read: {reason.splitlines()[0]}",
        where=f"places.path: {path}",
        fix=fix,
    )
