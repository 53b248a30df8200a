"""Reads tables of times as the job does."""

from collections.abc import Sequence

import pyarrow as pa
from tests.read.read_rows import as_text

from footfall.local_time import LocalTime
from footfall.read.pings.fields import Fields, blank, defects
from footfall.read.pings.times import Instants, instants, instants_of_parts
from footfall.schema import REASONS

BAD = "wrong_type:at"
NEVER = "nonexistent_time"
TEXT = pa.string()


def read_times(
    values: Sequence[object], kind: pa.DataType = TEXT, zone: str = "UTC", time_format: str = "auto"
) -> list[str | None]:
    """The instants of values in the column `at`, in UTC, or the defects where there are any."""
    column = pa.array(values, kind)
    return _found(instants(column, time_format, LocalTime.of(zone)), [column])


def read_parts(values: Sequence[tuple[str, str]], zone: str, time_format: str = "auto") -> list[str | None]:
    """The same for date and time in two columns."""
    dates, times = (pa.array(part, TEXT) for part in zip(*values, strict=True))
    return _found(instants_of_parts(dates, times, time_format, LocalTime.of(zone)), [dates, times])


def _found(read: Instants, columns: Sequence[pa.Array]) -> list[str | None]:
    degrees = pa.array([1.0] * len(read.at))
    missing = blank(columns[0]) | blank(columns[-1])
    found = defects(Fields(read.at, degrees, degrees, blank={"at": missing}, never=read.never))
    texts = [as_text(micros) for micros in read.at.view(pa.int64()).to_pylist()]
    if found is None:
        return texts
    return [text if defect < 0 else REASONS[defect] for text, defect in zip(texts, found, strict=True)]
