"""Files of places that are damaged at random, nested without end, or of a million vertices."""

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.errors import InputError
from footfall.locate import build
from footfall.read.places import read_places
from footfall.report.outlines import place_shapes
from footfall.settings import PlaceSettings

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
PLACES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"place_id": name}, "geometry": SQUARE} for name in "ab"
        ],
    }
).encode()
ROUNDS = 60
"""So many damaged files of each kind; each takes milliseconds."""


def read(path: Path) -> tuple[Any, ...]:
    """The places of a file, all of which GEOS calls valid; none where it is refused in three lines."""
    try:
        places = read_places(PlaceSettings.model_validate({"path": str(path)})).places
    except InputError as error:
        lines = str(error).split("\n")
        if len(lines) != 3:
            raise
        return ()
    assert all(shapely.is_valid(shapely.from_wkb(place.wkb)) for place in places)
    return tuple(places)


def damaged(content: bytes, drawn: random.Random) -> bytes:
    """A file with some bytes changed, taken out or put in, or with its end cut off."""
    bytes_ = bytearray(content)
    for _ in range(drawn.choice([1, 1, 2, 5, 20])):
        at = drawn.randrange(len(bytes_) or 1)
        match drawn.randrange(4):
            case 0:
                bytes_[at : at + 1] = drawn.randbytes(1)
            case 1:
                del bytes_[at : at + drawn.randrange(1, 9)]
            case 2:
                bytes_[at:at] = drawn.randbytes(drawn.randrange(1, 9))
            case _ if drawn.random() < 0.2:
                del bytes_[at + 1 :]
    return bytes(bytes_)


def test_damaged_geojson_is_read_or_refused(tmp_path: Path) -> None:
    """Nothing else comes out of it: no other error, no invalid polygon."""
    drawn, path = random.Random(1), tmp_path / "places.geojson"  # noqa: S311
    for _ in range(ROUNDS):
        path.write_bytes(damaged(PLACES, drawn))
        read(path)


@pytest.mark.parametrize("ending", ["shp", "shx", "dbf", "prj", "cpg"])
def test_a_shapefile_with_a_damaged_part_is_read_or_refused(tmp_path: Path, ending: str) -> None:
    """Each of its files in turn; zipped, as they travel."""
    import geopandas

    ring = shapely.box(0, 0, 1, 1)
    table = geopandas.GeoDataFrame({"place_id": ["a", "b"]}, geometry=[ring, ring], crs="EPSG:4326")
    table.to_file(tmp_path / "places.shp", engine="pyogrio", encoding="UTF-8")
    whole = {part.name: part.read_bytes() for part in tmp_path.iterdir()}
    drawn = random.Random(ending)  # noqa: S311
    for _ in range(ROUNDS // 2):
        with zipfile.ZipFile(tmp_path / "places.zip", "w") as packed:
            for name, content in whole.items():
                packed.writestr(name, damaged(content, drawn) if name.endswith(ending) else content)
        read(tmp_path / "places.zip")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(width=32) | st.text(max_size=5) | st.integers(-200, 200),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "properties", "coordinates", "place_id", "crs"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(geometry=JSON, properties=JSON)
def test_a_feature_of_anything_is_read_or_refused(tmp_path: Path, geometry: Any, properties: Any) -> None:
    """JSON that is sound, and GeoJSON that is not."""
    path = tmp_path / "places.geojson"
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    read(path)


@pytest.mark.parametrize("depth", [100, 100_000])
def test_brackets_without_end_are_refused(tmp_path: Path, depth: int) -> None:
    """Nothing recurses until the stack ends."""
    path = tmp_path / "places.geojson"
    path.write_text('{"type": "FeatureCollection", "features": ' + "[" * depth + "]" * depth + "}")
    assert read(path) == ()
    path.write_text('{"type": "Feature"}\n' + "[" * depth + "\n")
    assert read(path) == ()


def test_a_polygon_of_a_million_vertices_is_a_place_like_others(tmp_path: Path) -> None:
    """It is read, indexed, and drawn by few points."""
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    radius = 0.5 + 0.001 * np.cos(1000 * angle)
    ring = shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    path = tmp_path / "round.geojson"
    feature = {"type": "Feature", "properties": {"place_id": "round"}, "geometry": ring.__geo_interface__}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (place,) = read(path)
    assert build([place]).bytes < 2 * 2**30
    assert len(json.dumps(place_shapes([place], ["round"]))) < 2**20
