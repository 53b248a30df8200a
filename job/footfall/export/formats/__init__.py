"""The formats of exports, in one table that flags, messages and the choice by a file's name use."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from footfall.errors import SettingsError
from footfall.export.rows import Rows
from footfall.suggestions import nearest, question

Write = Callable[[Rows, Path], None]


@dataclass(frozen=True)
class Format:
    """A format of exports.

    Attributes:
        name: Its name, the value of the flag `--format`.
        endings: The endings of file names, the usual one first.
        has_shapes: Whether each row has the polygon of its place.
        writer: Returns the function that writes rows to a file; imports its libraries.
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
    """The format of an export: the named one, else the one of the file's ending, else CSV.

    Args:
        file: The file; None for standard output, for which only CSV is possible.
        named: The value of the flag; None without it.

    Raises:
        SettingsError: The ending of the file is unknown, or a format other than CSV has no file.
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
        hint = question(near and file.with_suffix(near))
        raise SettingsError(
            f"The name of the file says no format: {file}",
            where="command line of `footfall export`",
            fix=f"{hint}End it in {', '.join(endings)}, or name one by --format {'|'.join(FORMATS)}.",
        )
    return found
