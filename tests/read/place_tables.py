"""Small tables of places, and files of them in every format."""

import warnings
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from footfall.errors import FootfallError, InputError
from footfall.read.places import PlaceInput, read_places
from footfall.settings import PlaceSettings

SQUARE = shapely.from_wkt("POLYGON ((0 0, 0.1 1, 1 1, 1 0, 0 0))")
NEXT = shapely.from_wkt("POLYGON ((1 0, 1 1, 2 1, 2 0, 1 0))")
FAR = shapely.from_wkt("POLYGON ((5 5, 5 6, 6 6, 6 5, 5 5))")
RING = shapely.from_wkt("POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1))")
PAIR = shapely.MultiPolygon([SQUARE, FAR])
BOWTIE = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
FLAT = shapely.from_wkt("POLYGON ((0 0, 1 1, 2 2, 0 0))")


def table(*shapes: Any, crs: str | None = "EPSG:4326", **columns: list[Any]) -> geopandas.GeoDataFrame:
    """Places with ids from p1 on, unless ids are given."""
    ids = {"place_id": [f"p{number + 1}" for number in range(len(shapes))]}
    return geopandas.GeoDataFrame({**ids, **columns}, geometry=list(shapes), crs=crs)


def written(path: Path, places: geopandas.GeoDataFrame, **options: Any) -> Path:
    """Write places in the format of the path's name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a file without a reference system is not useful
        if path.suffix == ".parquet":
            places.to_parquet(path)
        else:
            places.to_file(path, engine="pyogrio", **options)
    return path


def shapefile(folder: Path, **options: Any) -> Path:
    """Write a shapefile of two places with names beyond ASCII."""
    return written(folder / "shops.shp", table(SQUARE, FAR, name=["Café Ñandú", "x"]), **options)


def read(path: Path, **settings: Any) -> PlaceInput:
    """Read places with the settings given."""
    return read_places(PlaceSettings.model_validate({"path": str(path), **settings}))


def refusal(path: Path, kind: type[FootfallError] = InputError, **settings: Any) -> FootfallError:
    """The error that reading gives: it says where and what to do, in words that people know."""
    with pytest.raises(kind) as caught:
        read(path, **settings)
    error = caught.value
    assert kind is not InputError or str(path) in error.where
    assert error.fix
    assert len(str(error).splitlines()) == 3
    assert not any(
        inside in str(error) for inside in ("footfall-places", "Traceback", ".py", "pandas", "DRIVER")
    )
    return error


def ids(places: PlaceInput) -> list[str]:
    """The ids, in their order."""
    return [place.place_id for place in places.places]


def named(places: PlaceInput) -> list[tuple[str, str | None]]:
    """The ids with their names."""
    return [(place.place_id, place.name) for place in places.places]


def shape(places: PlaceInput, number: int = 0) -> shapely.Geometry:
    """The polygon of one place."""
    return shapely.from_wkb(places.places[number].wkb)
