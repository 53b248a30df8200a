"""Published counts as files for other programs: CSV, workbooks, GeoJSON, GeoParquet and FlatGeobuf."""

from footfall.export.formats import FORMATS, Format, format_of
from footfall.export.places import NO_PLACES, KnownPlaces, known_places
from footfall.export.published import Published, published_days, published_periods
from footfall.export.rows import Form, Rows, long_rows, wide_rows
from footfall.export.selection import Selection, Wanted, select
from footfall.export.writing import Target, write

__all__ = [
    "FORMATS",
    "NO_PLACES",
    "Form",
    "Format",
    "KnownPlaces",
    "Published",
    "Rows",
    "Selection",
    "Target",
    "Wanted",
    "format_of",
    "known_places",
    "long_rows",
    "published_days",
    "published_periods",
    "select",
    "wide_rows",
    "write",
]
