"""Runs the tasks that read pings, here and now, and gives their rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from footfall.read.pings import PingInput
from footfall.read.pings.rows import Lines, Rows, Span
from footfall.read.pings.tasks import Plan
from footfall.schema import INSTANT, REASONS

Row = dict[str, Any]


def rows_of(pings: Plan | PingInput, unread: Sequence[Span] = ()) -> list[Row]:
    """All rows, in the order in which the tasks give them.

    Each has `device`, `at` in microseconds, `instant`, which is the same as text in UTC, `lat`, `lon`, `accuracy`, the
    name of its `defect`, its `line`, its `raw` text, and the path of its `file`.
    """
    read = [each for task in pings.tasks for each in task.read(unread)]
    before = {(each.file, each.range): each.lines for each in read if isinstance(each, Lines)}
    found = []
    for rows in read:
        if isinstance(rows, Rows):
            first = sum(before[rows.file, earlier] for earlier in range(rows.range))
            found += _rows(rows, pings.files[rows.file].path, first)
    return found


def _rows(rows: Rows, path: str, lines_before: int) -> list[Row]:
    assert (rows.device.type, rows.at.type) == (pa.string(), INSTANT)
    every, nothing = np.arange(len(rows)), [None] * len(rows)
    micros = rows.at.view(pa.int64()).to_pylist()
    columns = {
        "device": rows.device.to_pylist(),
        "at": micros,
        "instant": [as_text(at) for at in micros],
        "lat": rows.lat.to_pylist(),
        "lon": rows.lon.to_pylist(),
        "accuracy": nothing if rows.accuracy is None else rows.accuracy.to_pylist(),
        "defect": nothing if rows.defect is None else [REASONS[d] if d >= 0 else None for d in rows.defect],
        "line": (rows.line(every) + lines_before).tolist(),
        "raw": rows.raw(every).to_pylist(),
        "file": [path] * len(rows),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def as_text(micros: int | None) -> str | None:
    """Microseconds since 1970 as `2023-03-01 09:05:00.5`."""
    if micros is None:
        return None
    text = str(datetime(1970, 1, 1) + timedelta(microseconds=micros))  # noqa: DTZ001 (UTC is all there is here)
    return text.rstrip("0") if "." in text else text
