"""Opens files of places, whatever they are, and says what is wrong with those that are something else."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import numpy as np
import pyarrow.parquet
import pyogrio

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places import archives as place_archives
from footfall.read.places import geojson_lines
from footfall.read.places import shapefiles as place_shapefiles
from footfall.read.places.words import some
from footfall.schema import InputFile
from footfall.settings import PlaceSettings

PARQUET = (".parquet", ".geoparquet")
JSON = (".geojson", ".json", ".geojsonl", ".jsonl", ".geojsons", ".ndjson")
ENDINGS = (".shp", ".zip", ".gpkg", *JSON, *PARQUET)

_FAILURES = (RuntimeError, OSError, ValueError, UnboundLocalError, geometry.GEOSError)
"""What pyogrio, GDAL, pyproj, pyarrow, geopandas and shapely raise on files that are not what they should be."""

_SCRATCH = "footfall-places-"
_SCRATCH_PATH = re.compile(rf"/\S*{_SCRATCH}[^/]+/")
_GDAL_ADVICE = re.compile(r"; It might help.*", re.DOTALL)
_UNCLOSED = "Non closed ring detected"
_NO_NEWS = "as JSON; leaving as string"


def read(settings: PlaceSettings) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """Read all features of a file with their attributes.

    Returns:
        The features, indexed by their number in the file from 1, and what the libraries that read them said.

    Raises:
        InputError: The file is missing, empty or not what its name says; it has several layers and none is named, or
            not the one that is.
    """
    path = Path(settings.path)
    _refuse_nothing(path)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            parquet = path.suffix.lower() in PARQUET
            found = _from_parquet(path, settings) if parquet else _through_gdal(path, settings)
        except _FAILURES as failure:
            raise _unreadable(path, failure) from failure
    if len(found) == 0:
        raise InputError(
            "The file of places holds no feature",
            where=f"places.path: {path}",
            fix="Name a file with at least one place.",
        )
    return found.set_index(np.arange(1, len(found) + 1)), _news(str(each.message) for each in said)


def files(path: Path) -> tuple[InputFile, ...]:
    """The file and, for a shapefile, the files beside it."""
    beside = place_shapefiles.beside(path).values() if path.suffix.lower() == ".shp" else ()
    return tuple(InputFile(str(part), part.stat().st_size) for part in (path, *sorted(beside)))


def _refuse_nothing(path: Path) -> None:
    """Raise InputError where there is no file, or nothing in it."""
    where = f"places.path: {path}"
    if path.is_dir():
        inside = sorted(part.name for part in path.iterdir() if part.suffix.lower() in ENDINGS)
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


def _from_parquet(path: Path, settings: PlaceSettings) -> geopandas.GeoDataFrame:
    where = f"places.path: {path}"
    if settings.layer is not None:
        raise InputError(
            "GeoParquet has no layers", where=f"{where}, places.layer", fix="Take out places.layer."
        )
    if b"geo" not in (pyarrow.parquet.read_schema(path).metadata or {}):
        what = "The Parquet file says nothing about geometries, so it is not GeoParquet"
        raise InputError(what, where=where, fix="Write it as GeoParquet, with the metadata `geo`.")
    try:
        features = geopandas.read_parquet(path)
    # geopandas looks into these metadata without checking all of them first
    except (KeyError, TypeError) as failure:
        what = f"What the Parquet file says about geometries is not GeoParquet: {failure}"
        raise InputError(what, where=where, fix="Write the file again.") from failure
    named = [name for name in features.index.names if name is not None]
    return features.reset_index(named) if named else features


def _through_gdal(path: Path, settings: PlaceSettings) -> Any:
    with _for_gdal(path) as source:
        if source.suffix.lower() in JSON:
            geojson_lines.refuse_broken_lines(source, path)
        layer = _layer(source, settings.layer, path)
        fid = pyogrio.read_info(source, layer=layer)["fid_column"]
        # Rings that are not closed: GDAL accepts them with a warning, GEOS does not unless it may close them.
        broken = "fix" if settings.invalid == "repair" else "raise"
        wanted = fid and fid == settings.columns.place_id
        features = pyogrio.read_dataframe(source, layer=layer, on_invalid=broken, fid_as_index=bool(wanted))
        return features.reset_index(names=fid) if wanted else features


@contextmanager
def _for_gdal(path: Path) -> Iterator[Path]:
    """The path as GDAL finds all parts of it: a zip unpacked, a shapefile's parts under their usual names."""
    ending = path.suffix.lower()
    if ending not in (".shp", ".zip"):
        yield path
        return
    with TemporaryDirectory(prefix=_SCRATCH) as unpacked, TemporaryDirectory(prefix=_SCRATCH) as links:
        file = path if ending == ".shp" else place_archives.unpack(path, Path(unpacked))
        yield place_shapefiles.linked(file, Path(links), path) if file.suffix.lower() == ".shp" else file


def _layer(source: Path, named: str | None, path: Path) -> str:
    """The name of the layer to read; tables without a geometry do not count as layers."""
    layers = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
    where = f"places.path: {path}"
    if not layers:
        raise InputError(
            "The file holds no geometries", where=where, fix="Name a file with polygons, as a shapefile."
        )
    if named is not None and named not in layers:
        what = f"There is no layer {named!r}; there are: {', '.join(layers)}"
        raise InputError(what, where=f"{where}, places.layer: {named}", fix="Correct places.layer.")
    if named is None and len(layers) > 1:
        what = f"The file has several layers: {', '.join(layers)}"
        raise InputError(what, where=where, fix="Name one by places.layer.")
    return named or layers[0]


def _news(said: Iterator[str]) -> list[str]:
    """What libraries warned about, each once, as sentences for the report."""
    sentences = (
        "Rings that were not closed were closed." if _UNCLOSED in each else f"The file's reader says: {each}"
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
