"""Answers in one form: zeros, order, digests, and what is said of two that differ."""

import datetime

import pyarrow as pa
from bench.answers import canonical, completed, differences, digest
from bench.contenders.plain_oracle import measures, percentile, visits_of
from bench.questions import MINUTE

HOURS, BUCKETS = [0] * 23 + [2], [1, 0, 0, 0, 0, 0, 0]
DAY_1 = 19417  # 2023-03-01


def counted(**changed: object) -> pa.Table:
    """What a contender that is asked in SQL gives for two visits to one place."""
    row = {
        "place_id": "B",
        "day": DAY_1,
        "pings": 3,
        "devices": 2,
        "visits": 2,
        "single_ping_visits": 1,
        "dwell_seconds_p25": 0.25,
        "dwell_seconds_p50": 0.25,
        "dwell_seconds_p75": 0.25,
        "visits_by_hour": HOURS,
        "dwell_buckets": BUCKETS,
    }
    return pa.Table.from_pylist([{**row, **changed}])


def test_places_and_days_without_pings_become_zeros() -> None:
    """Counts and lists are zeros, dwell is unknown; the order is that of places and days."""
    rows = completed(counted(), ["A", "B"], ["2023-03-01", "2023-03-02"])
    told = canonical("table", rows).to_pylist()
    assert [(row["place_id"], row["day"], row["pings"]) for row in told] == [
        ("A", DAY_1, 0),
        ("A", DAY_1 + 1, 0),
        ("B", DAY_1, 3),
        ("B", DAY_1 + 1, 0),
    ]
    assert told[0]["dwell_seconds_p50"] is None
    assert told[0]["visits_by_hour_23"] == 0
    assert told[2]["visits_by_hour_23"] == 2
    assert told[2]["dwell_seconds_p50"] == 250_000


def test_the_digest_is_that_of_the_rows_however_they_are_written() -> None:
    """Order of rows, type of days and of numbers do not matter."""
    one = pa.table({"place_id": ["A", "B"], "day": [DAY_1, DAY_1], "pings": [1, 2]})
    dates = pa.array([datetime.date(2023, 3, 1)] * 2)
    other = pa.table({"day": dates, "pings": pa.array([2, 1], pa.int32()), "place_id": ["B", "A"]})
    assert digest(canonical("join", one)) == digest(canonical("join", other))


def test_dwell_is_compared_to_the_microsecond() -> None:
    """A last bit of floating point does not matter, a microsecond does."""
    first, close, far = (
        digest(canonical("table", counted(dwell_seconds_p50=value)))
        for value in (0.25, 0.25 + 1e-12, 0.250001)
    )
    assert first == close != far


def test_differences_name_the_first_rows_that_differ() -> None:
    """Ours with a minus, theirs with a plus; nothing where the rows are the same."""
    ours, theirs = (
        canonical("join", pa.table({"place_id": ["A", "B"], "day": [DAY_1] * 2, "pings": pings}))
        for pings in ([1, 2], [1, 3])
    )
    assert differences(ours, ours) == ""
    assert differences(ours, theirs).splitlines() == [
        "1 rows are missing or other, 1 rows are there instead",
        '  "place_id","day","pings"',
        f'- "B",{DAY_1},2',
        f'+ "B",{DAY_1},3',
    ]


def test_a_repeated_row_is_a_difference() -> None:
    """The same lines, but one of them twice."""
    once = canonical("join", pa.table({"place_id": ["A"], "day": [DAY_1], "pings": [1]}))
    assert "repeated" in differences(once, pa.concat_tables([once, once]))


def test_the_oracle_cuts_visits_after_thirty_minutes() -> None:
    """A gap of exactly thirty minutes belongs to the visit."""
    assert visits_of([0, 30 * MINUTE, 60 * MINUTE + 1]) == [[0, 30 * MINUTE], [60 * MINUTE + 1]]


def test_the_oracle_measures_visits_as_defined() -> None:
    """One visit of a single ping, one of ten minutes that begins at 01:00."""
    told = measures([[0], [60 * MINUTE, 70 * MINUTE]])
    assert (told["visits"], told["single_ping_visits"]) == (2, 1)
    assert told["visits_by_hour"][:3] == [1, 1, 0]
    assert told["dwell_buckets"] == [0, 1, 0, 0, 0, 0, 0]
    assert told["dwell_seconds_p50"] == 600


def test_the_oracle_interpolates_percentiles() -> None:
    """Of 10 s and 20 s the first quartile is 12.5 s; of nothing it is unknown."""
    assert percentile([10_000_000, 20_000_000], 25) == 12.5
    assert percentile([], 50) is None
