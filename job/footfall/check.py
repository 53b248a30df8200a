"""Do the numbers agree with each other, and is the input good enough to publish?"""

from datetime import date

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from footfall.outcome import Check, Funnel
from footfall.schema import BOUNDARY, DUPLICATE, OUTSIDE_DAYS, OUTSIDE_PLACES, REASONS
from footfall.settings import Quality


def days_counted(totals: list[Row]) -> list[date]:
    """The days that hold at least one kept ping, from rows of `tally, day, n`."""
    return sorted({row.day for row in totals if row.day is not None})


def funnel(totals: list[Row], days: list[date]) -> Funnel:
    """Sort the numbers of `aggregate.count` into the funnel.

    Args:
        totals: Rows `tally, day, n`, where `tally` is null for pings in places.
        days: The days of the run; pings of other days were only read for visits over midnight.
    """
    quarantined = dict.fromkeys(REASONS, 0)
    counts = {None: 0, OUTSIDE_PLACES: 0, DUPLICATE: 0, BOUNDARY: 0, OUTSIDE_DAYS: 0}
    for row in totals:
        if row.tally in quarantined:
            quarantined[row.tally] += row.n
        elif row.tally == OUTSIDE_DAYS or (row.day not in days and row.tally != BOUNDARY):
            counts[OUTSIDE_DAYS] += row.n
        elif row.day in days:
            counts[row.tally] += row.n
    return Funnel(
        scanned=sum(row.n for row in totals if row.tally != BOUNDARY),
        outside_days=counts[OUTSIDE_DAYS],
        quarantined=quarantined,
        duplicate=counts[DUPLICATE],
        outside_places=counts[OUTSIDE_PLACES],
        inside_places=counts[None],
        boundary=counts[BOUNDARY],
    )


def gates(funnel: Funnel, quality: Quality) -> list[Check]:
    """Is the input good enough, as the settings ask?"""
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
    return [*checks, rows]


def audits(funnel: Funnel, scanned: int, counted: DataFrame, staged: DataFrame, rows: int) -> list[Check]:
    """Does the job agree with itself?

    Args:
        funnel: Where the rows went.
        scanned: Rows that the reader gave, counted there.
        counted: What `aggregate.count` gave.
        staged: The rows that are to be published.
        rows: Places times days.
    """
    laws = _laws()
    broken = (
        counted.where("tally is null")
        .agg(*(f.count_if(~f.coalesce(law, f.lit(False))).alias(name) for name, law in laws.items()))
        .collect()[0]
    )
    keys = staged.agg(
        f.count(f.lit(1)).alias("all"), f.countDistinct("place_id", "day").alias("distinct")
    ).collect()[0]
    complete = keys["all"] == keys["distinct"] == rows
    found = f"{keys['all']:,} rows, {keys['distinct']:,} of them distinct"
    return [
        _accounted(funnel, scanned),
        *(
            Check(name, not broken[name], f"{broken[name]:,} rows break it", "0 rows", gate=False)
            for name in laws
        ),
        Check("each place has one row per day", complete, found, f"{rows:,}", gate=False),
    ]


def quarantine(funnel: Funnel, written: DataFrame) -> Check:
    """Every quarantined row was written, in the numbers that were counted."""
    found = {row.reason: row["count"] for row in written.groupBy("reason").count().collect()}
    wanted = {reason: rows for reason, rows in funnel.quarantined.items() if rows}
    told = f"{sum(found.values()):,} rows written"
    return Check("the quarantine is complete", found == wanted, told, f"{sum(wanted.values()):,}", gate=False)


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


def _laws() -> dict[str, Column]:
    """What holds for each row of a place and day; where it is unknown, it does not hold."""
    hours = f.aggregate("visits_by_hour", f.lit(0), lambda a, b: a + b)
    buckets = f.aggregate("dwell_buckets", f.lit(0), lambda a, b: a + b)
    return {
        "no more devices than pings": f.col("devices") <= f.col("pings"),
        "no more visits than pings": f.col("visits") <= f.col("pings"),
        "hours add up to visits": hours == f.col("visits"),
        "dwell buckets and single pings add up to visits": buckets + f.col("single_ping_visits")
        == f.col("visits"),
    }


def _share(name: str, part: int, whole: int, limit: float) -> Check:
    share = part / whole if whole else 0.0
    return Check(
        name, share <= limit, f"{share:.2%} ({part:,} of {whole:,})", f"at most {limit:.2%}", gate=True
    )
