"""The formats of exports: the one table from which flags, messages and the choice by a file's name are made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from footfall.errors import SettingsError
from footfall.export.rows import Rows
from footfall.suggestions import nearest

Write = Callable[[Rows, Path], None]


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        name: The word of the flag.
        endings: How the names of its files end; the first is the usual one.
        has_shapes: Whether each row carries the polygon of its place.
        writer: Gives the function that writes rows to a file; its libraries are imported only then.
    """

    name: str
    endings: tuple[str, ...]
    has_shapes: bool
    writer: Callable[[], Write]


def _csv() -> Write:
    from footfall.export.formats.csv import write

    return write


def _workbook() -> Write:
    from footfall.export.formats.workbook import write

    return write


def _geojson() -> Write:
    from footfall.export.formats.geojson import write

    return write


def _geoparquet() -> Write:
    from footfall.export.formats.geoparquet import write

    return write


def _flatgeobuf() -> Write:
    from footfall.export.formats.flatgeobuf import write

    return write


FORMATS = {
    each.name: each
    for each in (
        Format("csv", (".csv",), False, _csv),
        Format("xlsx", (".xlsx",), False, _workbook),
        Format("geojson", (".geojson", ".json"), True, _geojson),
        Format("geoparquet", (".parquet", ".geoparquet"), True, _geoparquet),
        Format("flatgeobuf", (".fgb",), True, _flatgeobuf),
    )
}
"""Each format by its name."""


def format_of(file: Path | None, named: str | None) -> Format:
    """The format of an export: the one that is named, else that of the file's name, else CSV.

    Args:
        file: The file; None for standard output, which takes CSV alone.
        named: The word of the flag.

    Raises:
        SettingsError: The file's name ends in none that is known, or another format than CSV has no file.
    """
    if file is None:
        if named not in (None, "csv"):
            raise SettingsError(
                f"{named} is not written to standard output",
                where="flag --format",
                fix=f"Name a file, as in `footfall export counts{FORMATS[str(named)].endings[0]}`.",
            )
        return FORMATS["csv"]
    if named:
        return FORMATS[named]
    endings = {ending: each for each in FORMATS.values() for ending in each.endings}
    found = endings.get(file.suffix.lower())
    if found is None:
        near = nearest(file.suffix.lower(), endings) if file.suffix else None
        hint = f"Did you mean {file.with_suffix(near)}? " if near else ""
        raise SettingsError(
            f"The name of the file says no format: {file}",
            where="command line of `footfall export`",
            fix=f"{hint}End it in {', '.join(endings)}, or name one by --format {'|'.join(FORMATS)}.",
        )
    return found
