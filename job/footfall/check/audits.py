"""Does the job agree with itself? Its own numbers, compared with each other."""

from collections.abc import Mapping

from footfall import plurals
from footfall.check.funnel import Tallies
from footfall.runs.outcome import Check, Funnel, Totals
from footfall.schema import AUDIT_FAILED, AUDITED, REASONS


def audits(funnel: Funnel, scanned: int, tallies: Tallies, totals: Totals, rows: int) -> list[Check]:
    """The checks that find a defect of the job.

    Args:
        funnel: Where the rows went.
        scanned: Rows that the reader gave, counted there.
        tallies: What the steps counted.
        totals: What is to be published, as it was read back.
        rows: How many rows that has to have: places times days.
    """
    keys = (sum(day.rows for day in totals.by_day), sum(day.places for day in totals.by_day))
    found = f"{plurals.counted(keys[0], 'row')}, {keys[1]:,} of them distinct"
    return [
        _accounted(funnel, scanned),
        _looked_up_twice(tallies),
        *(
            Check(law, not n, f"{plurals.counted(n, 'row breaks', 'rows break')} it", "0 rows", gate=False)
            for law, n in totals.broken.items()
        ),
        Check("each place has one row per day", keys == (rows, rows), found, f"{rows:,}", gate=False),
    ]


def quarantine(tallies: Tallies, written: Mapping[str, int]) -> Check:
    """Every row that could not be used was written, under the reason by which it was counted.

    Args:
        tallies: What the steps counted.
        written: How many rows of each reason were written to the quarantine.
    """
    wanted = {tally: n for (tally, _), n in tallies.items() if tally in REASONS and n}
    ok = wanted == {reason: n for reason, n in written.items() if n}
    found = f"{plurals.counted(sum(written.values()), 'row')} written"
    return Check("the quarantine is complete", ok, found, f"{sum(wanted.values()):,}", gate=False)


def _looked_up_twice(tallies: Tallies) -> Check:
    """A sample of the pings was looked up by GEOS alone as well."""
    looked, differing = (
        sum(n for (tally, _), n in tallies.items() if tally == wanted) for wanted in (AUDITED, AUDIT_FAILED)
    )
    found = f"{differing:,} of {plurals.counted(looked, 'ping')} differ"
    return Check("sampled pings are where GEOS finds them", not differing, found, "0 pings", gate=False)


def _accounted(funnel: Funnel, scanned: int) -> Check:
    """Every row that the reader gave has gone somewhere."""
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
