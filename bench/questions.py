"""The questions as SQL: one text each, with the words in which the dialects differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Question = Literal["join", "table", "command"]
QUESTIONS: tuple[Question, ...] = ("join", "table", "command")

GAP_MINUTES = 30
BUCKET_ENDS = (5, 11, 21, 61, 121, 241)
"""Minutes at which the dwell buckets end, exclusive; the last bucket has no end."""

MINUTE, DAY = 60_000_000, 86_400_000_000
"""Microseconds."""

COUNTS = ("pings", "devices", "visits", "single_ping_visits")
DWELL = ("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75")
LISTS = {"visits_by_hour": 24, "dwell_buckets": len(BUCKET_ENDS) + 1}
"""The columns of the table, those of lists with their length."""


@dataclass(frozen=True)
class Dialect:
    """How an engine says what SQL has no common word for.

    `micros` is the column `at` as microseconds since 1970, `date` the column `day` (days since 1970) as a date, `div`
    the division of integers, `array` the function that makes an array, `quartiles` aggregates the column `dwell` and
    `quartile` names its three results afterwards.
    """

    micros: str
    date: str
    div: str
    array: str
    point: str
    quartiles: str
    quartile: tuple[str, str, str]


SPARK = Dialect(
    micros="unix_micros(p.at)",
    date="date_from_unix_date(d.day)",
    div="div",
    array="array",
    point="ST_Point(p.lon, p.lat)",
    quartiles="percentile(dwell, array(0.25D, 0.5D, 0.75D)) AS quartiles",
    quartile=("quartiles[0]", "quartiles[1]", "quartiles[2]"),
)
DUCKDB = Dialect(
    micros="epoch_us(p.at)",
    date="DATE '1970-01-01' + d.day::INTEGER",
    div="//",
    array="list_value",
    point="ST_Point(p.lon, p.lat)",
    quartiles="quantile_cont(dwell, [0.25, 0.5, 0.75]) AS quartiles",
    quartile=("quartiles[1]", "quartiles[2]", "quartiles[3]"),
)
DATAFUSION = Dialect(
    micros="CAST(p.at AS BIGINT)",
    date="CAST(CAST(d.day AS INT) AS DATE)",
    div="/",
    array="make_array",
    point="ST_SetCRS(ST_Point(p.lon, p.lat), 'OGC:CRS84')",
    quartiles=", ".join(f"percentile_cont(dwell, 0.{p}) AS quartile_{p}" for p in (25, 50, 75)),
    quartile=("quartile_25", "quartile_50", "quartile_75"),
)


def sql(question: Question, dialect: Dialect) -> str:
    """`join` or `table` over the tables `pings` (device, at, lon, lat) and `places` (place_id, geom).

    The result has `day` as the number of days since 1970-01-01, and no rows of zeros.
    """
    return _join(dialect) if question == "join" else _table(dialect)


def published_sql(dialect: Dialect, days: Sequence[str]) -> str:
    """`table` as it is published: a row for each place and each of the days (as 2023-03-01), zeros included."""
    numbers = ", ".join(f"({day_number(day)})" for day in days)
    counts = ", ".join(f"coalesce(c.{name}, 0) AS {name}" for name in COUNTS)
    dwell = ", ".join(f"c.{name}" for name in DWELL)
    lists = ", ".join(
        f"coalesce(c.{name}, {dialect.array}({', '.join(['0'] * length)})) AS {name}"
        for name, length in LISTS.items()
    )
    return f"""
        WITH footfall AS ({_table(dialect)}), days AS (SELECT * FROM (VALUES {numbers}) AS v(day))
        SELECT g.place_id, {dialect.date} AS day, {counts}, {dwell}, {lists}, false AS suppressed
        FROM places g CROSS JOIN days d
        LEFT JOIN footfall c ON c.place_id = g.place_id AND c.day = d.day
    """  # noqa: S608 - no part comes from outside


def day_number(day: str) -> int:
    """Days since 1970-01-01."""
    return (date.fromisoformat(day) - date(1970, 1, 1)).days


def _join(d: Dialect) -> str:
    return f"""
        SELECT g.place_id, {d.micros} {d.div} {DAY} AS day, count(*) AS pings
        FROM pings p JOIN places g ON ST_Contains(g.geom, {d.point})
        GROUP BY 1, 2
    """  # noqa: S608 - no part comes from outside


def _table(d: Dialect) -> str:
    return f"""
        WITH {_visits(d)}, dwelt AS (
            SELECT place_id, day, pings, devices, starts, visit_pings = 1 AS single,
                CASE WHEN starts THEN start_us % {DAY} {d.div} {60 * MINUTE} END AS hour,
                CASE WHEN starts AND visit_pings > 1 THEN (end_us - start_us) / 1e6 END AS dwell
            FROM visits
        ), counted AS (
            SELECT place_id, day, sum(pings) AS pings, sum(devices) AS devices,
                count(*) FILTER (WHERE starts) AS visits,
                count(*) FILTER (WHERE starts AND single) AS single_ping_visits,
                {d.quartiles},
                {d.array}({_hours()}) AS visits_by_hour,
                {d.array}({_buckets()}) AS dwell_buckets
            FROM dwelt GROUP BY 1, 2
        )
        SELECT place_id, day, pings, devices, visits, single_ping_visits,
            {d.quartile[0]} AS dwell_seconds_p25, {d.quartile[1]} AS dwell_seconds_p50,
            {d.quartile[2]} AS dwell_seconds_p75, visits_by_hour, dwell_buckets
        FROM counted
    """  # noqa: S608 - no part comes from outside


def _visits(d: Dialect) -> str:
    """`visits`: a row per visit and day, with the whole visit's pings and end on each.

    All windows are over the same place and device, so rows are shuffled once, and equal pings are passed over by the
    way. Days are put together before the last window, which then sees a few rows where there were many pings.
    """
    return f"""
        hits AS (
            SELECT g.place_id, p.device, {d.micros} AS us, p.lon, p.lat
            FROM pings p JOIN places g ON ST_Contains(g.geom, {d.point})
        ), in_order AS (
            SELECT place_id, device, us, lag(us) OVER w AS us_before,
                lag(us) OVER w = us AND lag(lon) OVER w = lon AND lag(lat) OVER w = lat AS again
            FROM hits WINDOW w AS (PARTITION BY place_id, device ORDER BY us, lon, lat)
        ), visited AS (
            SELECT place_id, device, us,
                CASE WHEN us_before {d.div} {DAY} = us {d.div} {DAY} THEN 0 ELSE 1 END AS new_device,
                max(CASE WHEN us - us_before <= {GAP_MINUTES * MINUTE} THEN NULL ELSE us END) OVER (
                    PARTITION BY place_id, device ORDER BY us ROWS UNBOUNDED PRECEDING
                ) AS start_us
            FROM in_order WHERE again IS NULL OR NOT again
        ), visit_days AS (
            SELECT place_id, device, start_us, us {d.div} {DAY} AS day,
                count(*) AS pings, max(new_device) AS devices,
                max(CASE WHEN us < (start_us {d.div} {DAY} + 2) * {DAY} THEN us END) AS last_us
            FROM visited GROUP BY 1, 2, 3, 4
        ), visits AS (
            SELECT place_id, day, pings, devices, start_us, start_us {d.div} {DAY} = day AS starts,
                sum(pings) OVER v AS visit_pings, max(last_us) OVER v AS end_us
            FROM visit_days WINDOW v AS (PARTITION BY place_id, device, start_us)
        )
    """  # noqa: S608 - no part comes from outside


def _hours() -> str:
    return ", ".join(f"count(*) FILTER (WHERE hour = {hour})" for hour in range(24))


def _buckets() -> str:
    ends = [60 * minutes for minutes in BUCKET_ENDS]
    edges = zip([0, *ends], [*ends, None], strict=True)
    return ", ".join(
        f"count(*) FILTER (WHERE dwell >= {low}{'' if high is None else f' AND dwell < {high}'})"
        for low, high in edges
    )
