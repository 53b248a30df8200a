"""Pings that are rows of an Iceberg table, read without Java: which data files, and which of their columns."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.table import Table
from pyiceberg.types import DoubleType, LongType
from tests.read.iceberg_pings import AT, SCHEMA, devices, planned, read, rows
from tests.read.iceberg_tables import (
    append_file,
    append_orc,
    new_table,
)

from footfall.errors import InputError
from footfall.read.pings.tasks import Plan
from footfall.schema import InputFile


def test_the_rows_of_all_data_files_are_read(table: Table, address: str) -> None:
    """Lines are counted from file to file, in the order of their paths; the snapshot is the version of the table."""
    table.append(rows("a", "b"))
    table.append(rows("c"))
    plan = planned(table, address)
    snapshot = table.refresh().current_snapshot()
    assert snapshot is not None
    (file,) = plan.files
    assert (file.path, file.version) == (f"iceberg:db.{table.name()[-1]}", str(snapshot.snapshot_id))
    assert file.bytes == sum(task.file.file_size_in_bytes for task in table.scan().plan_files())
    assert (plan.row_estimate, plan.empty) == (3, ())
    found = read(plan, "device", "instant", "lon", "lat", "defect", "line")
    assert sorted(row[:5] for row in found) == [
        (device, "2023-03-01 09:05:00", 0.5, 0.25, None) for device in ("a", "b", "c")
    ]
    assert [row[5] for row in found] == [1, 2, 3]


def test_rows_that_come_later_are_not_read(table: Table, address: str) -> None:
    """The snapshot was chosen when the table was opened."""
    table.append(rows("a"))
    plan = planned(table, address)
    table.append(rows("b"))
    assert read(plan, "device") == [("a",)]


def test_an_empty_table_has_no_tasks(table: Table, address: str) -> None:
    """One that was never written has no snapshot; one whose rows are all deleted has."""
    plan = planned(table, address)
    assert plan == Plan((InputFile(f"iceberg:db.{table.name()[-1]}", 0),), (), (0,), 0)
    table.append(rows("a"))
    table.delete()
    plan = planned(table, address)
    assert (plan.tasks, plan.empty, plan.row_estimate) == ((), (0,), 0)
    assert plan.files[0].version is not None


def test_columns_are_found_after_they_were_renamed(table: Table, address: str) -> None:
    """Also where another column has the old name now; a column that is younger than a row is null in it."""
    table.append(rows("a"))
    with table.update_schema() as update:
        update.rename_column("who", "person")
    with table.update_schema() as update:
        update.add_column("who", LongType())
        update.add_column("metres", DoubleType())
        update.update_column("y", DoubleType())
    table.append(
        pa.table({"person": ["b"], "seen": [AT], "x": [0.5], "y": [0.1], "who": [7], "metres": [9.0]}),
    )
    parts = ("device", "lat", "accuracy", "raw")
    found = read(planned(table, address, device="person", accuracy="metres"), *parts)
    rest = '"seen":"2023-03-01T09:05:00.000Z","metres":'
    assert sorted(found) == [
        ("a", 0.25, None, f'{{"person":"a","y":0.25,"x":0.5,{rest}null}}'),
        ("b", 0.1, 9.0, f'{{"person":"b","y":0.1,"x":0.5,{rest}9.0}}'),
    ]
    assert read(planned(table, address), "device", "defect") in (
        [(None, "missing_field:device"), ("7", None)],
        [("7", None), (None, "missing_field:device")],
    )


def test_what_a_file_lacks_is_the_value_of_its_partition(address: str, tmp_path: Path) -> None:
    """As in tables that were made of folders of Hive; dates and text."""
    schema = pa.schema([*SCHEMA, ("day", pa.date32()), ("clock", pa.string())]).remove(1)
    made = new_table(address, tmp_path.name, tmp_path, schema)
    with made.update_spec() as update:
        update.add_identity("day")
        update.add_identity("clock")
    days = (date(2023, 3, 1) - date(1970, 1, 1)).days
    append_file(made, rows("a").drop_columns(["seen"]), partition=(days, "09:05"))
    append_file(made, rows("b", "c").drop_columns(["seen"]), partition=(None, "09:05"))
    given = {"at": None, "date": "day", "time": "clock"}
    found = read(planned(made, address, **given), "device", "instant", "defect")  # type: ignore[arg-type]
    assert sorted(found) == [
        ("a", "2023-03-01 09:05:00", None),
        ("b", None, "missing_field:at"),
        ("c", None, "missing_field:at"),
    ]


def test_files_without_ids_of_columns_need_a_mapping_of_names(
    table: Table, address: str, tmp_path: Path
) -> None:
    """As files have that were added to a table; without a mapping nobody knows what they hold."""
    plain = tmp_path / "plain.parquet"
    pq.write_table(rows("a"), plain)
    table.add_files([f"file://{plain}"])
    assert devices(table, address) == ["a"]
    with table.transaction() as transaction:
        transaction.remove_properties("schema.name-mapping.default")
    with pytest.raises(InputError, match="does not say which columns") as caught:
        planned(table, address)
    assert caught.value.where == str(plain)


def test_columns_that_do_not_fit_are_refused(table: Table, address: str) -> None:
    """One that is not there, and one that cannot be what it is mapped to; before any data file is looked at."""
    with pytest.raises(InputError, match=r"no column `z`. It has: `who`, `seen`, `x`, `y`"):
        planned(table, address, lon="z")
    table.append(rows("a"))
    with pytest.raises(InputError, match="`seen` cannot be a ping's lat"):
        planned(table, address, at="x", lon="y", lat="seen")


def test_a_data_file_that_is_gone_is_one_error(table: Table, address: str) -> None:
    """It names the file, whether it is missed before the run or by a task."""
    path = append_file(table, rows("a")).removeprefix("file://")
    plan = planned(table, address)
    Path(path).unlink()
    with pytest.raises(InputError) as missed:
        read(plan, "device")
    with pytest.raises(InputError) as caught:
        planned(table, address)
    assert missed.value.where == caught.value.where == path


def test_data_files_of_other_formats_are_refused(table: Table, address: str) -> None:
    """The error names the file and what to do."""
    path = append_orc(table, rows("a"))
    with pytest.raises(InputError, match="format ORC, which is not read") as caught:
        planned(table, address)
    assert caught.value.where == path
    assert "rewrite_data_files" in caught.value.fix
