"""The table of weeks in a folder: what is replaced, who comes second, and files of another version."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.errors import Conflict, SettingsError
from footfall.periods import Period
from footfall.periods.columns import ROWS
from footfall.publish.folder import Folder
from footfall.publish.period_files import PeriodFiles, read_period
from footfall.publish.writing import write_period
from footfall.schema import PLACE_DAYS

WEEK, NEXT = Period("week", date(2023, 2, 27)), Period("week", date(2023, 3, 6))


def table(period: Period, *places: str) -> pa.Table:
    """Suppressed rows of places."""
    rows = [{"place_id": place, "first_day": period.first, "suppressed": True} for place in places]
    return pa.Table.from_pylist(rows, ROWS)


def publish(root: Path, run_id: str, *places: str) -> None:
    """A run publishes the week, with these places."""
    with staged(root, run_id, *places) as periods:
        periods.swap([WEEK])


@contextmanager
def staged(root: Path, run_id: str, *places: str) -> Iterator[PeriodFiles]:
    """A run whose rows of the week are staged, the first place in a piece of its own."""
    folder = Folder.at(str(root), run_id, PLACE_DAYS, "week")
    with folder.begin() as target:
        assert target.periods is not None
        assert folder.periods is not None
        halves = [half for half in (places[:1], places[1:]) if half]
        pieces = [write_period(target.periods, WEEK, n, table(WEEK, *half)) for n, half in enumerate(halves)]
        folder.periods.stage(pieces)
        yield folder.periods


def test_pieces_of_a_week_become_one_file_that_is_swapped(tmp_path: Path) -> None:
    """A reader finds it in a folder whose name says the week; nothing is left in staging."""
    publish(tmp_path, "run-1", "a", "b")
    (file,) = tmp_path.glob("footfall_week/*/*")
    assert str(file.relative_to(tmp_path)) == "footfall_week/week=2023-W09/footfall_week.parquet"
    assert read_period(file).equals(table(WEEK, "a", "b"))
    assert not list(tmp_path.glob("runs/*/staging"))


def test_a_week_is_replaced_and_others_stay(tmp_path: Path) -> None:
    """Only what the run publishes is touched."""
    publish(tmp_path, "run-1", "a")
    other = tmp_path / "footfall_week/week=2023-W10/footfall_week.parquet"
    other.parent.mkdir()
    pq.write_table(table(NEXT, "z"), other)
    publish(tmp_path, "run-2", "b")
    assert read_period(tmp_path / "footfall_week/week=2023-W09/footfall_week.parquet").equals(
        table(WEEK, "b")
    )
    assert read_period(other).equals(table(NEXT, "z"))


def test_a_week_that_was_published_meanwhile_is_a_conflict(tmp_path: Path) -> None:
    """The run that comes second says so, and changes neither days nor weeks."""
    with staged(tmp_path, "run-1", "a") as periods:
        publish(tmp_path, "run-2", "b")
        with pytest.raises(Conflict, match="2023-W09 was published by another run"):
            periods.refuse_if_changed([WEEK])
    assert Conflict.exit_code == 5


def test_rows_are_staged_again_over_those_that_were(tmp_path: Path) -> None:
    """As rows are that are held back after all."""
    with staged(tmp_path, "run-1", "a", "b") as periods:
        periods.restage(WEEK, table(WEEK, "a"))
        assert periods.staged(WEEK).equals(table(WEEK, "a"))
        periods.swap([WEEK])
    (file,) = tmp_path.glob("footfall_week/*/*")
    assert len(read_period(file)) == 1


@pytest.mark.parametrize("change", ["another column", "another type", "another order", "no places"])
def test_weeks_of_another_version_are_refused_before_anything_is_counted(tmp_path: Path, change: str) -> None:
    """One error with the columns that are there, and what to do."""
    rows = table(WEEK, "a")
    other = {
        "another column": rows.append_column("visitors", pa.nulls(1, pa.int64())),
        "another type": rows.set_column(2, "pings", pa.nulls(1, pa.int32())),
        "another order": rows.select(ROWS.names[::-1]),
        "no places": rows.drop_columns(["place_id"]),
    }[change]
    file = tmp_path / "footfall_week/week=2023-W09/footfall_week.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(other, file)
    with pytest.raises(SettingsError, match="its columns are not those of this version") as refused:
        Folder.at(str(tmp_path), "run-1", PLACE_DAYS, "week")
    assert str(file) in refused.value.where
    assert f"Move {tmp_path}/footfall_week away" in refused.value.fix
    Folder.at(str(tmp_path), "run-1", PLACE_DAYS)  # a run of days does not ask


def test_weeks_of_an_older_version_that_lack_a_column_which_may_be_null_stay(tmp_path: Path) -> None:
    """As the days do."""
    file = tmp_path / "footfall_week/week=2023-W09/footfall_week.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(table(WEEK, "a").drop_columns(["new_devices"]), file)
    Folder.at(str(tmp_path), "run-1", PLACE_DAYS, "week")
    assert read_period(file).equals(table(WEEK, "a"))
