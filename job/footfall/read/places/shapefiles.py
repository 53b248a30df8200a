"""The files that make up one shapefile: found in any case, checked to be whole, linked under their usual names."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from footfall import plurals
from footfall.errors import InputError

NEEDED = (".dbf", ".shx")
SIDECARS = (*NEEDED, ".prj", ".cpg")

_MAGIC = struct.pack(">i", 9994)
_HEADER = 100
_RECORD = struct.Struct(">ii")
"""The number of a shape, and its length in words."""


def beside(shapefile: Path) -> dict[str, Path]:
    """The files that belong to a shapefile, by their ending in lower case, whatever case they are written in."""
    stem = shapefile.stem
    parts = [p for p in shapefile.parent.iterdir() if p.stem.lower() == stem.lower() and p.is_file()]
    # Where two differ in case alone, the one written as the .shp is comes last and stays.
    parts.sort(key=lambda part: (part.stem == stem, part.name))
    return {part.suffix.lower(): part for part in parts if part.suffix.lower() in SIDECARS}


def linked(shapefile: Path, folder: Path, named: Path) -> Path:
    """Link the shapes of a shapefile into a folder, with endings in lower case, as GDAL looks for them.

    The table stays away: GDAL passes over the shapes of rows that it marks as deleted, and guesses its encoding. So
    does the .prj: of one that is damaged GDAL makes an error or nothing.

    Args:
        shapefile: The .shp file.
        folder: An empty folder.
        named: The file as the settings name it, for errors: the .shp itself, or the zip it came from.

    Raises:
        InputError: A part is missing, is something else, or is not whole.
    """
    parts = {".shp": shapefile, **beside(shapefile)}
    missing = [ending for ending in NEEDED if ending not in parts]
    with shapefile.open("rb") as shapes:
        magic = shapes.read(len(_MAGIC))
    if magic != _MAGIC:
        raise _broken(named, f"{shapefile.name} is not a shapefile")
    if missing:
        raise _broken(named, f"The shapefile has no {' and no '.join(missing)} file beside it")
    _refuse_incomplete(parts, named)
    for ending in (".shp", ".shx"):
        (folder / f"{shapefile.stem}{ending}").symlink_to(parts[ending].absolute())
    return folder / f"{shapefile.stem}.shp"


def shapes_listed(index: Path, named: Path) -> int:
    """How many shapes a whole index (.shx) lists.

    Raises:
        InputError: It is no index.
    """
    return len(_index(index, named))


def _refuse_incomplete(parts: dict[str, Path], named: Path) -> None:
    """Raise InputError if bytes are missing, which GDAL would take for shapes or columns that are not there."""
    shapefile = parts[".shp"]
    shapes = _index(parts[".shx"], named)
    size = shapefile.stat().st_size
    ends = 2 * shapes.sum(axis=1) + 8
    if size < _HEADER or (ends > size).any():
        raise _broken(named, f"{shapefile.name} is cut off after {size} bytes")
    if _more(shapefile, int(ends.max(initial=_HEADER)), len(shapes)):
        what = f"{shapefile.name} holds more shapes than the {len(shapes)} that {parts['.shx'].name} lists"
        raise _broken(named, what)
    rows = _rows(parts[".dbf"], named)
    if rows != len(shapes):
        raise _broken(
            named,
            f"{parts['.dbf'].name} has {plurals.counted(rows, 'row')}, "
            f"but {parts['.shx'].name} lists {plurals.counted(len(shapes), 'shape')}",
        )


def _more(shapefile: Path, end: int, listed: int) -> bool:
    """Whether another shape, with the next number, follows the last one of the index."""
    with shapefile.open("rb") as shapes:
        shapes.seek(end)
        head = shapes.read(_RECORD.size)
    if len(head) < _RECORD.size:
        return False
    number, words = _RECORD.unpack(head)
    return bool(number == listed + 1 and end + 8 + 2 * words <= shapefile.stat().st_size)


def _index(path: Path, named: Path) -> npt.NDArray[np.int64]:
    """The offset and the length of each shape, in words of two bytes."""
    content = path.read_bytes()
    if content[:4] != _MAGIC or len(content) < _HEADER or len(content) % 8 != _HEADER % 8:
        raise _broken(named, f"{path.name} is not a whole index of a shapefile")
    return np.frombuffer(content, ">i4", offset=_HEADER).reshape(-1, 2).astype(np.int64)


def _rows(path: Path, named: Path) -> int:
    """The number of rows of a dBASE table."""
    with path.open("rb") as table:
        header = table.read(32)
    size = path.stat().st_size
    if len(header) < 32:
        raise _broken(named, f"{path.name} is cut off after {size} bytes")
    rows, head, row = struct.unpack("<IHH", header[4:12])
    if size < head + rows * row:
        raise _broken(named, f"{path.name} is cut off after {size} of {head + rows * row} bytes")
    return int(rows)


def _broken(named: Path, what: str) -> InputError:
    return InputError(
        what,
        where=f"places.path: {named}",
        fix="Copy all files of the shapefile again: .shp, .dbf, .shx and .prj.",
    )
