"""What the soak checks by: each check finds what it is there to find."""

from datetime import date

import pyarrow as pa
import pytest

from tests.soak.arrivals import DAYS, counted, parts_in, pings
from tests.soak.reader import WentBack, look
from tests.soak.watching import MIB, Sample, growth, quarters

DAY = DAYS[0]


class Showing:
    """An output that shows the given rows for each day."""

    def __init__(self, rows: pa.Table) -> None:
        self.shown = rows

    def rows(self, day: date) -> pa.Table:
        """The rows."""
        return self.shown


def resident(*mebibytes: int) -> list[Sample]:
    """Samples of so many MiB, each with ten open files."""
    return [Sample(each * MIB, 10) for each in mebibytes]


def test_a_part_has_as_many_pings_as_arithmetic_says() -> None:
    """Three of each device; and one row twice, and one that is broken."""
    rows = pings(DAY, 1).splitlines()[1:]
    devices = sum(counted(DAY, 1)["devices"].to_pylist())
    assert len(rows) == 3 * devices + 2
    assert len({row.split(",")[0] for row in rows} - {"broken"}) == devices
    assert counted(DAY, 2)["pings"][0].as_py() == 6


def test_rows_say_how_many_parts_they_were_counted_from() -> None:
    """In whatever order they come; no row at all is no part."""
    assert [parts_in(counted(DAY, parts), DAY) for parts in (1, 7)] == [1, 7]
    assert parts_in(counted(DAY, 3).sort_by([("place_id", "descending")]), DAY) == 3
    assert parts_in(counted(DAY, 0).slice(0, 0), DAY) == 0


@pytest.mark.parametrize(
    "rows",
    [
        pa.concat_tables([counted(DAY, 2).slice(0, 6), counted(DAY, 3).slice(6)]),
        counted(DAY, 2).slice(0, 11),
        pa.concat_tables([counted(DAY, 2), counted(DAY, 2)]),
        counted(DAYS[1], 2),
    ],
    ids=["mixed", "one lost", "doubled", "another day"],
)
def test_rows_that_no_run_counted_are_found(rows: pa.Table) -> None:
    """A mixture of two publications, a lost row, doubled rows, rows of another day."""
    with pytest.raises(AssertionError, match=r"2023-03-01 has .* rows, which are not those of 2 parts"):
        parts_in(rows, DAY)


def test_a_day_that_shows_less_than_before_is_found() -> None:
    """A later publication never has fewer parts."""
    showing = Showing(counted(DAY, 2))
    assert look(showing, DAY, 2) == 2  # type: ignore[arg-type]
    with pytest.raises(WentBack, match="2023-03-01 showed 3 parts, and now 2"):
        look(showing, DAY, 3)  # type: ignore[arg-type]


def test_a_process_that_grows_is_found_and_one_that_warms_up_is_not() -> None:
    """The last quarter is compared with the second one."""
    assert growth(resident(50, 200, 200, 201)) == ""
    assert growth(resident(50, 200, 250, 300)) == "memory grew from 200 to 300 MiB"
    assert growth(resident(50, 200, 250, 300), allowed=70 * MIB) == ""
    leaking = [Sample(MIB, files) for files in (10, 10, 20, 30)]
    assert growth(leaking) == "open files grew from 10 to 30"


def test_too_few_samples_are_no_evidence() -> None:
    """Each quarter needs one at least."""
    with pytest.raises(AssertionError, match="3 samples are too few"):
        quarters(resident(1, 2, 3))
