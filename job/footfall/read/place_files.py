"""Opens files of places, whatever they are, and says what is wrong with those that are something else."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import geopandas
import pyogrio
from pyogrio.errors import DataSourceError

from footfall.errors import InputError
from footfall.schema import InputFile

SIDECARS = (".dbf", ".shx", ".prj", ".cpg")
MOST_UNPACKED = 4 * 2**30
"""Bytes that a zipped shapefile may unpack to."""


def read(path: Path, layer: str | None) -> geopandas.GeoDataFrame:
    """Read all features of a file with their attributes.

    Raises:
        InputError: The file is missing, empty or not what its name says, or it has several layers and none is named.
    """
    if not path.exists():
        near = ", ".join(sorted(p.name for p in path.parent.glob("*") if p.suffix == path.suffix)[:3])
        hint = f" Near it are: {near}." if near else ""
        raise InputError(
            "The file of places does not exist", where=f"places.path: {path}", fix=f"Correct the path.{hint}"
        )
    if path.is_file() and path.stat().st_size == 0:
        raise InputError("The file of places is empty", where=f"places.path: {path}", fix="Write it again.")
    try:
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            return geopandas.read_parquet(path)
        with _for_gdal(path) as source:
            return geopandas.read_file(source, layer=_layer(source, layer, path), engine="pyogrio")
    except InputError:
        raise
    except (DataSourceError, OSError, ValueError, zipfile.BadZipFile, RuntimeError) as failure:
        reason = (str(failure).splitlines() or [type(failure).__name__])[0]
        raise InputError(
            f"The file of places cannot be read: {reason}",
            where=f"places.path: {path}",
            fix="Give a shapefile (.shp beside .dbf and .shx, or zipped), GeoJSON, GeoPackage or GeoParquet.",
        ) from failure


def files(path: Path) -> tuple[InputFile, ...]:
    """The file and, for a shapefile, the files beside it."""
    beside = _beside(path).values() if path.suffix.lower() == ".shp" else ()
    return tuple(InputFile(str(p), p.stat().st_size) for p in (path, *sorted(beside)))


@contextmanager
def _for_gdal(path: Path) -> Iterator[Path]:
    """The path as GDAL finds all parts of it; a shapefile's parts get their usual names in a folder of their own."""
    if path.suffix.lower() not in (".shp", ".zip"):
        yield path
        return
    with TemporaryDirectory(prefix="footfall-places-") as folder:
        shapefile = path if path.suffix.lower() == ".shp" else _unpacked(path, Path(folder) / "zip")
        yield _renamed(shapefile, Path(folder)) if shapefile.suffix.lower() == ".shp" else shapefile


def _renamed(shapefile: Path, folder: Path) -> Path:
    beside = _beside(shapefile)
    missing = [ending for ending in (".dbf", ".shx") if ending not in beside]
    if missing:
        raise InputError(
            f"The shapefile has no {' and no '.join(missing)} file beside it",
            where=f"places.path: {shapefile}",
            fix="Copy all files of the shapefile: .shp, .dbf, .shx and .prj.",
        )
    for ending, part in {".shp": shapefile, **beside}.items():
        (folder / f"places{ending}").symlink_to(part.absolute())
    return folder / "places.shp"


def _beside(shapefile: Path) -> dict[str, Path]:
    """The files that belong to a shapefile, by their ending in lower case, whatever case they are written in."""
    stem = shapefile.name[: -len(shapefile.suffix)].lower()
    parts = [
        p for p in sorted(shapefile.parent.iterdir()) if p.name[: -len(p.suffix) or None].lower() == stem
    ]
    return {p.suffix.lower(): p for p in parts if p.suffix.lower() in SIDECARS}


def _unpacked(archive: Path, folder: Path) -> Path:
    """Unpack the parts of the one shapefile, or of the one other file, in a zip."""
    with zipfile.ZipFile(archive) as packed:
        members = [m for m in packed.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        outside = [m.filename for m in members if ".." in PurePosixPath(m.filename.replace("\\", "/")).parts]
        if outside or any(m.filename.startswith(("/", "\\")) for m in members):
            raise _bad_zip(
                archive, "names files outside of itself", "Zip the files again from inside their folder."
            )
        if sum(m.file_size for m in members) > MOST_UNPACKED:
            raise _bad_zip(archive, "unpacks to more than 4 GiB", "Unpack it yourself and name the file.")
        packed.extractall(folder, members)
    for ending in (".shp", ".gpkg", ".geojson", ".json"):
        found = sorted(p for p in folder.rglob("*") if p.suffix.lower() == ending)
        if len(found) > 1:
            names = ", ".join(p.name for p in found)
            raise _bad_zip(archive, f"holds several files of places: {names}", "Zip one of them.")
        if found:
            return found[0]
    raise _bad_zip(archive, "holds no shapefile, GeoPackage or GeoJSON", "Zip the files of one shapefile.")


def _bad_zip(archive: Path, what: str, fix: str) -> InputError:
    return InputError(f"The zip file {what}", where=f"places.path: {archive}", fix=fix)


def _layer(source: Path, named: str | None, path: Path) -> str | None:
    layers = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
    if named is not None and named not in layers:
        raise InputError(
            f"There is no layer {named!r}; there are: {', '.join(layers)}",
            where=f"places.path: {path}",
            fix="Correct places.layer.",
        )
    if named is None and len(layers) > 1:
        raise InputError(
            f"The file has several layers: {', '.join(layers)}",
            where=f"places.path: {path}",
            fix="Name one by places.layer.",
        )
    return named or (layers[0] if layers else None)
