"""Audits: compares the job's own numbers with each other, to find its defects."""

from collections.abc import Mapping

from footfall import plurals
from footfall.check.funnel import Tallies
from footfall.runs.outcome import Check, Funnel, Totals
from footfall.schema import AUDIT_FAILED, AUDITED, REASONS


def audits(funnel: Funnel, scanned: int, totals: Totals) -> list[Check]:
    """The checks that find a defect of any job.

    Args:
        funnel: Where the rows went.
        scanned: The number of rows that the readers counted.
        totals: The sums of the staged rows, which were read back.
    """
    return [
        _accounted(funnel, scanned),
        *(
            Check(law, not n, f"{plurals.counted(n, 'row breaks', 'rows break')} it", "0 rows", gate=False)
            for law, n in totals.broken.items()
        ),
    ]


def complete(totals: Totals, rows: int) -> Check:
    """The check that so many rows are staged, places times days, and that each is of another place or day."""
    keys = (sum(day.rows for day in totals.by_day), sum(day.distinct for day in totals.by_day))
    found = f"{plurals.counted(keys[0], 'row')}, {keys[1]:,} of them distinct"
    return Check("each place has one row per day", keys == (rows, rows), found, f"{rows:,}", gate=False)


def quarantine(tallies: Tallies, written: Mapping[str, int]) -> Check:
    """The check that every bad row was written to the quarantine under the reason by which it was counted.

    Args:
        tallies: The counts of the steps.
        written: How many rows of each reason were written to the quarantine.
    """
    wanted = {tally: n for (tally, _), n in tallies.items() if tally in REASONS and n}
    ok = wanted == {reason: n for reason, n in written.items() if n}
    found = f"{plurals.counted(sum(written.values()), 'row')} written"
    return Check("the quarantine is complete", ok, found, f"{sum(wanted.values()):,}", gate=False)


def looked_up_twice(tallies: Tallies) -> Check:
    """The check that sampled pings, which are also looked up by GEOS alone, are in the same places."""
    looked, differing = (
        sum(n for (tally, _), n in tallies.items() if tally == wanted) for wanted in (AUDITED, AUDIT_FAILED)
    )
    found = f"{differing:,} of {plurals.counted(looked, 'ping')} differ"
    return Check("sampled pings are where GEOS finds them", not differing, found, "0 pings", gate=False)


def _accounted(funnel: Funnel, scanned: int) -> Check:
    """The check that every row of the readers is in exactly one stage of the funnel."""
    parts = {
        "of other days": funnel.outside_days,
        "quarantined": sum(funnel.quarantined.values()),
        "duplicate": funnel.duplicate,
        "kept": funnel.kept,
    }
    found = " + ".join(f"{rows:,} {where}" for where, rows in parts.items())
    ok = sum(parts.values()) == funnel.scanned == scanned
    return Check(
        "every row is accounted for",
        ok,
        found,
        f"{plurals.counted(scanned, 'row')} given by the reader",
        gate=False,
    )
