"""Columns of Parquet that are shapes by their type."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from place_tables import SQUARE, ids, read


class ShapesByType(pa.ExtensionType):
    """As GeoArrow names its binaries; pyarrow writes it as Parquet's own type of shapes."""

    def __init__(self, said: bytes = b"{}") -> None:
        self.said = said
        super().__init__(pa.binary(), "geoarrow.wkb")

    def __arrow_ext_serialize__(self) -> bytes:
        return self.said

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: pa.DataType, said: bytes) -> "ShapesByType":
        return cls(said)


@pytest.mark.parametrize("crs", ["EPSG:32615", "srid:32615", None])
def test_a_column_of_parquets_own_type_of_shapes_needs_no_mapping(tmp_path: Path, crs: str | None) -> None:
    """Nor does one that GeoArrow names; the system that either states holds."""
    said = json.dumps({} if crs is None else {"crs": crs}).encode()
    place = shapely.box(500000, 1600000, 500100, 1600100) if crs else SQUARE
    by_name = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": said.decode()}
    plain = pa.array([place.wkb])
    kinds = {
        "own.parquet": (
            pa.field("g", ShapesByType(said)),
            pa.ExtensionArray.from_storage(ShapesByType(said), plain),
        ),
        "name.parquet": (pa.field("g", pa.binary(), metadata=by_name), plain),
    }
    pa.register_extension_type(ShapesByType())
    try:
        for name, (field, values) in kinds.items():
            schema = pa.schema([pa.field("place_id", pa.string()), field])
            pq.write_table(pa.table([pa.array(["x"]), values], schema=schema), tmp_path / name)
    finally:
        pa.unregister_extension_type("geoarrow.wkb")
    assert '"Geometry"' in pq.ParquetFile(tmp_path / "own.parquet").schema.column(1).logical_type.to_json()
    for name in kinds if crs != "srid:32615" else ["own.parquet"]:
        for columns in ({}, {"geometry": "g"}):
            found = read(tmp_path / name, columns=columns)
            assert ids(found) == ["x"]
            assert found.crs == ("WGS 84 / UTM zone 15N" if crs else "EPSG:4326")
