"""Which pings are kept, and what is said of the others."""

from datetime import date, timedelta
from functools import reduce

import pytest
from pyspark.sql import DataFrame, SparkSession

from footfall import clean
from footfall.schema import PINGS_JUDGED, PINGS_READ, QUARANTINE, REASONS
from footfall.settings import DayRange, Settings
from tests.ping_tables import instant, read

HOUR = timedelta(hours=1)
ALL_DAYS = clean.Rules("UTC", days=None, before=HOUR, after=HOUR, accuracy_limit=50)

# One row per rule, alone and together with the rules that come after it.
JUDGED = """
device                     | at               | lat   | lon   | accuracy | defect          | reason
sound                      | 2023-03-01T12:00 | 14.6  | -90.5 | 5        | -               | -
north pole                 | 2023-03-01T12:00 | 90    | 180   | 5        | -               | -
south pole                 | 2023-03-01T12:00 | -90   | -180  | 5        | -               | -
on the equator             | 2023-03-01T12:00 | 0     | 9     | 5        | -               | -
on the first meridian      | 2023-03-01T12:00 | 51    | -0.0  | 5        | -               | -
accuracy at the limit      | 2023-03-01T12:00 | 14.6  | -90.5 | 50       | -               | -
accuracy unknown           | 2023-03-01T12:00 | 14.6  | -90.5 | -        | -               | -
defect                     | 2023-03-01T12:00 | 14.6  | -90.5 | 5        | unreadable_row  | unreadable_row
defect before swapped      | 2023-03-01T12:00 | -90.5 | 14.6  | 99       | wrong_type:at   | wrong_type:at
defect and nothing else    | -                | -     | -     | -        | unreadable_row  | unreadable_row
swapped                    | 2023-03-01T12:00 | -90.5 | 14.6  | 5        | -               | coordinates_swapped
swapped at the far end     | 2023-03-01T12:00 | 180   | 90    | 5        | -               | coordinates_swapped
swapped before accuracy    | 2023-03-01T12:00 | -90.5 | 14.6  | 99       | -               | coordinates_swapped
lat beyond any longitude   | 2023-03-01T12:00 | 180.1 | 14.6  | 5        | -               | coordinate_out_of_range
lon beyond                 | 2023-03-01T12:00 | 14.6  | 180.1 | 5        | -               | coordinate_out_of_range
both beyond                | 2023-03-01T12:00 | 90.1  | 90.1  | 5        | -               | coordinate_out_of_range
lat not a number           | 2023-03-01T12:00 | nan   | 0     | 5        | -               | coordinate_out_of_range
lon not a number           | 2023-03-01T12:00 | 0     | nan   | 5        | -               | coordinate_out_of_range
infinite                   | 2023-03-01T12:00 | -inf  | 14.6  | 5        | -               | coordinate_out_of_range
out of range, poor         | 2023-03-01T12:00 | 14.6  | -999  | 99       | -               | coordinate_out_of_range
zero                       | 2023-03-01T12:00 | 0     | 0     | 5        | -               | coordinate_zero
zero with signs            | 2023-03-01T12:00 | -0.0  | 0.0   | 5        | -               | coordinate_zero
zero before accuracy       | 2023-03-01T12:00 | 0     | 0     | 99       | -               | coordinate_zero
accuracy worse             | 2023-03-01T12:00 | 14.6  | -90.5 | 50.01    | -               | accuracy_too_poor
"""

# The run is asked for 1 March in Guatemala (UTC-6): 06:00 to 06:00 UTC; it looks 30 min back and 2 h ahead.
GUATEMALA = clean.Rules(
    "America/Guatemala",
    days=DayRange(date(2023, 3, 1), date(2023, 3, 1)),
    before=timedelta(minutes=30),
    after=timedelta(hours=2),
    accuracy_limit=None,
)
NEAR = """
device                    | at                         | lat  | lon   | accuracy | defect            | reason
first instant             | 2023-03-01T06:00           | 14.6 | -90.5 | -        | -                 | -
last instant              | 2023-03-02T05:59:59.999999 | 14.6 | -90.5 | -        | -                 | -
a gap before              | 2023-03-01T05:30           | 14.6 | -90.5 | -        | -                 | -
longer before             | 2023-03-01T05:29:59.999999 | 14.6 | -90.5 | -        | -                 | outside_days
just after                | 2023-03-02T06:00           | 14.6 | -90.5 | -        | -                 | -
at the end of the horizon | 2023-03-02T07:59:59.999999 | 14.6 | -90.5 | -        | -                 | -
beyond the horizon        | 2023-03-02T08:00           | 14.6 | -90.5 | -        | -                 | outside_days
faulty on the day         | 2023-03-01T06:00           | 0    | 0     | -        | -                 | coordinate_zero
faulty before             | 2023-03-01T05:59:59        | 0    | 0     | -        | -                 | outside_days
faulty after              | 2023-03-02T06:00           | 0    | 0     | -        | -                 | outside_days
defect on the day         | 2023-03-01T12:00           | -    | -90.5 | -        | missing_field:lat | missing_field:lat
defect before             | 2023-03-01T05:59:59        | -    | -90.5 | -        | missing_field:lat | outside_days
defect long before        | 2022-03-01T05:59:59        | -    | -90.5 | -        | missing_field:lat | outside_days
day unknown               | -                          | 14.6 | -90.5 | -        | missing_field:at  | missing_field:at
"""


def expected(table: str) -> dict[str, str | None]:
    """The last column of a table, by the first."""
    cells = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]
    return {row[0]: None if row[-1] == "-" else row[-1] for row in cells}


@pytest.mark.parametrize(("table", "rules"), [(JUDGED, ALL_DAYS), (NEAR, GUATEMALA)])
def test_each_ping_has_the_first_reason_that_applies(
    spark: SparkSession, table: str, rules: clean.Rules
) -> None:
    """Rules one by one, in their order, and around the asked days."""
    judged = clean.judge(read(spark, table), rules)
    assert judged.schema == PINGS_JUDGED
    found = {row.device: row.reason for row in judged.collect()}
    assert found == expected(table)


def test_every_reason_that_clean_gives_is_known_in_the_order_of_its_rules() -> None:
    """The report lists reasons in the order in which they are asked."""
    asked = ["coordinates_swapped", "coordinate_out_of_range", "coordinate_zero", "accuracy_too_poor"]
    assert list(REASONS[-4:]) == asked


ASKED_DAYS = [
    ("Europe/Berlin", date(2023, 3, 26), "2023-03-25T23:00Z", "2023-03-26T22:00Z"),
    ("America/New_York", date(2023, 11, 5), "2023-11-05T04:00Z", "2023-11-06T05:00Z"),
    ("America/Santiago", date(2023, 9, 3), "2023-09-03T04:00Z", "2023-09-04T03:00Z"),
    ("America/Havana", date(2023, 11, 5), "2023-11-05T04:00Z", "2023-11-06T05:00Z"),  # 00:00 comes twice
]


def test_a_day_is_asked_for_from_its_first_to_its_last_instant(spark: SparkSession) -> None:
    """Faulty pings show it: on the day they are quarantined, elsewhere they are of no interest."""
    tick = timedelta(microseconds=1)
    judged = []
    for zone, day, begin, end in ASKED_DAYS:
        rules = clean.Rules(zone, DayRange(day, day), HOUR, HOUR, None)
        at = [instant(begin) - tick, instant(begin), instant(end) - tick, instant(end)]
        rows = [(f"{zone} {i}", moment, 0.0, 0.0, None, None, "", "") for i, moment in enumerate(at)]
        judged.append(clean.judge(spark.createDataFrame(rows, PINGS_READ), rules))
    found = {row.device: row.reason for row in reduce(DataFrame.unionByName, judged).collect()}
    reasons = ["outside_days", "coordinate_zero", "coordinate_zero", "outside_days"]
    assert found == {f"{zone} {i}": reasons[i] for zone, *_ in ASKED_DAYS for i in range(4)}


def test_the_quarantine_holds_rows_of_the_days_as_they_stood_in_the_input(spark: SparkSession) -> None:
    """Run, reason, file, device and raw text; neither kept rows nor rows of other days."""
    bad = clean.quarantined(clean.judge(read(spark, NEAR), GUATEMALA), "run-1")
    assert [(f.name, f.dataType) for f in bad.schema] == [(f.name, f.dataType) for f in QUARANTINE]
    found = {(r.run_id, r.reason, r.file, r.device, r.raw[:17]) for r in bad.collect()}
    assert found == {
        ("run-1", "coordinate_zero", "pings.csv", "faulty on the day", "faulty on the day"),
        ("run-1", "missing_field:lat", "pings.csv", "defect on the day", "defect on the day"),
        ("run-1", "missing_field:at", "pings.csv", "day unknown", "day unknown      "),
    }


def test_the_rules_follow_the_settings() -> None:
    """Days are in `time_zone`, by default that of the pings; visits reach a gap back and a horizon ahead."""
    given = {
        "pings": {"path": "p", "time_zone": "Asia/Tokyo", "accuracy_limit": 30, "columns": {"accuracy": "a"}},
        "places": {"path": "q"},
        "output": "o",
        "day": "2023-03-01",
        "visit_gap": "10min",
        "visit_horizon": "3h",
    }
    rules = clean.Rules.of(Settings.model_validate(given))
    day = date(2023, 3, 1)
    gap, horizon = timedelta(minutes=10), timedelta(hours=3)
    assert rules == clean.Rules("Asia/Tokyo", DayRange(day, day), gap, horizon, 30)
    named = clean.Rules.of(Settings.model_validate({**given, "time_zone": "Europe/Berlin"}))
    assert named.time_zone == "Europe/Berlin"
