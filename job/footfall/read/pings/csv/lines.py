"""Splits lines of CSV in Python: the header, and lines that compiled code leaves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from footfall.read.pings.csv.delimiters import Bytes, classes_of
from footfall.read.pings.fields import blank
from footfall.read.pings.times import moments_of, moments_of_parts
from footfall.read.pings.times.moments import Mask, Moments
from footfall.settings import PingSettings


@dataclass(frozen=True)
class LineReader:
    """How the lines of a file are read.

    Args:
        fields: How many fields a line has.
        columns: The number of the field of each mapped part of a ping.
        written: How the fields are written.
    """

    fields: int
    columns: Mapping[str, int]
    written: PingSettings

    def apart(self, lines: Sequence[str]) -> tuple[dict[str, pa.Array], Mask]:
        """The text of each mapped part in each line, null in malformed lines; and the mask of malformed lines."""
        rows = [split(line, self.written.delimiter) for line in lines]
        rows = [fields if fields is not None and len(fields) == self.fields else None for fields in rows]
        parts = {
            part: pa.array([fields and _unquoted(fields[number]) for fields in rows], pa.string())
            for part, number in self.columns.items()
        }
        return parts, np.array([fields is None for fields in rows], np.bool_)

    @property
    def classes(self) -> Bytes:
        """What each of the 256 bytes is, as `classes_of` tells them apart."""
        return classes_of(self.written.delimiter)

    @property
    def times(self) -> tuple[str, ...]:
        """The parts that hold the time: `at`, or `date` and `time`."""
        return ("at",) if "at" in self.columns else ("date", "time")

    def moments(self, texts: Mapping[str, pa.Array]) -> tuple[Moments, Mask]:
        """The times of lines, from the text of these parts; and the mask of lines without any."""
        parts = [texts[part] for part in self.times]
        missing = np.logical_or.reduce([blank(part) for part in parts])
        if len(parts) == 1:
            return moments_of(parts[0], self.written.time_format), missing
        return moments_of_parts(parts[0], parts[1], self.written.time_format), missing


def split(line: str, delimiter: str) -> list[str] | None:
    """The fields of a line, quotes and all; None if quotes do not enclose whole fields."""
    if '"' not in line:
        return line.split(delimiter)
    literal = re.escape(delimiter)
    field = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{literal}]*+)'
    if re.match(rf"{field}(?:{literal}{field})*+\Z", line) is None:
        return None
    return re.findall(f"{literal}({field})", delimiter + line)


def fields_of(line: str, delimiter: str) -> list[str] | None:
    """The fields of a line without quotes around them; None if quotes do not enclose whole fields."""
    fields = split(line, delimiter)
    return None if fields is None else [_unquoted(field) for field in fields]


def names(header: str, delimiter: str) -> tuple[str, ...]:
    """The names in a header, without spaces around them; quotes that enclose none are part of them."""
    fields = split(header, delimiter) or header.split(delimiter)
    return tuple(_unquoted(name.strip()).strip() for name in fields)


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if len(field) > 1 and field[0] == field[-1] == '"' else field
