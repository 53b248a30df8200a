"""Pings that are rows of an Iceberg table, read without Java: its data files, without the rows that are deleted."""

import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.table import Table
from pyiceberg.types import DoubleType, LongType
from tests.read import parquet_files
from tests.read.iceberg_tables import (
    append_file,
    append_orc,
    delete_by_vector,
    delete_positions,
    delete_values,
    new_table,
    rest_catalog,
)

from footfall.errors import InfrastructureError, InputError, SettingsError
from footfall.read.pings import iceberg
from footfall.read.pings.iceberg import catalogs
from footfall.read.pings.rows import Rows
from footfall.read.pings.tasks import Plan
from footfall.schema import InputFile
from footfall.settings import Catalog, PingSettings

AT = datetime(2023, 3, 1, 9, 5, tzinfo=UTC)
SCHEMA = pa.schema(
    [("who", pa.string()), ("seen", pa.timestamp("us", "UTC")), ("x", pa.float64()), ("y", pa.float32())]
)
COLUMNS = {"device": "who", "at": "seen", "lon": "x", "lat": "y"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A catalog."""
    with rest_catalog() as found:
        yield found


@pytest.fixture
def table(address: str, tmp_path: Path) -> Table:
    """An empty table."""
    return new_table(address, tmp_path.name, tmp_path, SCHEMA)


def rows(*devices: str | None, x: float = 0.5) -> pa.Table:
    """One row for each device."""
    n = len(devices)
    return pa.table({"who": devices, "seen": [AT] * n, "x": [x] * n, "y": [0.25] * n}, schema=SCHEMA)


def planned(table: Table, address: str, **columns: str) -> Plan:
    """How it is read by one worker; tasks come to workers as bytes."""
    return planned_by_name(table.name()[-1], address, **columns)


def planned_by_name(name: str, address: str, **columns: str) -> Plan:
    """The same for a table that need not be there."""
    given = {"path": f"db.{name}", "format": "iceberg", "columns": {**COLUMNS, **columns}}
    catalog = Catalog(type="rest", properties={"uri": address})
    plan = iceberg.plan(PingSettings.model_validate(given), catalog, {}, workers=1)
    unpacked: Plan = pickle.loads(pickle.dumps(plan))  # noqa: S301
    return unpacked


def read(plan: Plan, *names: str) -> list[tuple[Any, ...]]:
    """Columns of all rows, in the order of lines."""
    found = sorted(parquet_files.rows_of(plan), key=lambda row: row["line"])
    return [tuple(row[name] for name in names) for row in found]


def devices(table: Table, address: str) -> list[str | None]:
    """The devices of all rows."""
    return [device for (device,) in read(planned(table, address), "device")]


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
    assert (plan.about, plan.empty) == (3, ())
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
    assert (plan.tasks, plan.empty, plan.about) == ((), (0,), 0)
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


def test_rows_that_are_deleted_by_number_are_not_read(table: Table, address: str) -> None:
    """Deletions that are named twice count once; lines stay those of the data file."""
    path = append_file(table, rows(*"abcdefgh"))
    delete_positions(table, [(path, 0), (path, 3), ("file:///another", 1)])
    delete_positions(table, [(path, 3), (path, 4), (path, 7)])
    plan = planned(table, address)
    assert plan.about == 4
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
    assert (plan.tasks, plan.empty, plan.about) == ((), (0,), 0)


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


def test_a_table_that_is_not_there_is_refused(address: str) -> None:
    """By its name."""
    with pytest.raises(InputError, match=r"no table db\.nothing"):
        planned_by_name("nothing", address)


def test_columns_that_do_not_fit_are_refused(table: Table, address: str) -> None:
    """One that is not there, and one that cannot be what it is mapped to; before any data file is looked at."""
    with pytest.raises(InputError, match=r"no column `z`. It has: `who`, `seen`, `x`, `y`"):
        planned(table, address, lon="z")
    table.append(rows("a"))
    with pytest.raises(InputError, match="`seen` cannot be a ping's lat"):
        planned(table, address, at="x", lon="y", lat="seen")


def test_a_catalog_that_does_not_answer_is_not_an_error_of_the_input() -> None:
    """It may answer when it is asked again."""
    with pytest.raises(InfrastructureError, match="does not answer"):
        planned_by_name("t", "http://127.0.0.1:9")


def test_a_catalog_needs_a_type_and_the_variables_it_names() -> None:
    """Both are settings."""
    pings = PingSettings.model_validate({"path": "db.t", "format": "iceberg", "columns": COLUMNS})
    with pytest.raises(SettingsError, match="No catalog is named"):
        iceberg.plan(pings, Catalog(), {}, 1)
    secret = Catalog(type="rest", properties={"uri": "http://127.0.0.1:9", "token": "env:THE_TOKEN"})
    with pytest.raises(SettingsError, match="THE_TOKEN is not set"):
        iceberg.plan(pings, secret, {}, 1)
    with pytest.raises(SettingsError, match="address of the catalog is missing"):
        iceberg.plan(pings, Catalog(type="rest"), {}, 1)
    endpoint = Catalog(
        type="rest", properties={"uri": "http://127.0.0.1:9", "s3.endpoint": "http://127.0.0.1:8"}
    )
    with pytest.raises(SettingsError, match=r"not from s3\.endpoint"):
        iceberg.plan(pings, endpoint, {}, 1)
    with pytest.raises(InfrastructureError):
        iceberg.plan(pings, endpoint, {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:8"}, 1)


def test_tables_of_a_database_are_found(table: Table, tmp_path: Path) -> None:
    """Catalogs of Java's JDBC kind; the file of SQLite is only read, and not made where it is missing."""
    pytest.importorskip("sqlalchemy")
    from pyiceberg.catalog.sql import SqlCatalog

    file = tmp_path / "catalog.db"
    made = SqlCatalog("lake", uri=f"sqlite:///{file}")
    made.create_namespace("db")
    table.append(rows("a"))
    made.register_table(("db", "seen"), table.metadata_location)

    def plan(name: str, path: Path) -> Plan:
        given = {"path": f"db.{name}", "format": "iceberg", "columns": COLUMNS}
        catalog = Catalog(type="jdbc", properties={"uri": f"jdbc:sqlite:{path}"})
        return iceberg.plan(PingSettings.model_validate(given), catalog, {}, 1)

    assert read(plan("seen", file), "device") == [("a",)]
    with pytest.raises(InputError, match=r"no table db\.unseen"):
        plan("unseen", file)
    with pytest.raises(InfrastructureError, match="does not answer"):
        plan("seen", tmp_path / "another.db")
    assert not (tmp_path / "another.db").exists()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"uri": "jdbc:postgresql://h:5432/lake"}, "postgresql+psycopg2://h:5432/lake"),
        (
            {"uri": "jdbc:postgresql://h/lake", "jdbc.user": "me", "jdbc.password": "p@:/ %"},
            "postgresql+psycopg2://me:p%40%3A%2F%20%25@h/lake",
        ),
        ({"uri": "jdbc:mysql://h/lake", "jdbc.user": "me"}, "mysql+pymysql://me@h/lake"),
        ({"uri": "jdbc:sqlite:/a/b.db"}, "sqlite:///file:/a/b.db?mode=ro&uri=true"),
    ],
)
def test_addresses_of_databases_are_those_of_java(given: dict[str, str], address: str) -> None:
    """User and password stand in properties of their own there."""
    assert catalogs.address_of(given) == address


@pytest.mark.parametrize("uri", ["", "jdbc:oracle:thin:@h", "jdbc:postgresql:lake", "postgresql"])
def test_addresses_of_no_known_database_are_refused(uri: str) -> None:
    """Before anything is asked."""
    with pytest.raises(SettingsError, match="none of a known database"):
        catalogs.address_of({"uri": uri})


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
