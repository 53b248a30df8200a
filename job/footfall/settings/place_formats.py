"""The formats of files of places: the one table from which settings, messages and documents are made."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlaceFormat:
    """A format that files of places may have.

    Args:
        name: What people call it.
        endings: How the names of its files end, in lower case; what a file holds decides, not its name.
        reader: Who reads it.
        features: What is one feature of it, and how the features of a file are counted.
        crs: The coordinate system of a file that states none.
        encoding: The encoding of its text.
        layers: Whether a file may hold several layers.
    """

    name: str
    endings: tuple[str, ...]
    reader: str
    features: str
    crs: str
    encoding: str
    layers: bool = False

    @property
    def takes_encoding(self) -> bool:
        """Whether `places.encoding` may say how its text is written."""
        return "places.encoding" in self.encoding


_UNKNOWN, _WGS84 = "unknown: `places.crs` says it", "WGS84, or `places.crs`"
_UTF8 = "UTF-8"

GEOJSON = PlaceFormat(
    "GeoJSON",
    (".geojson", ".json", ".geojsonl", ".geojsons", ".jsonl", ".ndjson"),
    "the job",
    "each feature of each collection, or of each line; whatever else stands among them refuses the file",
    _WGS84,
    "UTF-8, or `places.encoding`",
)
SHAPEFILE = PlaceFormat(
    "shapefile",
    (".shp",),
    "GDAL the shapes, the job the table",
    "each shape of the `.shx`, as many as the `.shp` and the `.dbf` hold; rows marked as deleted are noted",
    _UNKNOWN,
    "`places.encoding`, or what the `.cpg` or the `.dbf` states, or UTF-8 where it is that",
)
GEOPACKAGE = PlaceFormat(
    "GeoPackage",
    (".gpkg",),
    "the job, by SQLite",
    "each row of the layer's table, as SQLite counts them",
    _UNKNOWN,
    "UTF-8, or `places.encoding`",
    layers=True,
)
PARQUET = PlaceFormat(
    "GeoParquet",
    (".parquet", ".geoparquet", ".pq"),
    "Arrow",
    "each row, as the footer counts them; in WKB or GeoArrow's lists of coordinates; plain Parquet with"
    " `places.columns.geometry`, or `lat` and `lon`",
    _WGS84,
    _UTF8,
)
FLATGEOBUF = PlaceFormat(
    "FlatGeobuf",
    (".fgb",),
    "GDAL",
    "each feature that the lengths in the file lead to, as many as its header says",
    _UNKNOWN,
    _UTF8,
)
CSV = PlaceFormat(
    "CSV",
    (".csv", ".tsv", ".txt"),
    "the job",
    "each record behind the header; with `places.columns.geometry`, or `lat` and `lon`",
    _WGS84,
    "UTF-8, or `places.encoding`",
)
KML = PlaceFormat(
    "KML",
    (".kml", ".kmz"),
    "the job",
    "each Placemark, in whatever folder; overlays and links to other files are noted",
    "WGS84 always",
    "what the XML states",
)
GML = PlaceFormat(
    "GML",
    (".gml",),
    "GDAL",
    "each member of the collection; all values are text",
    _UNKNOWN,
    "what the XML states",
    layers=True,
)
ESRI_JSON = PlaceFormat(
    "JSON of ArcGIS",
    (".json",),
    "GDAL",
    "each member of its `features`",
    _UNKNOWN,
    _UTF8,
)
TOPOJSON = PlaceFormat(
    "TopoJSON",
    (".topojson", ".json"),
    "GDAL",
    "each geometry of each object, an object being a layer",
    _UNKNOWN,
    _UTF8,
    layers=True,
)

PLACE_FORMATS = (
    GEOJSON,
    SHAPEFILE,
    GEOPACKAGE,
    PARQUET,
    FLATGEOBUF,
    CSV,
    KML,
    GML,
    ESRI_JSON,
    TOPOJSON,
)
PACKED = (".zip", ".gz", ".bz2", ".zst", ".xz")
"""Endings of packed files: a zip of one file of places with its companions, or one packed file."""

ENDINGS = tuple(dict.fromkeys(ending for each in PLACE_FORMATS for ending in each.endings))
"""The endings of all formats, unpacked."""


def names() -> str:
    """All formats in one phrase, for messages."""
    every = [each.name for each in PLACE_FORMATS]
    return f"{', '.join(every[:-1])} or {every[-1]}"


def formats_table() -> str:
    """The table of the documents, as Markdown."""
    head = (
        "| format | endings | read by | its features | coordinates, where the file states no system | text |"
    )
    rows = (
        f"| {each.name} | {' '.join(f'`{ending}`' for ending in each.endings)} | {each.reader} | {each.features} |"
        f" {each.crs} | {each.encoding} |"
        for each in PLACE_FORMATS
    )
    return "\n".join([head, "| --- | --- | --- | --- | --- | --- |", *rows]) + "\n"
