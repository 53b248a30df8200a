"""Do the numbers agree with each other, and is the input good enough to publish?"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from footfall.errors import AuditError, FootfallError, GateRefused
from footfall.runs.outcome import Check, Funnel
from footfall.schema import (
    AUDIT_FAILED,
    AUDITED,
    BOUNDARY,
    DUPLICATE,
    OUTSIDE_DAYS,
    OUTSIDE_PLACES,
    REASONS,
    SCANNED,
    UNSOUND,
)
from footfall.settings import Quality

NOT_ROWS = (BOUNDARY, AUDITED, AUDIT_FAILED, SCANNED)
"""Tallies of what other tallies count as well."""


def days_counted(totals: list[Row]) -> list[date]:
    """The days that hold at least one kept ping, from rows of `tally, day, n`."""
    return sorted({row.day for row in totals if row.day is not None})


def funnel(totals: list[Row], days: list[date], quarantined: dict[str, int]) -> Funnel:
    """Sort the numbers of `aggregate.count` into the funnel.

    Args:
        totals: Rows `tally, day, n`, where `tally` is null for pings in places.
        days: The days of the run; pings of other days were only read for visits over midnight.
        quarantined: The rows of each reason that were written to the quarantine.
    """
    counts = {None: 0, OUTSIDE_PLACES: 0, DUPLICATE: 0, BOUNDARY: 0, OUTSIDE_DAYS: 0}
    for row in totals:
        if row.tally == OUTSIDE_DAYS or (
            row.day not in days and row.tally in (None, OUTSIDE_PLACES, DUPLICATE)
        ):
            counts[OUTSIDE_DAYS] += row.n
        elif row.day in days:
            counts[row.tally] += row.n
    return Funnel(
        scanned=sum(row.n for row in totals if row.tally not in NOT_ROWS),
        outside_days=counts[OUTSIDE_DAYS],
        quarantined={reason: quarantined.get(reason, 0) for reason in REASONS},
        duplicate=counts[DUPLICATE],
        outside_places=counts[OUTSIDE_PLACES],
        inside_places=counts[None],
        boundary=counts[BOUNDARY],
    )


def scanned(totals: list[Row]) -> int:
    """How many rows the readers say they gave that could not know it before."""
    return sum(row.n for row in totals if row.tally == SCANNED)


def unusable(totals: list[Row]) -> dict[str, int]:
    """The rows with a reason, or with one that is not told yet, as they were counted."""
    return {row.tally: row.n for row in totals if row.tally in (*REASONS, UNSOUND)}


def gates(funnel: Funnel, quality: Quality, per_day: Sequence[Mapping[str, Any]] = ()) -> list[Check]:
    """Is the input good enough, as the settings ask?

    Args:
        funnel: Where the rows went.
        quality: The limits.
        per_day: Of each day `day`, `pings`, and of the day `before` its `pings`, as the report tells them.
    """
    bad, outside = sum(funnel.quarantined.values()), funnel.outside_places
    shares = (
        ("share quarantined", bad, funnel.read, quality.max_quarantined_share),
        ("share in no place", outside, funnel.kept, quality.max_outside_share),
    )
    checks = [_share(name, part, whole, limit) for name, part, whole, limit in shares]
    rows = Check(
        "rows read",
        funnel.read >= quality.min_rows,
        f"{funnel.read:,}",
        f"at least {quality.min_rows:,}",
        gate=True,
    )
    return [*checks, rows, *_change(per_day, quality)]


def _change(per_day: Sequence[Mapping[str, Any]], quality: Quality) -> list[Check]:
    """Are the pings in places about as many as on the day before, where the settings ask and that day is known?"""
    limit = quality.max_change
    if limit is None:
        return []
    changes = [(day["day"], day["pings"] / before - 1) for day in per_day if (before := _pings_before(day))]
    beyond = [f"{share:+.1%} on {day}" for day, share in changes if abs(share) > limit]
    found = ", ".join(beyond) or f"{len(changes)} of {len(per_day)} days could be compared"
    return [Check("change against the day before", not beyond, found, f"at most {limit:.1%}", gate=True)]


def _pings_before(day: Mapping[str, Any]) -> int:
    return day["before"]["pings"] if day["before"] else 0


LAWS = {
    "no more devices than pings": "devices <= pings",
    "no more visits than pings": "visits <= pings",
    "hours add up to visits": "aggregate(visits_by_hour, 0, (a, b) -> a + b) = visits",
    "dwell buckets and single pings add up to visits": (
        "aggregate(dwell_buckets, 0, (a, b) -> a + b) + single_ping_visits = visits"
    ),
}
"""What holds for each row of a place and day; where it is unknown, it does not hold."""


def sums(counted: DataFrame) -> list[Row]:
    """The numbers of COUNTED per tally and day, `n`, and how many rows break each of the LAWS, in their order."""
    broken = (
        f.count_if(f.col("tally").isNull() & ~f.coalesce(f.expr(law), f.lit(False))).alias(f"broken_{i}")
        for i, law in enumerate(LAWS.values())
    )
    return counted.groupBy("tally", "day").agg(f.sum("n").alias("n"), *broken).collect()


def audits(funnel: Funnel, scanned: int, totals: list[Row], keys: tuple[int, int], rows: int) -> list[Check]:
    """Does the job agree with itself?

    Args:
        funnel: Where the rows went.
        scanned: Rows that the reader gave, counted there.
        totals: What `sums` gave.
        keys: How many rows are to be published, and how many of them are of distinct places and days.
        rows: Places times days.
    """
    broken = {name: sum(row[f"broken_{i}"] for row in totals) for i, name in enumerate(LAWS)}
    found = f"{keys[0]:,} rows, {keys[1]:,} of them distinct"
    return [
        _accounted(funnel, scanned),
        _looked_up_twice(totals),
        *(Check(name, not n, f"{n:,} rows break it", "0 rows", gate=False) for name, n in broken.items()),
        Check("each place has one row per day", keys == (rows, rows), found, f"{rows:,}", gate=False),
    ]


def quarantine(totals: list[Row], written: dict[str, int]) -> Check:
    """Every row that could not be used was written, under the reason by which it was counted."""
    wanted = unusable(totals)
    ok = sum(wanted.values()) == sum(written.values()) and all(
        rows <= written.get(reason, 0) for reason, rows in wanted.items() if reason != UNSOUND
    )
    told = f"{sum(written.values()):,} rows written"
    return Check("the quarantine is complete", ok, told, f"{sum(wanted.values()):,}", gate=False)


def _looked_up_twice(totals: list[Row]) -> Check:
    """A sample of the pings was looked up by GEOS alone as well."""
    looked, differing = (
        sum(row.n for row in totals if row.tally == tally) for tally in (AUDITED, AUDIT_FAILED)
    )
    found = f"{differing:,} of {looked:,} pings differ"
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
    return Check("every row is accounted for", ok, found, f"{scanned:,} rows given by the reader", gate=False)


def _share(name: str, part: int, whole: int, limit: float) -> Check:
    share = part / whole if whole else 0.0
    return Check(
        name, share <= limit, f"{share:.2%} ({part:,} of {whole:,})", f"at most {limit:.2%}", gate=True
    )


def refusal(failed: Sequence[Check]) -> FootfallError | None:
    """Why a run with these failed checks is not published, if there are any."""
    if not failed:
        return None
    found = "; ".join(f"{each.name}: {each.found}, accepted: {each.accepted}" for each in failed)
    if all(each.gate for each in failed):
        fix = (
            "Look at the report for the reasons; mend the input, or widen the limits if they are too narrow."
        )
        return GateRefused(
            f"The quality gate refused to publish: {found}", where="settings quality.*", fix=fix
        )
    fix = "Nothing was published. Keep the input and report this as a defect of footfall."
    return AuditError(f"The job's own numbers disagree: {found}", where="the checks of the report", fix=fix)
