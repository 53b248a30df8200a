"""Places from any store: those that are not on this machine are fetched first, because GDAL reads local files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from footfall.engines.spark.files import (
    fetch,
    file_system,
    hadoop_path,
    has_scheme,
    store_failures,
    version_of,
)
from footfall.errors import FootfallError, InputError
from footfall.read.places import PlaceInput, read_places
from footfall.read.places.shapefiles import SIDECARS
from footfall.schema import InputFile
from footfall.settings import PlaceSettings


def read_places_anywhere(spark: SparkSession, settings: PlaceSettings, scratch: Path) -> PlaceInput:
    """Read the places of a file of this machine or of any store, as `read_places` does.

    Args:
        spark: Knows the stores.
        settings: Where the places are.
        scratch: A folder for what is fetched.
    """
    if not has_scheme(settings.path):
        return read_places(settings)
    folder = scratch / "places"
    folder.mkdir()
    with store_failures(InputError, "The places cannot be read", f"places.path: {settings.path}"):
        fetched, files = _fetch(spark, settings.path, folder)
    with _named_as_before(str(folder), settings.path.rpartition("/")[0]):
        places = read_places(settings.model_copy(update={"path": str(fetched)}))
    return replace(places, files=files)


def _fetch(spark: SparkSession, path: str, folder: Path) -> tuple[Path, tuple[InputFile, ...]]:
    """Fetch the file and, of a shapefile, the files beside it."""
    target = hadoop_path(spark, path)
    system = file_system(spark, target)
    if not system.exists(target):
        fix = "Correct the path." + _near(system, target)
        raise InputError("The file of places does not exist", where=f"places.path: {path}", fix=fix)
    status = system.getFileStatus(target)
    if status.isDirectory():
        raise InputError("The path of places is a folder", where=f"places.path: {path}", fix="Name one file.")
    found = [status, *(each for each in _siblings(system, target) if _belongs(each, Path(path)))]
    local = [fetch(spark, each.getPath(), folder) for each in found]
    files = (InputFile(str(each.getPath()), each.getLen(), version_of(spark, each)) for each in found)
    return local[0], tuple(files)


def _siblings(system: Any, target: Any) -> list[Any]:
    return sorted(system.listStatus(target.getParent()), key=lambda status: str(status.getPath()))


def _belongs(status: Any, shapefile: Path) -> bool:
    """Whether it is a part of the shapefile beside the .shp, in whatever case it is written."""
    name = Path(str(status.getPath().getName()))
    return (
        shapefile.suffix.lower() == ".shp"
        and name.stem.lower() == shapefile.stem.lower()
        and name.suffix.lower() in SIDECARS
    )


def _near(system: Any, target: Any) -> str:
    parent = target.getParent()
    if parent is None or not system.exists(parent):
        return ""
    names = [str(status.getPath().getName()) for status in _siblings(system, target)]
    return f" Near it are: {', '.join(names[:5])}." if names else ""


@contextmanager
def _named_as_before(folder: str, address: str) -> Iterator[None]:
    """Errors name the place that the settings name, not the folder that the file was fetched to."""
    try:
        yield
    except FootfallError as error:
        what, where, fix = (text.replace(folder, address) for text in (error.what, error.where, error.fix))
        raise type(error)(what, where=where, fix=fix) from error
