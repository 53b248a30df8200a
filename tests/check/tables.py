"""A published table of six places on two days, and its sums."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from footfall import check
from footfall.jobs.footfall.job import SHOWN
from footfall.runs.evidence import Results
from footfall.runs.outcome import PlacesTotals
from footfall.schema import FOOTFALL, Place, Places

FIRST, SECOND, THIRD = (date(2023, 3, d) for d in (1, 2, 3))

# Place, day, and None for suppressed or: pings, devices, visits, of them with single pings, median dwell, first hour.
TABLE: list[tuple[str, date, tuple[Any, ...] | None]] = [
    ("busy", FIRST, (9, 5, 6, 2, 100.0, 8)),
    ("busy", SECOND, (5, 4, 4, 1, 300.0, 9)),
    ("even", FIRST, (4, 2, 2, 0, 60.0, 8)),
    ("even", SECOND, None),
    ("more pings", FIRST, (6, 1, 2, 0, None, 23)),
    ("more pings", SECOND, (0, 0, 0, 0, None, None)),
    ("hidden", FIRST, None),
    ("hidden", SECOND, None),
    ("hidden once", FIRST, None),
    ("hidden once", SECOND, (0, 0, 0, 0, None, None)),
    ("empty", FIRST, (0, 0, 0, 0, None, None)),
    ("empty", SECOND, (0, 0, 0, 0, None, None)),
]
PLACES = tuple(Place(name, name.title(), "shop", b"") for name in sorted({name for name, *_ in TABLE}))


def row(place: str, day: date, numbers: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """A row of FOOTFALL: visits start in one hour, and dwells fall into one bucket."""
    if numbers is None:
        return (place, day, *[None] * 15, True)
    pings, devices, visits, single, dwell, hour = numbers
    hours = [visits if hour == h else 0 for h in range(24)]
    return (
        place,
        day,
        pings,
        devices,
        visits,
        single,
        *[dwell] * 3,
        hours,
        [0, visits - single, 0, 0, 0, 0, 0],
        *[None] * 6,
        False,
    )


def sums(
    rows: list[tuple[Any, ...]], days: Sequence[date] = (FIRST, SECOND), places: Places = PLACES
) -> PlacesTotals:
    """The sums of these rows."""
    table = pa.Table.from_pylist([dict(zip(FOOTFALL.names, each, strict=True)) for each in rows], FOOTFALL)

    def staged(day: date, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        of_day = pa.array([each == day for each in table["day"].to_pylist()])
        return iter(table.filter(of_day).select(columns).to_batches(max_chunksize=2))

    return check.totals(days, staged, places)


def seen(totals: PlacesTotals, before: dict[date, dict[str, int] | None] | None = None) -> Results:
    """What people see of these sums, beside days that were published before."""
    return Results(totals, before or {}, {}, SHOWN)
