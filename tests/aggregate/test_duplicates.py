"""Equal pings are kept once with their number, wherever they lie and however the work is cut up."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import shapely
from pyspark.sql import DataFrame, SparkSession

from footfall import aggregate, clean
from footfall.locate import Search, build, locate
from footfall.schema import Place
from tests.ping_tables import read

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
RULES = clean.Rules(
    "UTC", days=None, before=timedelta(hours=1), after=timedelta(hours=1), accuracy_limit=None
)
VISITS = aggregate.VisitRules(gap=timedelta(minutes=30), horizon=timedelta(hours=1), time_zone="UTC")
LEFT, RIGHT = shapely.box(-1, -1, 2, 2), shapely.box(1, -1, 3, 2)
"""Two places, 0 and 1, that overlap between the meridians 1 and 2."""

REPEATED = """
device           | at                         | lat                | lon  | accuracy | defect
in left          | 2023-03-01T12:00           | 1.1                | 0.5  | 5        | -
in left          | 2023-03-01T12:00           | 1.1                | 0.5  | 9        | -
in left          | 2023-03-01T12:00           | 1.1                | 0.5  | -        | -
in left          | 2023-03-01T12:00:00.000001 | 1.1                | 0.5  | 5        | -
in left          | 2023-03-01T12:00           | 1.1000000000000003 | 0.5  | 5        | -
another          | 2023-03-01T12:00           | 1.1                | 0.5  | 5        | -
in both          | 2023-03-01T12:00           | 1                  | 1.5  | 5        | -
in both          | 2023-03-01T12:00           | 1                  | 1.5  | 5        | -
at zero          | 2023-03-01T12:00           | 0.0                | 0.5  | 5        | -
at zero          | 2023-03-01T12:00           | -0.0               | 0.5  | 5        | -
in none          | 2023-03-01T12:00           | 9                  | 9    | 5        | -
in none          | 2023-03-01T12:00           | 9                  | 9    | 5        | -
in none          | 2023-03-01T12:00           | 9                  | 9    | 6        | -
in none          | 2023-03-02T12:00           | 9                  | 9    | 5        | -
at zero, in none | 2023-03-01T12:00           | 0.0                | 9    | 5        | -
at zero, in none | 2023-03-01T12:00           | -0.0               | 9    | 5        | -
side of left     | 2023-03-01T12:00           | 0.5                | -1   | 5        | -
side of left     | 2023-03-01T12:00           | 0.5                | -1   | 5        | -
side, in right   | 2023-03-01T12:00           | 0.5                | 2    | 5        | -
side, in right   | 2023-03-01T12:00           | 0.5                | 2    | 5        | -
sides of both    | 2023-03-01T12:00           | 2                  | 1.5  | 5        | -
sides of both    | 2023-03-01T12:00           | 2                  | 1.5  | 5        | -
bad              | 2023-03-01T12:00           | 0                  | 0    | 5        | -
bad              | 2023-03-01T12:00           | 0                  | 0    | 5        | -
torn             | -                          | -                  | -    | -        | unreadable_row
"""

EXPECTED = {
    (None, 0, DAY): 6,  # three of the first device, and one each of three
    (None, 1, DAY): 1,  # the side of left; what is in both counts in left
    ("outside_places", None, DAY): 4,
    ("outside_places", None, NEXT): 1,
    ("boundary", None, DAY): 4,  # pairs of ping and place
    ("duplicate", None, DAY): 2 + 1 + 1 + 2 + 1 + 1 + 1 + 1,
    ("coordinate_zero", None, None): 2,
    ("unreadable_row", None, None): 1,
}


@pytest.fixture(scope="module")
def index_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of both places."""
    places = [
        Place(name, None, None, shapely.to_wkb(box)) for name, box in (("left", LEFT), ("right", RIGHT))
    ]
    return build(tuple(places)).save(tmp_path_factory.mktemp("index"))


def located(pings: DataFrame, index_file: Path, parts: int) -> DataFrame:
    """PINGS_LOCATED of the rows, each partition a batch of its own."""
    return locate(clean.judge(pings, RULES), Search(index_file, "open", parts, audit_every=2**62))


@pytest.mark.parametrize(("partitions", "parts"), [(1, 1), (5, 3), (25, 7)])
def test_equal_pings_are_kept_once_with_their_number(
    spark: SparkSession, index_file: Path, partitions: int, parts: int
) -> None:
    """Equal means device, instant and both coordinates; zero has one value, whatever its sign."""
    rows = read(spark, REPEATED).repartition(partitions)
    counted = aggregate.count(located(rows, index_file, parts), VISITS, parts).collect()
    assert {(row.tally, row.place, row.day): row.n for row in counted} == EXPECTED
    assert sum(row.n for row in counted if row.tally != "boundary") == 25
    found = {row.place: (row.pings, row.devices, row.visits) for row in counted if row.tally is None}
    assert found == {0: (6, 4, 4), 1: (2, 2, 2)}


def test_of_rows_that_are_not_kept_only_the_number_goes_on(spark: SparkSession, index_file: Path) -> None:
    """No device, instant or coordinate of theirs comes back."""
    rows = located(read(spark, REPEATED).coalesce(1), index_file, 1).where("records is null").collect()
    assert sorted((row.tally, row.n) for row in rows) == [("coordinate_zero", 2), ("unreadable_row", 1)]
