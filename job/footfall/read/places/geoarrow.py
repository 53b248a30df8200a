"""Reads shapes from lists of coordinates: the native encodings of GeoArrow, which GeoParquet uses as well."""

import struct

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall import geometry

LISTS = {
    "point": 0,
    "linestring": 1,
    "multipoint": 1,
    "polygon": 2,
    "multilinestring": 2,
    "multipolygon": 3,
}
"""The encodings, and in how many lists a coordinate lies in each."""

LINES = ("linestring", "multilinestring")
"""Those of no place."""

Offsets = tuple[geometry.Ints, ...]

_POLYGON, _MULTIPOLYGON = 3, 6


def read(column: pa.ChunkedArray, encoding: str) -> geometry.ReadShapes:
    """The shapes of a column, x and y with every bit; null stays None.

    Args:
        column: Points as structs of x and y, or as lists of two numbers or more, in as many lists as LISTS says.
        encoding: One of LISTS, but for LINES.

    Raises:
        ValueError: The values are of another type, or a part of a shape is null.
    """
    every = pa.concat_arrays(column.chunks) if column.num_chunks else column.combine_chunks()
    found = np.full(len(every), None, dtype=object)
    mended = np.zeros(len(every), bool)
    known = np.flatnonzero(~every.is_null().to_numpy(zero_copy_only=False))
    inner, offsets = every.drop_null(), []
    for _ in range(LISTS[encoding]):
        if not _is_list(inner.type):
            raise ValueError(f"its geometries are {column.type}, not {encoding}s")
        starts = np.cumsum(pc.list_value_length(inner).to_numpy(zero_copy_only=False))
        offsets.append(np.concatenate([[0], starts]).astype(np.int64))
        inner = inner.flatten()
        if inner.null_count:
            raise ValueError("a part of a geometry is null")
    coordinates = _coordinates(inner)
    if LISTS[encoding] > 1 and not _are_closed(coordinates, offsets[-1]):
        these = geometry.from_wkb(_binaries(encoding, coordinates, tuple(offsets)))
        found[known], mended[known] = these.shapes, these.mended
    else:
        found[known] = geometry.from_ragged(encoding, coordinates, tuple(reversed(offsets)))
    return geometry.ReadShapes(found, mended, {})


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _are_closed(coordinates: geometry.Floats, starts: geometry.Ints) -> bool:
    """Whether all rings are closed and have four points at least; GEOS closes others by itself, and says nothing."""
    if (np.diff(starts) < 4).any():
        return False
    return bool((coordinates[starts[:-1]] == coordinates[starts[1:] - 1]).all())


def _coordinates(points: pa.Array) -> geometry.Floats:
    """(n, 2): x and y of points, which are structs of numbers or lists of them."""
    if pa.types.is_struct(points.type) and {"x", "y"} <= {field.name for field in points.type}:
        axes = dict(zip((field.name for field in points.type), points.flatten(), strict=True))
        return np.column_stack([axes[axis].to_numpy(zero_copy_only=False) for axis in ("x", "y")])
    if not pa.types.is_fixed_size_list(points.type):
        raise ValueError(f"its coordinates are {points.type}, not x and y")
    numbers = points.flatten().to_numpy(zero_copy_only=False)
    both: geometry.Floats = numbers.reshape(len(points), -1)[:, :2]
    return both


def _binaries(encoding: str, coordinates: geometry.Floats, offsets: Offsets) -> list[bytes]:
    """The shapes as well-known binary, of which rings can be mended; of points there are none to mend."""
    polygons = [
        struct.pack("<bII", 1, _POLYGON, last - first)
        + b"".join(_ring(coordinates[slice(*offsets[-1][ring : ring + 2])]) for ring in range(first, last))
        for first, last in np.column_stack([offsets[-2][:-1], offsets[-2][1:]]).tolist()
    ]
    if encoding == "polygon":
        return polygons
    return [
        struct.pack("<bII", 1, _MULTIPOLYGON, last - first) + b"".join(polygons[first:last])
        for first, last in np.column_stack([offsets[0][:-1], offsets[0][1:]]).tolist()
    ]


def _ring(points: geometry.Floats) -> bytes:
    return struct.pack("<I", len(points)) + np.ascontiguousarray(points, "<f8").tobytes()
