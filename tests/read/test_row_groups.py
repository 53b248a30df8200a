"""Parquet by row groups: each row of each file is read once, or known to be of another day."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.read.parquet_files import many, parquet, planned, read, rows_of, values_of

from footfall.errors import InputError
from footfall.read.pings.parquet import row_groups as under_test
from footfall.read.pings.rows import Unread
from footfall.schema import INSTANT

SECOND = 1_000_000


def _tasks_of(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a task have so many rows, whatever there are."""
    monkeypatch.setattr(under_test, "FEWEST_ROWS", rows)
    monkeypatch.setattr(under_test, "MOST_ROWS", rows)


@pytest.mark.parametrize(
    ("rows", "rows_per_group", "tasks"), [(95, 10, 5), (95, 1, 5), (95, 95, 1), (19, 7, 1)]
)
def test_each_row_of_many_row_groups_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, rows_per_group: int, tasks: int
) -> None:
    """Twenty rows are a task here; a row group is never divided. Device n is in line n + 1."""
    _tasks_of(20, monkeypatch)
    monkeypatch.setattr(under_test, "ROWS_PER_BATCH", 8)
    plan = planned(many(tmp_path / "a.parquet", rows, rows_per_group))
    assert plan.row_estimate == rows
    assert len(plan.tasks) == tasks
    found = sorted((int(row["device"]), row["line"]) for row in rows_of(plan))
    assert found == [(n, n + 1) for n in range(rows)]
    assert max(len(batch) for batch in read(plan) if not isinstance(batch, Unread)) <= 8


def test_each_row_of_many_small_files_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that begin within the same twenty rows share a task, the largest comes first; empty ones have none."""
    _tasks_of(20, monkeypatch)
    sizes = [3, 0, 4, 0, 2, 70, 5, 1]
    paths = [many(tmp_path / f"{i}.parquet", n, max(n, 1), first=sum(sizes[:i])) for i, n in enumerate(sizes)]
    plan = planned(*paths)
    assert [task.rows for task in plan.tasks] == [79, 5, 1]
    assert plan.empty == (1, 3)
    assert sorted(int(row["device"]) for row in rows_of(plan)) == list(range(85))
    of_sixth = [(row["line"], row["device"]) for row in rows_of(plan) if row["file"] == str(paths[5])]
    assert of_sixth == [(n + 1, str(n + 9)) for n in range(70)]


def test_empty_files_need_no_task(tmp_path: Path) -> None:
    """No row, no piece."""
    plan = planned(many(tmp_path / "a.parquet", 0, 1))
    assert (plan.row_estimate, plan.tasks, plan.empty) == (0, (), (0,))


def test_row_groups_of_other_days_are_not_read(tmp_path: Path) -> None:
    """Of seconds 0 to 29 in groups of ten, the spans hold the first group, and one row less than the last."""
    plan = planned(many(tmp_path / "a.parquet", 30, 10))

    def numbers(*unread: tuple[int, int]) -> list[tuple[int, int]]:
        passed_over = sum(each.rows for each in read(plan, unread) if isinstance(each, Unread))
        found = [(int(row["device"]), row["line"]) for row in rows_of(plan, unread)]
        assert passed_over + len(found) == 30
        return found

    everything = [(n, n + 1) for n in range(30)]
    assert numbers((0, 9 * SECOND + 1), (21 * SECOND, 99 * SECOND)) == everything[10:]
    assert numbers((0, 9 * SECOND)) == everything
    assert numbers((20 * SECOND, 29 * SECOND + 1)) == everything[:20]
    assert numbers((10 * SECOND, 20 * SECOND)) == everything[:10] + everything[20:]
    assert numbers((0, 99 * SECOND)) == []


@pytest.mark.parametrize(
    ("at", "options", "known"),
    [
        (pa.array([5, 7], pa.timestamp("ms", "UTC")), {}, True),
        (pa.array([5, 7], pa.timestamp("ms")), {}, True),
        (pa.array([5000, None], INSTANT), {}, False),
        (pa.array([None, None], INSTANT), {}, False),
        (pa.array([5000, 7000], INSTANT), {"write_statistics": False}, False),
        (pa.array([5000, 7000], INSTANT), {"write_statistics": ["lat"]}, False),
        (pa.array([5_000_000, 7_000_000], pa.timestamp("ns")), {}, False),
        (pa.array([5, 7]), {}, False),
    ],
)
def test_row_groups_are_read_where_nothing_says_when_they_are(
    tmp_path: Path, at: pa.Array, options: dict[str, Any], known: bool
) -> None:
    """Nulls have no day; without statistics nothing is known. Milliseconds are stated in milliseconds."""
    columns = {"device": ["a", "b"], "lat": [1.0, 1.0], "lon": [1.0, 1.0], "at": at}
    plan = planned(parquet(tmp_path / "a.parquet", options, **columns))
    for span, unread in [((5000, 7001), known), ((5000, 7000), False), ((5001, 7001), False)]:
        found = [row["device"] for row in rows_of(plan, [span])]
        assert found == ([] if unread else ["a", "b"])


def test_wall_times_of_a_zone_are_not_instants(tmp_path: Path) -> None:
    """What a file says of wall times is true of instants in UTC only."""
    path = parquet(tmp_path / "a.parquet", at=pa.array([5000], pa.timestamp("us")))
    assert list(rows_of(planned(path), [(0, 9000)])) == []
    assert len(list(rows_of(planned(path, time_zone="America/Guatemala"), [(0, 9000)]))) == 1


def gone(path: Path) -> None:
    """Remove the file."""
    path.unlink()


def torn(path: Path) -> None:
    """Cut the end off."""
    path.write_bytes(path.read_bytes()[:-20])


def harmed(path: Path) -> None:
    """Overwrite the beginning, where the first page is."""
    content = path.read_bytes()
    path.write_bytes(b"PAR1" + b"\xff" * 60 + content[64:])


def rewritten(path: Path) -> None:
    """Write other rows."""
    many(path, 3, 1)


def regrouped(path: Path) -> None:
    """Write the same number of bytes with other row groups."""
    size = path.stat().st_size
    parquet(path, {"write_statistics": False})
    content = path.read_bytes()
    assert len(content) < size
    path.write_bytes(content[:4] + b"\0" * (size - len(content)) + content[4:])


def renamed(path: Path) -> None:
    """Write other columns."""
    table = pq.read_table(path)
    pq.write_table(table.rename_columns([f"{name}2" for name in table.column_names]), path)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (gone, "cannot be read"),
        (harmed, "cannot be read"),
        (torn, "changed"),
        (rewritten, "changed"),
        (regrouped, "changed"),
        (renamed, "changed"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_one_error(
    tmp_path: Path, harm: Callable[[Path], None], says: str
) -> None:
    """Whatever happens between the look at the footer and the task; the error names the file."""
    path = many(tmp_path / "a.parquet", 10, 10)
    plan = planned(path)
    harm(path)
    with pytest.raises(InputError, match=says) as caught:
        list(read(plan))
    assert caught.value.where == str(path)
    assert caught.value.fix


def test_values_of_rows_without_time_are_there_all_the_same(tmp_path: Path) -> None:
    """A row group is one batch, whatever is missing in it."""
    at = pa.array([None, 5000], INSTANT)
    path = parquet(tmp_path / "a.parquet", device=["a", "b"], lat=[1.0, 2.0], lon=[3.0, 4.0], at=at)
    assert values_of(path, "device", "lat", "lon", "at", "defect") == [
        ("a", 1.0, 3.0, None, "missing_field:at"),
        ("b", 2.0, 4.0, 5000, None),
    ]
