"""Rows that a table of Iceberg has deleted, which are not read: by their numbers, by a vector, by their values."""

import pyarrow as pa
from pyiceberg.table import Table
from pyiceberg.types import DoubleType
from tests.read.iceberg_pings import devices, planned, read, rows
from tests.read.iceberg_tables import (
    append_file,
    delete_by_vector,
    delete_positions,
    delete_values,
)

from footfall.read.pings.rows import Rows


def test_rows_that_are_deleted_by_number_are_not_read(table: Table, address: str) -> None:
    """Deletions that are named twice count once; lines stay those of the data file."""
    path = append_file(table, rows(*"abcdefgh"))
    delete_positions(table, [(path, 0), (path, 3), ("file:///another", 1)])
    delete_positions(table, [(path, 3), (path, 4), (path, 7)])
    plan = planned(table, address)
    assert plan.row_estimate == 4
    assert read(plan, "device", "line") == [("b", 2), ("c", 3), ("f", 6), ("g", 7)]


def test_rows_that_are_deleted_by_a_vector_are_not_read(table: Table, address: str) -> None:
    """As tables of version 3 have it."""
    path = append_file(table, rows(*"abcd"))
    delete_by_vector(table, path, [1, 3])
    assert devices(table, address) == ["a", "c"]


def test_a_file_of_which_all_rows_are_deleted_needs_no_task(table: Table, address: str) -> None:
    """None is left to be counted."""
    path = append_file(table, rows("a"))
    delete_positions(table, [(path, 0)])
    plan = planned(table, address)
    assert (plan.tasks, plan.empty, plan.row_estimate) == ((), (0,), 0)


def test_rows_that_are_deleted_by_value_are_not_read(table: Table, address: str) -> None:
    """A row is deleted where all columns are equal, null being equal to null; rows that come later stay."""
    append_file(table, rows("a", "b", None, "a"))
    append_file(table, rows("a", "d", x=0.75))
    delete_values(table, pa.table({"who": ["a", None, "zz"], "x": [0.5, 0.5, 0.75]}))
    append_file(table, rows("a", "e"))
    plan = planned(table, address)
    assert [task.rows for task in plan.tasks] == [None]
    assert sorted(read(plan, "device", "lon")) == [
        ("a", 0.5),
        ("a", 0.75),
        ("b", 0.5),
        ("d", 0.75),
        ("e", 0.5),
    ]
    delete_values(table, pa.table({"who": ["d"]}))
    assert sorted(str(device) for device in devices(table, address)) == ["a", "a", "b", "e"]


def test_values_that_delete_are_found_after_their_column_was_renamed(table: Table, address: str) -> None:
    """By its id; also where its type was widened since."""
    append_file(table, rows("a", "b"))
    with table.update_schema() as update:
        update.rename_column("x", "easting")
        update.update_column("y", DoubleType())
    delete_values(table, pa.table({"y": [0.25], "easting": [0.5], "who": ["b"]}))
    assert read(planned(table, address, lon="easting"), "device") == [("a",)]


def test_row_groups_of_other_days_are_not_read_unless_values_delete(table: Table, address: str) -> None:
    """How many rows are left of a file is known where they are deleted by number."""
    path = append_file(table, rows("a", "b", "c"))
    delete_positions(table, [(path, 1)])
    ever = [(0, 2**62)]
    (task,) = planned(table, address).tasks
    assert [
        (type(each).__name__, len(each) if isinstance(each, Rows) else each.rows) for each in task.read(ever)
    ] == [("Unread", 2)]
    delete_values(table, pa.table({"who": ["c"]}))
    (task,) = planned(table, address).tasks
    (left,) = task.read(ever)
    assert isinstance(left, Rows)
    assert left.device.to_pylist() == ["a"]
