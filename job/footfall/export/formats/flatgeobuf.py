"""FlatGeobuf with an index, written by GDAL: WGS84, all shapes multipolygons."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import write_arrow

from footfall import geometry
from footfall.errors import InputError
from footfall.export.formats.flat import flat, flat_schema
from footfall.export.rows import Rows
from footfall.geometry.exchange import as_multipolygons
from footfall.plurals import shortened

_GEOMETRY = pa.field("geometry", pa.binary())


def write(rows: Rows, file: Path) -> None:
    """Write rows to a file; lists are columns as of `flat`, days are midnights, since the format has no dates.

    Raises:
        InputError: The shape of a place is not known; the index of the file needs one for each row.
    """
    unknown = rows.places.unknown(rows.place_ids)
    if unknown:
        raise InputError(
            f"The shapes of {len(unknown)} published places are not known: {shortened(unknown)}",
            where=f"places.path: {rows.places.source}",
            fix="Name a file with all of them by --places, or write GeoJSON or GeoParquet, which take such rows.",
        )
    schema = flat_schema(rows.schema).append(_GEOMETRY)
    try:
        write_arrow(
            pa.RecordBatchReader.from_batches(schema, _batches(rows, schema)),
            str(file),
            layer="footfall",
            driver="FlatGeobuf",
            geometry_name=_GEOMETRY.name,
            geometry_type="MultiPolygon",
            crs="EPSG:4326",
        )
    except (DataSourceError, DataLayerError) as failure:
        raise OSError(f"GDAL says: {failure}") from failure


def _batches(rows: Rows, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    wkb = pa.array(geometry.to_wkb(as_multipolygons(rows.places.shapes)), pa.binary())
    for table in rows.tables:
        at = rows.places.positions(table["place_id"])
        yield from flat(table).append_column(_GEOMETRY, wkb.take(at)).cast(schema).to_batches()
