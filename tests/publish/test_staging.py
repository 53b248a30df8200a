"""What Spark stages and how it is read back: one file per day, the same bytes each time."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from footfall.publish.folder import Folder
from footfall.schema import FOOTFALL, QUARANTINE

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
COLUMNS = [field.name for field in FOOTFALL if field.name != "day"]


def row(place: str, day: date, pings: int | None) -> Row:
    """A row with one ping per visit, or a suppressed one."""
    if pings is None:
        return Row(place, day, *[None] * 9, True)
    return Row(place, day, pings, 1, pings, pings, *[None] * 3, [pings] + [0] * 23, [0] * 7, False)


@pytest.fixture(scope="module")
def table(spark: SparkSession) -> DataFrame:
    """Two days of three places, in no order and in several partitions."""
    rows = [
        row("C", NEXT, 3),
        row("B", DAY, None),
        row("A", NEXT, 1),
        row("C", DAY, 30),
        row("A", DAY, 10),
        row("B", NEXT, 0),
    ]
    return spark.createDataFrame(rows, FOOTFALL).repartition(3)


def run(table: DataFrame, folder: Path, run_id: str) -> dict[date, bytes]:
    """Publish the table, and give the bytes of its days."""
    output = Folder.at(str(folder), run_id)
    with output.begin():
        output.stage(table, [DAY, NEXT])
        assert [
            len(list((output.staging / "footfall" / f"day={d}").glob("*.parquet"))) for d in (DAY, NEXT)
        ] == [
            1,
            1,
        ]
        output.publish([DAY, NEXT])
    return {day: output.day_file(day).read_bytes() for day in (DAY, NEXT)}


def test_a_rerun_gives_the_same_bytes(table: DataFrame, tmp_path: Path) -> None:
    """Rows come sorted by place, wherever they were before."""
    first = run(table, tmp_path, "run-1")
    second = run(table.repartition(2, "pings"), tmp_path, "run-2")
    assert first == second
    rows = pq.ParquetFile(tmp_path / "footfall" / f"day={DAY}" / "footfall.parquet").read()
    assert rows.column_names == COLUMNS
    assert rows["place_id"].to_pylist() == ["A", "B", "C"]
    assert rows["pings"].to_pylist() == [10, None, 30]


def test_readers_find_the_table_with_its_days(spark: SparkSession, table: DataFrame, tmp_path: Path) -> None:
    """Whatever reads partitioned Parquet sees rows and days, and neither lock nor staged files."""
    run(table, tmp_path, "run-1")
    found = spark.read.parquet(str(tmp_path / "footfall")).select("place_id", "day", "pings", "suppressed")
    asked = [("A", DAY, 10), ("B", DAY, None), ("C", DAY, 30), ("A", NEXT, 1), ("B", NEXT, 0), ("C", NEXT, 3)]
    assert sorted(map(tuple, found.collect())) == sorted((p, d, n, n is None) for p, d, n in asked)
    by_arrow = pq.read_table(tmp_path / "footfall")
    assert by_arrow.num_rows == 6
    output = Folder.at(str(tmp_path), "run-2")
    assert output.totals([DAY]) == {DAY: (40, 40)}  # the suppressed place adds nothing


def test_what_is_staged_is_what_is_read_back_for_the_checks(table: DataFrame, tmp_path: Path) -> None:
    """From the files, not from the plan that made them."""
    output = Folder.at(str(tmp_path), "run-1")
    with output.begin():
        staged = output.stage(table, [DAY, NEXT])
        assert sorted(map(tuple, staged.select(table.columns).collect())) == sorted(
            map(tuple, table.collect())
        )
        assert all(str(output.staging) in file for file in staged.inputFiles())


@pytest.mark.parametrize("rows", [[], [("run-1", "coordinate_zero", "a.csv", "D1", "D1,0,0")]])
def test_the_quarantine_of_a_run_has_its_own_folder(
    spark: SparkSession, tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    """It is there also without rows, and stays when the run has ended."""
    output = Folder.at(str(tmp_path), "run-1")
    with output.begin():
        written = output.quarantine(spark.createDataFrame(rows, QUARANTINE))
    assert [tuple(each) for each in written.collect()] == rows
    read = spark.read.parquet(str(tmp_path / "quarantine" / "run-1"))
    assert (read.columns, read.count()) == (QUARANTINE.names, len(rows))
