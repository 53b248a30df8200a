"""Opens files of places, whatever they are, and says what is wrong with those that are something else."""

import codecs
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places import archives as place_archives
from footfall.read.places import geojson, geoparquet
from footfall.read.places import shapefiles as place_shapefiles
from footfall.read.places.features import Features
from footfall.read.places.words import some
from footfall.schema import InputFile
from footfall.settings import PlaceSettings

PARQUET = (".parquet", ".geoparquet", ".pq")
JSON = (".geojson", ".json", ".geojsonl", ".jsonl", ".geojsons", ".ndjson")
ENDINGS = (".shp", ".zip", ".gpkg", *JSON, *(f"{ending}.gz" for ending in JSON), *PARQUET)

_FAILURES = (
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
    UnboundLocalError,
    pa.ArrowException,
    geometry.GEOSError,
)
"""What json, gzip, GDAL, pyarrow and GEOS raise on files that are not what they should be."""

_HEAD = 65536
"""Bytes at the beginning of a file that tell what it is."""

_OTHER_JSON = re.compile(rb'"type"\s*:\s*"Topology"|"geometryType"\s*:\s*"esriGeometry')
"""TopoJSON and the JSON of ArcGIS, which GDAL reads."""

_SCRATCH = "footfall-places-"
_SCRATCH_PATH = re.compile(rf"/\S*{_SCRATCH}[^/]+/")
_GDAL_ADVICE = re.compile(r"; It might help.*", re.DOTALL)
_UNCLOSED = "Non closed ring detected"
_NO_NEWS = "as JSON; leaving as string"


def read(settings: PlaceSettings) -> tuple[Features, list[str]]:
    """Read all features of a file with their attributes.

    Returns:
        The features, and what was done to them or said by the libraries that read them.

    Raises:
        InputError: The file is missing, empty or not what its name says; something in it is no feature; it has
            several layers and none is named, or not the one that is.
    """
    path = Path(settings.path)
    _refuse_nothing(path)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found, notes = _read(path, settings)
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
    """Raise InputError where there is no file, or nothing in it."""
    where = f"places.path: {path}"
    if path.is_dir():
        inside = sorted(part.name for part in path.iterdir() if part.name.lower().endswith(ENDINGS))
        hint = f" Inside are: {some(inside)}." if inside else ""
        raise InputError("The path of places is a folder", where=where, fix=f"Name one file.{hint}")
    if not path.exists():
        near = _near(path)
        hint = f" Near it are: {some(near)}." if near else ""
        raise InputError("The file of places does not exist", where=where, fix=f"Correct the path.{hint}")
    if path.stat().st_size == 0:
        raise InputError("The file of places is empty", where=where, fix="Write it again.")


def _near(path: Path) -> list[str]:
    """Names in the folder that look like the one that is not there, or else have its ending."""
    names = sorted(part.name for part in path.parent.iterdir()) if path.parent.is_dir() else []
    by_lower = {name.lower(): name for name in names}
    alike = [by_lower[name] for name in get_close_matches(path.name.lower(), by_lower, n=3)]
    return alike or [name for name in names if Path(name).suffix.lower() == path.suffix.lower()]


def _read(path: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The features of a file by the reader of its format, and notes."""
    if path.suffix.lower() in PARQUET:
        return geoparquet.read(path, settings)
    with _whole(path) as file:
        if _is_geojson(file):
            return geojson.read(file, path, settings)
        from footfall.read.places import (
            gdal,  # which takes a quarter of a second, and which GeoJSON does not need
        )

        return gdal.read(file, path, settings)


def _is_geojson(file: Path) -> bool:
    """Whether a file is GeoJSON, or could only be that; JSON of other kinds is not."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if head.startswith(geojson.GZIP):
        return True
    text = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\x1e")
    return (file.suffix.lower() in JSON or text.startswith(b"{")) and not _OTHER_JSON.search(head)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """The file with all parts of it: a zip unpacked, a shapefile's parts under their usual names."""
    ending = path.suffix.lower()
    if ending not in (".shp", ".zip"):
        yield path
        return
    with TemporaryDirectory(prefix=_SCRATCH) as unpacked, TemporaryDirectory(prefix=_SCRATCH) as links:
        file = path if ending == ".shp" else place_archives.unpack(path, Path(unpacked))
        yield place_shapefiles.linked(file, Path(links), path) if file.suffix.lower() == ".shp" else file


def _news(said: Iterator[str]) -> list[str]:
    """What libraries warned about, each once, as sentences for the report."""
    sentences = (
        geojson.UNCLOSED if _UNCLOSED in each else f"The file's reader says: {each}"
        for each in said
        if _NO_NEWS not in each
    )
    return [_plain(sentence) for sentence in dict.fromkeys(sentences)]


def _plain(said: str) -> str:
    """What a library said, without its advice to programmers and the folder it read from."""
    return _GDAL_ADVICE.sub("", _SCRATCH_PATH.sub("", said)).strip()


def _unreadable(path: Path, failure: Exception) -> InputError:
    reason = _plain(str(failure)) or type(failure).__name__
    fix = "Give a shapefile (.shp beside .dbf and .shx, or zipped), GeoJSON, GeoPackage or GeoParquet."
    if isinstance(
        failure, UnboundLocalError
    ):  # what pyogrio makes of a .prj that GDAL cannot write as text again
        reason = "its coordinate reference system is damaged"
    if isinstance(failure, geometry.GEOSError):
        fix = "Close its rings and give each at least four points, or set places.invalid to repair."
    return InputError(
        f"The file of places cannot be read: {reason.splitlines()[0]}",
        where=f"places.path: {path}",
        fix=fix,
    )
