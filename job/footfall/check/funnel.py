"""The funnel of rows, made from the counts of the steps."""

from collections.abc import Collection, Mapping
from datetime import date

from footfall.runs.outcome import Funnel
from footfall.schema import (
    AUDIT_FAILED,
    AUDITED,
    AWAY,
    BOUNDARY,
    DUPLICATE,
    HIDDEN,
    LINES,
    MIRRORED,
    OUTSIDE_DAYS,
    OUTSIDE_PLACES,
    PLACED,
    QUARANTINED,
    REASONS,
    SCANNED,
    SEEN,
    SEEN_IN,
)
from footfall.shuffle.records import RINGED

Tallies = Mapping[tuple[str | None, date | None], int]
"""Numbers of rows or pings by tally and day. A tally is one of `schema`, a reason of bad rows, or None for distinct
pings in places; the day is None for tallies without one."""

NOT_ROWS = (
    BOUNDARY,
    AUDITED,
    AUDIT_FAILED,
    SCANNED,
    QUARANTINED,
    LINES,
    MIRRORED,
    PLACED,
    HIDDEN,
    SEEN,
    RINGED,
)
"""Tallies that count something other than rows, or rows that other tallies count as well."""


def days_counted(tallies: Tallies) -> list[date]:
    """The days that hold at least one kept ping, in their order."""
    return sorted({day for (_, day), n in tallies.items() if n and day is not None})


def funnel(tallies: Tallies, days: Collection[date]) -> Funnel:
    """The number of rows in each stage of the funnel.

    Args:
        tallies: The counts of the steps.
        days: The days of the run; pings of other days were only read for visits over midnight.
    """
    counts = {None: 0, OUTSIDE_PLACES: 0, DUPLICATE: 0, BOUNDARY: 0, OUTSIDE_DAYS: 0}
    own = set(days)
    for (tally, day), n in tallies.items():
        if tally == OUTSIDE_DAYS or (day not in own and tally in (None, OUTSIDE_PLACES, DUPLICATE)):
            counts[OUTSIDE_DAYS] += n
        elif day in own and tally in counts:
            counts[tally] += n
    return Funnel(
        scanned=sum(n for (tally, _), n in tallies.items() if _is_of_rows(tally)),
        outside_days=counts[OUTSIDE_DAYS],
        quarantined={reason: _of(tallies, reason) for reason in REASONS},
        duplicate=counts[DUPLICATE],
        outside_places=counts[OUTSIDE_PLACES],
        inside_places=counts[None],
        boundary=counts[BOUNDARY],
    )


def scanned(tallies: Tallies) -> int:
    """The number of rows from readers that counted them while reading."""
    return _of(tallies, SCANNED)


def _is_of_rows(tally: str | None) -> bool:
    """Whether a tally counts rows of the input; each row is in exactly one of these."""
    return tally is None or not (tally in NOT_ROWS or tally.startswith((AWAY, SEEN_IN)))


def _of(tallies: Tallies, wanted: str) -> int:
    """The sum of a tally over all days."""
    return sum(n for (tally, _), n in tallies.items() if tally == wanted)
