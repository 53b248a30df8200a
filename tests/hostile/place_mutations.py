"""Files of places in every format, and ways to damage them: the same damage for the same number."""

import bz2
import gzip
import json
import lzma
import random
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from footfall.errors import FootfallError
from footfall.read.places import read_places
from footfall.settings import PlaceSettings

SHAPES = [shapely.box(x, 0, x + 1, 1) - shapely.box(x + 0.2, 0.2, x + 0.4, 0.4) for x in (0, 2, 4)]
TOKENS = (
    *(b"", b"\x00", b"\xff", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80", b"\x01\x00\x00\x00"),
    *(b"\n", b"\r", b"  ", b"\x1e", b"\xe9", b"\xef\xbb\xbf", b"[" * 3000, b"9" * 400),
    *b'" , { } [ ] < > </ &#0; &x; <a> (( )) null true NaN 1e999 -1 0 180.1 POLYGON EMPTY SRID='.split(),
    *b'"type" "crs" "features" "Feature" "geometry"'.split(),
)


@dataclass(frozen=True)
class Whole:
    """A file of places that can be read: of its parts one is damaged at a time."""

    path: Path
    parts: tuple[Path, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


def whole_files(folder: Path) -> list[Whole]:
    """Write a small file of every format, and of every way of packing one."""
    places = geopandas.GeoDataFrame(
        {"place_id": ["007", "1.10", "x"], "name": ["Ñ", "a b", None], "n": [1, 2, 3]},
        geometry=SHAPES,
        crs=4326,
    )
    points = places.set_geometry([each.centroid for each in SHAPES])
    columns = {"columns": {"name": "name"}}
    found = []
    for name in ("a.geojson", "a.gpkg", "a.shp", "a.fgb", "a.gml", "a.kml"):
        pyogrio.write_dataframe(places, folder / name, driver="LIBKML" if name == "a.kml" else None)
    (folder / "a.xsd").unlink()
    pyogrio.write_dataframe(places.to_crs(32631), folder / "m.fgb")
    pyogrio.write_dataframe(points, folder / "p.geojson")
    lines = [json.dumps(each) for each in json.loads(places.to_json())["features"]]
    (folder / "a.geojsonl").write_text("\n".join(lines))
    places.to_parquet(folder / "a.parquet")
    places.to_parquet(folder / "n.parquet", geometry_encoding="geoarrow")
    for name in (
        "a.geojson",
        "a.gpkg",
        "a.fgb",
        "a.gml",
        "a.kml",
        "m.fgb",
        "a.geojsonl",
        "a.parquet",
        "n.parquet",
    ):
        found.append(Whole(folder / name, (folder / name,), columns))
    shapefile = tuple(folder / f"a{ending}" for ending in (".shp", ".dbf", ".shx", ".prj", ".cpg"))
    found.append(Whole(folder / "a.shp", shapefile, columns))
    found.append(Whole(folder / "p.geojson", (folder / "p.geojson",), {"radius": 100}))
    return [*found, *_tables(folder, places), *_json(folder), *_packed(folder, shapefile)]


def _tables(folder: Path, places: geopandas.GeoDataFrame) -> list[Whole]:
    wkt = [each.wkt for each in SHAPES]
    hexes = [each.wkb_hex for each in SHAPES]
    for name, values in (("w.csv", wkt), ("h.csv", hexes)):
        rows = "".join(
            f'{i},{n},"{v}"\n' for i, n, v in zip(places.place_id, places.name, values, strict=True)
        )
        (folder / name).write_text(f"place_id,name,shape\n{rows}")
    (folder / "p.csv").write_text("place_id;lat;lon;r\nx;1;2;30\ny;-89;179.99;\n")
    pq.write_table(pa.table({"place_id": [*places.place_id], "shape": wkt}), folder / "w.parquet")
    mapped = {"columns": {"geometry": "shape"}}
    points = {"columns": {"lat": "lat", "lon": "lon", "radius": "r"}, "radius": 50}
    settings = {"w.csv": mapped, "h.csv": mapped, "p.csv": points, "w.parquet": mapped}
    return [Whole(folder / name, (folder / name,), given) for name, given in settings.items()]


def _json(folder: Path) -> list[Whole]:
    rings = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
    esri = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326},
        "fields": [{"name": "place_id", "type": "esriFieldTypeString"}],
        "features": [{"attributes": {"place_id": n}, "geometry": {"rings": rings}} for n in "ab"],
    }
    one = {"type": "Polygon", "arcs": [[0]], "properties": {"place_id": "a"}}
    topology = {
        "type": "Topology",
        "arcs": rings,
        "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
        "objects": {"x": {"type": "GeometryCollection", "geometries": [one]}},
    }
    for name, content in (("e.json", esri), ("t.topojson", topology)):
        (folder / name).write_text(json.dumps(content))
    crs = {"crs": "EPSG:4326"}
    return [
        Whole(folder / "e.json", (folder / "e.json",)),
        Whole(folder / "t.topojson", (folder / "t.topojson",), crs),
    ]


def _packed(folder: Path, shapefile: tuple[Path, ...]) -> list[Whole]:
    content = (folder / "a.geojson").read_bytes()
    packs = {
        "gz": gzip.compress(content, mtime=0),
        "bz2": bz2.compress(content),
        "xz": lzma.compress(content),
    }
    packs["zst"] = pa.compress(content, "zstd", asbytes=True)
    for ending, packed in packs.items():
        (folder / f"a.geojson.{ending}").write_bytes(packed)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in shapefile:
            archive.write(part, part.name)
    names = [*(f"a.geojson.{ending}" for ending in packs), "a.zip"]
    return [Whole(folder / name, (folder / name,)) for name in names]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with some of its bytes changed, cut out, repeated or replaced, or its end cut off."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(content) + 1)
        size = chance.choice((1, 1, 2, 4, 8, 40))
        match chance.randrange(7):
            case 0:
                flipped = bytes(byte ^ (1 << chance.randrange(8)) for byte in content[at : at + 1])
                content = content[:at] + flipped + content[at + 1 :]
            case 1:
                content = content[:at] + chance.randbytes(size) + content[at + size :]
            case 2:
                content = content[:at]
            case 3:
                content = content[:at] + content[at + size :]
            case 4:
                start = chance.randrange(len(content) + 1)
                content = content[:at] + content[start : start + 10 * size] + content[at:]
            case 5:
                content = content[:at] + chance.choice(TOKENS) + content[at:]
            case 6:
                token = chance.choice(TOKENS)
                content = content[:at] + token + content[at + len(token) :]
    return content


def write_damaged(whole: Whole, folder: Path, number: int) -> Path:
    """Write a file's parts into a folder, one of them damaged, and give the path to read."""
    chance = random.Random(f"{whole.path.name} {number}")  # noqa: S311 - damage, not secrets
    chosen = chance.choice(whole.parts)
    for part in whole.parts:
        target = folder / part.name
        if part == chosen:
            target.write_bytes(damaged(part.read_bytes(), chance))
        else:
            shutil.copyfile(part, target)
    return folder / whole.path.name


def outcome(path: Path, settings: Mapping[str, Any]) -> str:
    """How reading ends: `read`, or the name of an error that a person can act on; any other error is raised."""
    try:
        read_places(PlaceSettings.model_validate({"path": str(path), **settings}))
    except FootfallError as error:
        return type(error).__name__
    return "read"
