"""Looks through newline-delimited GeoJSON, whose broken lines GDAL passes over in silence."""

import json
from itertools import islice
from pathlib import Path

from footfall.errors import InputError

_RECORD_SEPARATOR = "\x1e"  # RFC 8142 puts it before each feature


def refuse_broken_lines(path: Path, named: Path) -> None:
    """Make sure that each line of a file that has one feature a line is a feature; other files pass.

    Args:
        path: A JSON file.
        named: The file that the settings name, for messages: the same, or the zip it came from.

    Raises:
        InputError: A line is not a feature.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as text:
        lines = (
            (number, line.lstrip(_RECORD_SEPARATOR)) for number, line in enumerate(text, 1) if line.strip()
        )
        beginning = list(islice(lines, 2))
        if len(beginning) < 2 or not _is_feature(beginning[0][1]):
            return
        for number, line in [*beginning, *lines]:
            if not _is_feature(line):
                raise InputError(
                    f"Line {number} is not a GeoJSON feature: {line.strip()[:60]!r}",
                    where=f"places.path: {named}",
                    fix="Write one whole feature on each line, or one collection of features.",
                )


def _is_feature(line: str) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and record.get("type") in ("Feature", "FeatureCollection")
