"""Counts the features of a FlatGeobuf file by their lengths in it, to notice if GDAL skips any."""

import mmap
import struct
from pathlib import Path

from footfall.plurals import counted

MAGIC = b"fgb\x03fgb"
_BEGIN = 8
_FEATURES_COUNT, _INDEX_NODE_SIZE = 8, 9
"""Where the table of a header keeps both."""

_NODE = 40
"""Bytes of a node of the index."""

_DEFAULT_NODE_SIZE = 16


def count(path: Path) -> int:
    """The number of features in a file.

    Raises:
        ValueError: The file is cut off, or its header says another number.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            said, at = _header(content)
            found, size = 0, len(content)
            while at < size:
                (length,) = struct.unpack_from("<I", content, at)
                at += 4 + length
                if at > size:
                    raise ValueError(f"it is cut off within feature {found + 1}")
                found += 1
        except struct.error as failure:
            raise ValueError("it is cut off") from failure
    if said not in (0, found):
        raise ValueError(f"its header says {counted(said, 'feature')}, and {found} are there")
    return found


def _header(content: mmap.mmap) -> tuple[int, int]:
    """The number of features that the header says, 0 if it says none, and where they begin."""
    (length,) = struct.unpack_from("<I", content, _BEGIN)
    start = _BEGIN + 4
    (root,) = struct.unpack_from("<I", content, start)
    table = start + root
    fields = table - struct.unpack_from("<i", content, table)[0]
    if not start <= fields < start + length or not start <= table < start + length:
        raise ValueError("its header is damaged")
    (size,) = struct.unpack_from("<H", content, fields)

    def field(number: int, form: str, default: int) -> int:
        if 4 + 2 * number + 2 > size:
            return default
        (offset,) = struct.unpack_from("<H", content, fields + 4 + 2 * number)
        return int(struct.unpack_from(form, content, table + offset)[0]) if offset else default

    said, node = field(_FEATURES_COUNT, "<Q", 0), field(_INDEX_NODE_SIZE, "<H", _DEFAULT_NODE_SIZE)
    return said, start + length + _index_bytes(said, node)


def _index_bytes(features: int, node: int) -> int:
    """How long the index between header and features is; there is none if the number of features is not known."""
    if node < 2 or features == 0:
        return 0
    level = -(-features // node)
    nodes = features + level
    while level > 1:
        level = -(-level // node)
        nodes += level
    return nodes * _NODE
