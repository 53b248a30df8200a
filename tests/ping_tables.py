"""Tables of pings, written so that a reader can check them by eye."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from footfall.read.pings.rows import Rows
from footfall.schema import INSTANT, REASONS, SHUFFLED, SOUND
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.records import MARK, PING, Records


def instant(text: str, zone: str = "UTC") -> datetime:
    """The instant of an ISO time; without an offset it is local time in the zone."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def read(table: str) -> Rows:
    """Rows of lines `device | at | lat | lon | accuracy | defect`, UTC, with `-` for null; a head comes first."""
    lines = table.strip().splitlines()
    cells = [
        [None if cell.strip() == "-" else cell.strip() for cell in line.split("|")] for line in lines[1:]
    ]
    devices, times, lat, lon, accuracy, defect = ([row[i] for row in cells] for i in range(6))
    return rows_of(
        device=devices,
        at=[None if text is None else micros(instant(text)) for text in times],
        lon=[None if text is None else float(text) for text in lon],
        lat=[None if text is None else float(text) for text in lat],
        accuracy=[None if text is None else float(text) for text in accuracy],
        defect=defect,
        raw=lines[1:],
    )


def rows_of(**columns: Sequence[Any]) -> Rows:
    """Rows of columns: `device`, `at` in microseconds, `lon`, `lat`, and `accuracy`, `defect`, `raw` where they matter.

    They are the first of a file without a head, but for `file`, `range` and `line`, the line of the first row.
    """
    device = pa.array(columns["device"], pa.string())
    raw = columns.get("raw") or [f"row {number}" for number in range(len(device))]
    defect = columns.get("defect") or [None] * len(device)
    numbers = [SOUND if reason is None else REASONS.index(reason) for reason in defect]
    first: Any = columns.get("line", 1)
    number: dict[str, Any] = {name: columns.get(name, 0) for name in ("file", "range")}
    return Rows(
        file=number["file"],
        range=number["range"],
        device=device,
        compared=device,
        at=pa.array(columns["at"], INSTANT),
        lon=pa.array(columns["lon"], pa.float64()),
        lat=pa.array(columns["lat"], pa.float64()),
        accuracy=pa.array(columns["accuracy"], pa.float64()) if "accuracy" in columns else None,
        defect=np.array(numbers, np.int8) if any(defect) else None,
        line=lambda at: at + first,
        raw=lambda at: pa.array([raw[i] for i in at.tolist()], pa.string()),
    )


def some(rows: Rows, at: Sequence[int]) -> Rows:
    """Some of the rows, in this order, with their lines and texts."""
    chosen = np.array(at, np.int64)
    columns = {
        name: getattr(rows, name).take(pa.array(chosen))
        for name in ("device", "compared", "at", "lon", "lat")
    }
    return Rows(
        file=rows.file,
        range=rows.range,
        **columns,
        accuracy=None if rows.accuracy is None else rows.accuracy.take(pa.array(chosen)),
        defect=None if rows.defect is None else rows.defect[chosen],
        line=lambda at: rows.line(chosen[at]),
        raw=lambda at: rows.raw(chosen[at]),
    )


def ping_records(places: Sequence[str], zone: str = "UTC", since: str = "2023-03") -> Records:
    """PING of one text per place: `A 01T10:00 01T10:30; B 01T11:00` are two devices.

    Times begin with `since` and are local in the zone, unless they have an offset, such as `29T02:30+01:00`. Each ping
    is somewhere else, but for those with a spot: `A 01T10:00@door 01T10:00@door` is a ping and its repetition; and a
    ping that is in several texts is in several places, first in the earliest.
    """
    rows: list[tuple[int, str, int, int, int]] = []
    spots: dict[str, int] = {}
    first_place: dict[tuple[str, int, int], int] = {}
    for place, text in enumerate(places):
        for group in filter(None, text.split(";")):
            device, *times = group.split()
            for time, _, spot in (each.partition("@") for each in times):
                where = spots.setdefault(spot or f"@{len(rows)}", len(spots))
                at = micros(instant(f"{since}-{time}", zone))
                first = first_place.setdefault((device, at, where), place) == place
                rows.append((at, device, where, place, int(first)))
    records = np.zeros(len(rows), PING)
    if rows:
        records["at"], devices, spots_of_rows, records["place"], first = zip(*rows, strict=True)
        who, who2 = fingerprints(pa.array(devices, pa.string()))
        records["who"], records["who2"] = who, who2 % 2**32
        records["spot"] = 2 * np.array(spots_of_rows) + first
    return records


def mark_records(marks: Sequence[tuple[str, int]]) -> Records:
    """MARK records of ISO times, UTC, and numbers."""
    return np.array([(micros(instant(at)), mark) for at, mark in marks], MARK)


Parts = list[list[pa.RecordBatch]]
"""Batches of SHUFFLED, by part."""


def shuffled(
    records: Mapping[str | None, Records], parts: int = 1, tallies: Sequence[tuple[str, int]] = ()
) -> Parts:
    """Records by their tally, in two rows of each part, and rows that are a tally and its number alone."""
    dealt: Parts = [[] for _ in range(parts)]
    dealt[0] += [shuffled_row(0, tally, n) for tally, n in tallies]
    for tally, pings in records.items():
        part = pings["mark" if tally else "who"] % np.uint64(parts)
        for number in range(parts):
            mine = pings[part == number]
            halves = (mine[::2], mine[1::2])
            dealt[number] += [
                shuffled_row(number, tally, len(half), half.tobytes()) for half in halves if len(half)
            ]
    return dealt


def shuffled_row(part: int, tally: str | None, n: int, records: bytes | None = None) -> pa.RecordBatch:
    """One row of SHUFFLED."""
    row = {"part": part, "tally": tally, "n": n, "records": records}
    return pa.RecordBatch.from_pylist([row], schema=SHUFFLED)
