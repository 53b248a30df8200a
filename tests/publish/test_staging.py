"""What workers stage and how it is read back: one file per day, the same bytes each time."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from footfall.errors import InfrastructureError
from footfall.publish import Piece, Target, stitching, write_piece, write_quarantine, writing
from footfall.publish.folder import Folder
from footfall.schema import FOOTFALL, PLACE_DAYS, QUARANTINE
from tests.publish.staged import DAY, NEXT, row, stage

SUMMED = ("pings", "visits")

COLUMNS = [field.name for field in FOOTFALL if field.name != "day"]
ROWS = {
    DAY: [row("A", DAY, 10), row("B", DAY, None), row("C", DAY, 30)],
    NEXT: [row("A", NEXT, 1), row("B", NEXT, 0), row("C", NEXT, 3)],
}


def write(target: Target, day: date, cuts: list[int]) -> list[Piece]:
    """Write the rows of a day in pieces that end at these rows."""
    rows = pa.Table.from_pylist(ROWS[day], FOOTFALL)
    begins = [0, *cuts]
    ends = [*cuts, len(rows)]
    return [
        write_piece(target, day, number, rows[begin:end])
        for number, (begin, end) in enumerate(zip(begins, ends, strict=True))
    ]


def run(folder: Path, run_id: str, cuts: list[int]) -> dict[date, bytes]:
    """Publish the table, and give the bytes of its days."""
    output = Folder.at(str(folder), run_id, PLACE_DAYS)
    with output.begin() as target:
        output.stage([piece for day in (NEXT, DAY) for piece in write(target, day, cuts)])
        for day in (DAY, NEXT):
            assert len(list((output.staging / "footfall" / f"day={day}").glob("*.parquet"))) == 1
        output.publish([DAY, NEXT])
    return {day: output.day_file(day).read_bytes() for day in (DAY, NEXT)}


@pytest.mark.parametrize("cuts", [[], [1], [1, 2], [0, 3]])
def test_a_rerun_gives_the_same_bytes(tmp_path: Path, cuts: list[int]) -> None:
    """Rows stand sorted by place, into however many pieces they were cut."""
    first = run(tmp_path, "run-1", [])
    second = run(tmp_path, "run-2", cuts)
    assert first == second
    rows = pq.ParquetFile(tmp_path / "footfall" / f"day={DAY}" / "footfall.parquet").read()
    assert rows.column_names == COLUMNS
    assert rows["place_id"].to_pylist() == ["A", "B", "C"]
    assert rows["pings"].to_pylist() == [10, None, 30]


def test_pieces_are_stitched_into_row_groups_of_one_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows in a group: three rows in three pieces are two groups, as they would be in one piece."""
    monkeypatch.setattr(writing, "ROW_GROUP", 2)
    monkeypatch.setattr(stitching, "ROW_GROUP", 2)
    assert run(tmp_path, "run-1", []) == run(tmp_path, "run-2", [1, 2])
    about = pq.ParquetFile(Folder.at(str(tmp_path), "any", PLACE_DAYS).day_file(DAY)).metadata
    assert [about.row_group(number).num_rows for number in range(about.num_row_groups)] == [2, 1]


def test_a_piece_says_what_was_written(tmp_path: Path) -> None:
    """Its day, its rows, and its size as the file has it; files of a run carry its id."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with output.begin() as target:
        _, second = write(target, DAY, [2])
        assert (second.day, second.rows, second.bytes) == (DAY, 1, Path(second.path).stat().st_size)
        assert Path(second.path) == output.staging / "footfall" / f"day={DAY}" / "run-1-00001.parquet"


def test_readers_find_the_table_with_its_days(tmp_path: Path) -> None:
    """Whatever reads partitioned Parquet sees rows and days, and neither lock nor staged files."""
    run(tmp_path, "run-1", [])
    parts = ds.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")
    table = ds.dataset(tmp_path / "footfall", partitioning=parts).to_table()
    found = [
        tuple(each[name] for name in ("place_id", "day", "pings", "suppressed")) for each in table.to_pylist()
    ]
    asked = [("A", DAY, 10), ("B", DAY, None), ("C", DAY, 30), ("A", NEXT, 1), ("B", NEXT, 0), ("C", NEXT, 3)]
    assert sorted(found) == sorted((p, d, n, n is None) for p, d, n in asked)
    output = Folder.at(str(tmp_path), "run-2", PLACE_DAYS)
    assert output.sums([DAY], SUMMED) == {
        DAY: {"pings": 40, "visits": 40}
    }  # the suppressed place adds nothing


def test_what_is_staged_is_what_is_read_back_for_the_checks(tmp_path: Path) -> None:
    """From the files, with the day that they do not hold; all columns, or those that are asked for."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with output.begin() as target:
        output.stage(write(target, DAY, [1]))
        back = pa.Table.from_batches(output.staged(DAY), FOOTFALL)
        assert back.equals(pa.Table.from_pylist(ROWS[DAY], FOOTFALL))
        (some,) = output.staged(DAY, ["suppressed", "day"])
        assert some.to_pylist() == [{"suppressed": row["suppressed"], "day": DAY} for row in ROWS[DAY]]
        assert list(output.staged(NEXT)) == []


def test_what_was_published_is_read_back(tmp_path: Path) -> None:
    """A day that was never published is not there, which is not the same as a day without rows."""
    run(tmp_path, "run-1", [])
    output = Folder.at(str(tmp_path), "run-2", PLACE_DAYS)
    published = output.published(NEXT)
    assert published is not None
    assert pa.Table.from_batches(published, FOOTFALL).equals(pa.Table.from_pylist(ROWS[NEXT], FOOTFALL))
    assert output.published(date(2023, 3, 3)) is None


def test_a_day_that_was_published_before_there_was_a_column_is_read_with_nulls(tmp_path: Path) -> None:
    """Readers of today find all columns; the file stays as it is."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with output.begin():
        stage(output, {DAY: 7})
        output.publish([DAY])
    file = output.day_file(DAY)
    pq.write_table(pq.ParquetFile(file).read().drop_columns(["dwell_buckets"]), file)
    (batch,) = output.published(DAY) or ()
    assert batch.schema == FOOTFALL
    assert (batch["pings"].to_pylist(), batch["dwell_buckets"].to_pylist()) == ([7], [None])


def test_a_damaged_file_of_the_table_is_named(tmp_path: Path) -> None:
    """Half a file cannot be compared with."""
    run(tmp_path, "run-1", [])
    output = Folder.at(str(tmp_path), "run-2", PLACE_DAYS)
    output.day_file(DAY).write_bytes(output.day_file(DAY).read_bytes()[:50])
    with pytest.raises(InfrastructureError, match="cannot be read") as refused:
        output.sums([DAY], SUMMED)
    assert refused.value.where == str(output.day_file(DAY))


@pytest.mark.parametrize("rows", [[], [("run-1", "coordinate_zero", "a.csv", 7, "D1", "D1,0,0")]])
def test_the_quarantine_of_a_run_has_its_own_folder(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    """It is there also without rows, and stays when the run has ended."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    bad = pa.Table.from_pylist([dict(zip(QUARANTINE.names, each, strict=True)) for each in rows], QUARANTINE)
    with output.begin() as target:
        written = write_quarantine(target, 3, bad) + write_quarantine(target, 4, bad[:0])
        output.finish_quarantine(written)
    assert written == len(rows)
    read = pq.read_table(tmp_path / "quarantine" / "run-1")
    assert (read.column_names, [tuple(each.values()) for each in read.to_pylist()]) == (
        QUARANTINE.names,
        rows,
    )
    assert [file.name for file in (tmp_path / "quarantine" / "run-1").iterdir()] == [
        "part-00003.parquet" if rows else "none.parquet"
    ]
