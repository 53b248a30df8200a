"""The error for an input of which no row could be used."""

from collections.abc import Mapping, Sequence

from footfall.errors import InputError
from footfall.runs.outcome import Funnel
from footfall.settings import JobSettings

_OTHER_DAYS = "Check days, time_zone and pings.columns; allow_empty: true publishes zeros for such days."

_DEGREES = (
    "Give degrees of WGS84: these coordinates are metres, degrees times a power of ten, or other columns."
)
_FIELDS = "Correct what these reasons name in the input, or map other columns by pings.columns."


def nothing_usable(
    settings: JobSettings,
    missing: str,
    funnel: Funnel,
    samples: Mapping[str, Sequence[Mapping[str, str | int]]],
    found: Sequence[str],
) -> InputError:
    """The error for days without any usable ping: says what is wrong with the rows that the input has.

    Args:
        settings: The settings of the run.
        missing: The days without a ping.
        funnel: The numbers of rows by what happened to them.
        samples: For each reason some quarantined rows with `file`, `line` and `raw`, without ids of devices.
        found: Hints on what to change.
    """
    bad = {reason: rows for reason, rows in funnel.quarantined.items() if rows}
    parts = [f"{rows:,} {reason}" for reason, rows in bad.items()]
    if funnel.outside_days:
        parts.append(f"{funnel.outside_days:,} of days that were not asked for")
    parts.append(f"{funnel.kept + funnel.duplicate:,} usable")
    examples = [
        f"{first['file']} line {first['line']}, {reason}: {first['raw']}"
        for reason in bad
        for first in samples.get(reason, ())[:1]
    ]
    rows = f"{funnel.scanned:,} {'row' if funnel.scanned == 1 else 'rows'}"
    place = f"pings.path {settings.pings.path}, days in {settings.day_zone}"
    return InputError(
        f"The input holds no ping that can be used on {missing}: of {rows} {', '.join(parts)}",
        where="; ".join([place, *examples]),
        fix=" ".join(found) or _usual(bad, funnel.read),
    )


def _usual(bad: Mapping[str, int], read: int) -> str:
    """The advice for rows of which nothing else is known."""
    if not bad or 2 * sum(bad.values()) < read:
        return _OTHER_DAYS
    return _DEGREES if max(bad, key=lambda reason: bad[reason]) == "coordinate_out_of_range" else _FIELDS
