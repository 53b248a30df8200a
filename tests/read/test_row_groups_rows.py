"""Parquet that the tasks read by themselves: its rows are those that Spark reads, each of them once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as f
from tests.read.parquet_files import AT, INSTANTS, NAMES, looked_at, many, parquet, read_by_tasks, rows_of

from footfall.errors import InputError
from footfall.read.pings import PingInput
from footfall.read.pings.parquet import row_groups as under_test

ReadPings = Callable[..., PingInput]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAN, INF, HUGE = float("nan"), float("inf"), 2**53 + 1
SINGLE = 14.100000381469727  # the float32 nearest to 14.1
SECONDS = 1_677_661_500_000_000
READ = [
    ("7", SECONDS + 123_456, SINGLE, -0.0, float(2**53)),
    (None, None, NAN, INF, None),
    ("-9223372036854775808", -1, None, None, -1.0),
    ("ä \u0000", SECONDS, 14.1, 14.1, 0.10000000149011612),
    ("", None, NAN, NAN, None),
    (None, -1_000_000, None, None, NAN),
]


def test_tasks_read_what_spark_reads(read: ReadPings, tmp_path: Path) -> None:
    """The same rows by both, for all kinds of columns; only numbers that are none are null for Spark already."""
    instants = [AT, None, EPOCH - timedelta(microseconds=1)]
    floats = [14.1, NAN, None]
    parquet(
        tmp_path / "a.parquet",
        device=pa.array([7, None, -(2**63)], pa.int64()),
        lat=pa.array(floats, pa.float32()),
        lon=pa.array([-0.0, INF, None]),
        at=pa.array(instants, INSTANTS),
        accuracy=pa.array([HUGE, None, -1]),
    )
    parquet(
        tmp_path / "b.parquet",
        device=["ä \u0000", "", None],
        lat=floats,
        lon=floats,
        at=pa.array([at and at.replace(microsecond=0) for at in instants], pa.timestamp("ms")),
        accuracy=pa.array([0.1, None, NAN], pa.float32()),
    )
    pings = read(tmp_path, columns={"accuracy": "accuracy"})
    assert pings.by_spark is None
    by_tasks = [row for groups in pings.by_tasks for row in rows_of(groups)]
    assert sorted(map(repr, by_tasks)) == sorted(map(repr, READ))
    by_spark = pings.rows.select("device", f.expr("unix_micros(at)"), "lat", "lon", "accuracy").collect()
    finite = [tuple(None if str(cell) in ("nan", "inf") else cell for cell in row) for row in READ]
    assert sorted(repr(tuple(row)) for row in by_spark) == sorted(map(repr, finite))


def test_one_column_may_be_two_parts_of_a_ping(tmp_path: Path) -> None:
    """It is read once and given twice."""
    groups = looked_at(parquet(tmp_path / "a.parquet"), names={**NAMES, "lon": "lat", "accuracy": "lat"})
    assert groups is not None
    assert rows_of(groups) == [("a", 1677661500123456, 14.5, 14.5, 14.5)]


def test_a_column_is_not_taken_for_one_inside_another(tmp_path: Path) -> None:
    """A list called `lat` inside a column that comes first; a name with a dot."""
    inner = pa.array([{"lat": [1], "at": "x"}])
    table = pa.table(
        {"first": inner, **{n: pq.read_table(parquet(tmp_path / "a.parquet"))[n] for n in NAMES}}
    )
    table = table.append_column("x.y", pa.array([9.0]))
    pq.write_table(table, tmp_path / "b.parquet")
    groups = looked_at(tmp_path / "b.parquet", names={**NAMES, "lon": "x.y"})
    assert groups is not None
    assert rows_of(groups) == [("a", 1677661500123456, 14.5, 9.0, None)]


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
    """Twenty rows are a task here; a row group is never divided."""
    _tasks_of(20, monkeypatch)
    monkeypatch.setattr(under_test, "ROWS_PER_BATCH", 8)
    groups = looked_at(many(tmp_path / "a.parquet", rows, rows_per_group))
    assert groups is not None
    assert groups.rows == rows
    assert len(groups.tasks) == tasks
    assert sorted(int(row[0]) for row in rows_of(groups)) == list(range(rows))
    assert max(len(batch) for batch in read_by_tasks(groups)) <= 8


def test_each_row_of_many_small_files_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that begin within the same twenty rows share a task, the largest comes first; empty ones have none."""
    _tasks_of(20, monkeypatch)
    sizes = [3, 0, 4, 0, 2, 70, 5, 1]
    paths = [many(tmp_path / f"{i}.parquet", n, max(n, 1), first=sum(sizes[:i])) for i, n in enumerate(sizes)]
    groups = looked_at(*paths)
    assert groups is not None
    assert [sum(piece.rows for piece in task) for task in groups.tasks] == [79, 5, 1]
    assert sorted(int(row[0]) for row in rows_of(groups)) == list(range(85))


def test_empty_files_need_no_task(tmp_path: Path) -> None:
    """No row, no piece."""
    groups = looked_at(many(tmp_path / "a.parquet", 0, 1))
    assert groups is not None
    assert (groups.rows, rows_of(groups)) == (0, [])


def test_row_groups_of_other_days_come_without_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of seconds 0 to 29 in groups of ten, the spans hold the first group, and one row less than the last."""
    monkeypatch.setattr(under_test, "ROWS_PER_BATCH", 8)
    groups = looked_at(many(tmp_path / "a.parquet", 30, 10))
    assert groups is not None
    second = 1_000_000
    found = rows_of(groups, [(0, 9 * second + 1), (21 * second, 99 * second)])
    assert found[:10] == [(None, 0, None, None, None)] * 10
    assert [(row[0], row[1]) for row in found[10:]] == [(str(n), n * second) for n in range(10, 30)]
    assert rows_of(groups, [(0, 9 * second)]) == rows_of(groups)
    assert {row[0] for row in rows_of(groups, [(20 * second, 29 * second + 1)])} == {
        None,
        *map(str, range(20)),
    }


@pytest.mark.parametrize(
    ("at", "options", "told"),
    [
        (pa.array([5, 7], pa.timestamp("ms", "UTC")), {}, True),
        (pa.array([5000, None], INSTANTS), {}, False),
        (pa.array([None, None], INSTANTS), {}, False),
        (pa.array([5000, 7000], INSTANTS), {"write_statistics": False}, False),
        (pa.array([5000, 7000], INSTANTS), {"write_statistics": ["lat"]}, False),
    ],
)
def test_row_groups_are_read_where_their_instants_are_not_told(
    tmp_path: Path, at: pa.Array, options: dict[str, Any], told: bool
) -> None:
    """Nulls have no day; without statistics nothing is known. Milliseconds are told in milliseconds."""
    columns = {"device": ["a", "b"], "lat": [1.0, 1.0], "lon": [1.0, 1.0], "at": at}
    groups = looked_at(parquet(tmp_path / "a.parquet", options, **columns))
    assert groups is not None
    for span, unread in [((5000, 7001), told), ((5000, 7000), False), ((5001, 7001), False)]:
        assert [row[0] for row in rows_of(groups, [span])] == ([None, None] if unread else ["a", "b"])


def gone(path: Path) -> None:
    """Remove the file."""
    path.unlink()


def torn(path: Path) -> None:
    """Cut the end off."""
    path.write_bytes(path.read_bytes()[:-20])


def rewritten(path: Path) -> None:
    """Write other rows."""
    many(path, 3, 1)


def renamed(path: Path) -> None:
    """Write other columns."""
    table = pq.read_table(path)
    pq.write_table(table.rename_columns([f"{name}2" for name in table.column_names]), path)


@pytest.mark.parametrize(
    ("harm", "says"),
    [(gone, "cannot be read"), (torn, "cannot be read"), (rewritten, "changed"), (renamed, "changed")],
)
def test_a_file_that_is_not_as_it_was_is_one_error(
    tmp_path: Path, harm: Callable[[Path], None], says: str
) -> None:
    """Whatever happens between the look at the footer and the task; the error names the file."""
    path = many(tmp_path / "a.parquet", 10, 10)
    groups = looked_at(path)
    assert groups is not None
    harm(path)
    with pytest.raises(InputError, match=says) as caught:
        rows_of(groups)
    assert caught.value.where == str(path)
    assert caught.value.fix
