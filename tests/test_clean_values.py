"""Rows of all values that fields can have: each is kept, of another day, or has the reason that is defined."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from footfall.clean import Rules, judge
from footfall.read.pings import fields
from footfall.read.pings.fields import blank, numbers
from footfall.read.pings.rows import Rows
from footfall.schema import INSTANT, OTHER_DAY, OUTSIDE_DAYS, REASONS, SOUND
from footfall.settings import Settings
from tests.ping_tables import rows_of
from tests.reason_definition import CALENDAR, Given, reason

SECOND = 1_000_000
HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
GAP, HORIZON = timedelta(minutes=30), timedelta(hours=3)
NAN, INF = float("nan"), float("inf")
DEVICES = [None, "", " ", "   ", " a", "\t", "\u00a0", "a", "b"]
DEGREES = [None, NAN, INF, -INF, 0.0, -0.0, 9.0, 90.0, 90.0000001, -90.0, 91.0, 180.0, -180.0, 180.1, -999.0]
ACCURACIES = [None, NAN, INF, -INF, -1.0, 0.0, 50.0, 50.000001, 51.0]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = 50.0
NOON = 1_677_672_000 * SECOND  # of 1 March 2023, UTC

# Zones, the day that is asked for, and when it begins and ends, in seconds since 1970, worked out by hand.
ASKED = [
    ("UTC", date(2023, 3, 1), 1_677_628_800, 1_677_715_200),
    ("Europe/Berlin", date(2023, 10, 29), 1_698_530_400, 1_698_620_400),  # of 25 hours
    ("America/Santiago", date(2023, 9, 3), 1_693_713_600, 1_693_796_400),  # from 01:00 on, 23 hours
    ("Asia/Kathmandu", date(2023, 3, 1), 1_677_608_100, 1_677_694_500),
]
OTHER = OUTSIDE_DAYS
# What can happen to a ping of 1 March 2023, 12:00 UTC, with each of the answers, of which the last is the strictest.
Fields = tuple[str | None, float | None, float | None, float | None, float | None]
JUDGED: list[tuple[Fields, str | None, str | None]] = [
    # device, hours from noon, lon, lat, accuracy; the answer for all days, and for 1 March
    (("a", 0, 9.0, 50.0, None), None, None),
    (("a", 0, 9.0, 50.0, 50.0), None, None),
    ((" a", 0, 180.0, -90.0, -1.0), None, None),
    (("a", 0, 0.0, 50.0, 0.0), None, None),
    (("a", 14.9, 9.0, 50.0, None), None, None),  # within the horizon
    (("a", 15.0, 9.0, 50.0, None), None, OTHER),
    (("a", -12.5, 9.0, 50.0, None), None, None),  # within the gap
    (("a", -12.6, 9.0, 50.0, None), None, OTHER),
    (("a", 14.9, 9.0, 91.0, None), "coordinates_swapped", OTHER),
    (("a", -300_000, 9.0, 50.0, None), "implausible_time", "implausible_time"),  # in 1988
    (("a", -300_000, 0.0, 0.0, 90.0), "implausible_time", "implausible_time"),
    (("", 300_000, 9.0, 50.0, None), "missing_field:device", "missing_field:device"),  # in 2057
    (("a", 0, 9.0, 50.0, 50.1), "accuracy_too_poor", "accuracy_too_poor"),
    (("a", 0, 9.0, 50.0, INF), "wrong_type:accuracy", "wrong_type:accuracy"),
    (("a", 0, 9.0, 50.0, NAN), "wrong_type:accuracy", "wrong_type:accuracy"),
    (("a", 0, 0.0, -0.0, None), "coordinate_zero", "coordinate_zero"),
    (("a", 0, NAN, 50.0, None), "wrong_type:lon", "wrong_type:lon"),
    (("a", 0, 9.0, None, None), "missing_field:lat", "missing_field:lat"),
    (("a", 0, 180.1, 50.0, None), "coordinate_out_of_range", "coordinate_out_of_range"),
    (("a", 0, 50.0, -INF, None), "wrong_type:lat", "wrong_type:lat"),
    (("", 0, 9.0, 50.0, None), "missing_field:device", "missing_field:device"),
    (("  ", 0, 9.0, 50.0, None), "missing_field:device", "missing_field:device"),
    ((None, 0, 9.0, 50.0, None), "missing_field:device", "missing_field:device"),
    (("a", None, 9.0, 50.0, None), "missing_field:at", "missing_field:at"),
]


def typed(rows: Sequence[Given]) -> Rows:
    """Rows as a reader of typed columns gives them."""
    device, at, lon, lat, accuracy = (list(column) for column in zip(*rows, strict=True))
    columns = dict(
        zip(("device", "lat", "lon", "accuracy"), map(pa.array, (device, lat, lon, accuracy)), strict=True)
    )
    columns = {
        name: column.cast(pa.float64() if name != "device" else pa.string())
        for name, column in columns.items()
    }
    known = [None if each is None or not CALENDAR[0] <= each < CALENDAR[1] else each for each in at]
    instants = pa.array(known, pa.int64()).cast(INSTANT)
    blanks = {name: blank(column) for name, column in columns.items()} | {
        "at": blank(pa.array(at, pa.int64()))
    }
    found = {name: numbers(columns[name]) for name in ("lat", "lon", "accuracy")}
    wrong = fields.defects(fields.Fields(at=instants, blank=blanks, **found))
    reasons = None if wrong is None else [None if number == SOUND else REASONS[number] for number in wrong]
    return rows_of(
        device=device,
        at=known,
        **{name: column.to_pylist() for name, column in found.items()},
        **({} if reasons is None else {"defect": reasons}),
    )


def reasons(rows: Rows, rules: Rules) -> list[str | None]:
    """The answer for each row."""
    found = judge(rows, rules)
    if found is None:
        return [None] * len(rows)
    names = {SOUND: None, OTHER_DAY: OTHER, **dict(enumerate(REASONS))}
    return [names[number] for number in found.tolist()]


def rules(day: date | None, zone: str = "UTC") -> Rules:
    """Rules with an accuracy of at most 50 m."""
    asked = "all" if day is None else {"from": day, "to": day}
    pings = {"path": "p", "accuracy_limit": LIMIT, "columns": {"accuracy": "accuracy"}}
    given = {"pings": pings, "places": {"path": "q"}, "output": "o", "time_zone": zone, "days": asked}
    return Rules.of(Settings.model_validate({**given, "visit_gap": GAP, "visit_horizon": HORIZON}), NOW)


@pytest.mark.parametrize("day", [None, date(2023, 3, 1)])
def test_each_rule_alone(day: date | None) -> None:
    """Kept, of another day, or why not."""
    rows = [
        Given(device, None if hours is None else NOON + round(hours * HOUR), lon, lat, accuracy)
        for (device, hours, lon, lat, accuracy), _, _ in JUDGED
    ]
    assert reasons(typed(rows), rules(day)) == [row[1 if day is None else 2] for row in JUDGED]


def test_pings_without_accuracy_are_judged_by_all_else() -> None:
    """The column need not be there."""
    without = rows_of(device=["a", "b"], at=[NOON, NOON], lon=[1.0, 0.0], lat=[1.0, 0.0])
    assert reasons(without, rules(None)) == [None, "coordinate_zero"]


def test_where_all_are_kept_nothing_is_made() -> None:
    """So it costs nothing."""
    assert judge(rows_of(device=["a"], at=[NOON], lon=[1.0], lat=[1.0]), rules(None)) is None
    assert judge(rows_of(device=[], at=[], lon=[], lat=[]), rules(None)) is None


def test_ids_that_are_not_text_inside_may_be_blank_as_well() -> None:
    """Parquet may hold bytes that are no UTF-8."""
    devices = pa.array([b" \xff", b"\xff ", b"  "]).view(pa.string())
    assert blank(devices).tolist() == [False, False, True]


def plausible(zone: str) -> tuple[int, int]:
    """From 2000 to the end of the day after NOW, by Python's zoneinfo."""
    local = ZoneInfo(zone)
    end = NOW.astimezone(local).date() + timedelta(days=2)
    begin, end_at = (datetime(*day, tzinfo=local) for day in ((2000, 1, 1), (end.year, end.month, end.day)))
    return int(begin.timestamp()) * SECOND, int(end_at.timestamp()) * SECOND


def generated(begin: int, end: int, zone: str) -> list[Given]:
    """Every odd value once with all else sound, at every border; then thousands of mixtures."""
    random = Random(20230301)  # noqa: S311
    gap, horizon = GAP.seconds * SECOND, HORIZON.seconds * SECOND
    borders = [
        begin,
        end,
        begin - gap,
        end + horizon,
        *CALENDAR,
        *plausible(zone),
        begin + HOUR,
        end - HOUR,
        0,
    ]
    times = [None, -(2**63) + 1, 2**63 - 1, *(at + tick for at in borders for tick in (-1, 0, 1))]
    sound = ("a", begin, 9.0, 9.0, 5.0)
    choices = (DEVICES, times, DEGREES, DEGREES, ACCURACIES)
    rows = [(*sound[:i], odd, *sound[i + 1 :]) for i, odds in enumerate(choices) for odd in odds]
    rows += product(["a", " "], times, [9.0, 91.0], [9.0, 91.0], [None])
    near = [at for at in times if at is not None and begin - DAY < at < end + DAY]
    for _ in range(4000):
        odd = random.randrange(5)
        usual = ("a", random.choice(near), random.choice(DEGREES[4:]), random.choice(DEGREES[4:]), 5.0)
        rows.append((*usual[:odd], random.choice(choices[odd]), *usual[odd + 1 :]))
    return [Given(*row) for row in rows]


@pytest.mark.parametrize("day_only", [True, False])
@pytest.mark.parametrize(("zone", "day", "begin", "end"), ASKED)
def test_generated_rows_are_judged_as_defined(
    zone: str, day: date, begin: int, end: int, day_only: bool
) -> None:
    """Row by row, for one day and for all."""
    rows, asked = generated(begin * SECOND, end * SECOND, zone), (begin * SECOND, end * SECOND)
    around = (asked[0] - GAP.seconds * SECOND, asked[1] + HORIZON.seconds * SECOND)
    given = rules(day if day_only else None, zone)
    if day_only:
        assert (given.asked, given.near, given.plausible) == (asked, around, plausible(zone))
    spans = (asked, around) if day_only else (CALENDAR, CALENDAR)
    found = reasons(typed(rows), given)
    assert found == [reason(row, *spans, LIMIT, plausible(zone)) for row in rows]
    assert len(set(found)) == 14 + day_only
