"""Rows that cannot be used, gathered from all tasks: they are written with their lines, and samples are kept."""

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from footfall.aggregate import bad_rows
from footfall.aggregate.bad_rows import SAMPLES, first_of_each
from footfall.aggregate.days import COUNTED, WriteDays
from footfall.aggregate.parts import SAMPLE, DayParts, SumPart
from footfall.schema import BAD, REASONS
from footfall.shuffle.records import LINES_RECORD, MOST_PARTS
from tests.ping_tables import shuffled_row

from .counted import ROOM, rules

RULES = rules(timedelta(hours=1), timedelta(hours=1), "UTC")
DAYS = DayParts(places=1, chunk=1, parts=1)
Bad = tuple[str, int, int, int, str]
"""Reason, file, range, line in the range, and text."""


def bad(*rows: Bad, part: int = 0) -> pa.RecordBatch:
    """A row of SHUFFLED with rows that cannot be used, whose devices are their texts in capitals."""
    table = [
        {"reason": REASONS.index(r), "file": f, "range": n, "line": i, "device": raw.upper(), "raw": raw}
        for r, f, n, i, raw in rows
    ]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, BAD) as stream:
        stream.write_batch(pa.RecordBatch.from_pylist(table, BAD))
    return shuffled_row(part, "quarantined", len(rows), sink.getvalue().to_pybytes())


def lines(*ranges: tuple[int, int, int], part: int = 0) -> pa.RecordBatch:
    """A row of SHUFFLED that says how many lines ranges of files hold."""
    return shuffled_row(part, "lines", len(ranges), np.array(list(ranges), LINES_RECORD).tobytes())


def summed(*batches: pa.RecordBatch) -> tuple[dict[int, list[dict[str, Any]]], pa.Table]:
    """What is written of a part, by number, and its SUMMED."""
    written: dict[int, list[dict[str, Any]]] = {}

    def write(number: int, table: pa.Table) -> None:
        assert number not in written
        written[number] = table.to_pylist()

    part = SumPart(RULES, ("a.csv", "b.csv"), DAYS, write, ROOM)
    return written, pa.Table.from_batches(part(batches))


def places_of(rows: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """File, line and text of rows that were written."""
    return [(row["file"], row["line"], row["raw"]) for row in rows]


def test_lines_are_counted_from_the_beginning_of_the_file() -> None:
    """Two files; the first has ranges of 10 and 20 lines in front of its third, the other was read whole."""
    written, _ = summed(
        lines((0, 1, 20)),
        bad(("unreadable_row", 0, 2, 5, "third")),
        bad(("unreadable_row", 1, 0, 7, "other"), ("unreadable_row", 1, 0, 9, "other too")),
        lines((0, 2, 30), (0, 0, 10)),
        bad(("unreadable_row", 0, 1, 1, "second")),
        bad(("unreadable_row", 0, 0, 4, "first")),
        lines((0, 1, 20)),  # a task that was run again says it again
    )
    assert {number: places_of(rows) for number, rows in written.items()} == {
        0: [
            ("a.csv", 4, "first"),
            ("a.csv", 11, "second"),
            ("a.csv", 35, "third"),
            ("b.csv", 7, "other"),
            ("b.csv", 9, "other too"),
        ]
    }


def test_what_is_written_is_the_row_as_it_stood_in_the_input() -> None:
    """Reason, file, line, device and text; the run's id comes with the writer."""
    written, _ = summed(bad(("wrong_type:lat", 0, 0, 3, "d,x,y")))
    assert written == {
        0: [{"reason": "wrong_type:lat", "file": "a.csv", "line": 3, "device": "D,X,Y", "raw": "d,x,y"}]
    }


def test_much_is_written_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each under a number that no other part gives; in the order of the lines."""
    monkeypatch.setattr(bad_rows, "BYTES_AT_ONCE", 200)
    rows = [("coordinate_zero", 0, 0, line, f"{line:0100}") for line in range(1, 7)]
    written, table = summed(
        *(bad(row, part=5) for row in reversed(rows[:3])), *(bad(row, part=5) for row in rows[3:])
    )
    assert list(written) == [5 + piece * MOST_PARTS for piece in range(len(written))]
    assert len(written) > 1
    assert [line for some in written.values() for _, line, _ in places_of(some)] == [1, 2, 3, 4, 5, 6]
    counted = [row["n"] for row in table.to_pylist() if row["tally"] == "quarantined:coordinate_zero"]
    assert counted == [6]


def test_a_part_that_comes_again_is_written_under_the_same_number() -> None:
    """Spark runs tasks again, and may give several parts to one, in any order."""
    one, two, said = bad(("unreadable_row", 0, 0, 1, "x"), part=3), lines((0, 0, 9), part=4), lines((1, 0, 9))
    assert list(summed(one, two, said)[0]) == list(summed(said, two, one)[0]) == [4]


def test_the_first_rows_of_each_reason_are_samples() -> None:
    """Of all parts, by file and line."""
    zero: list[Bad] = [("coordinate_zero", 1, 0, line, f"zero {line}") for line in (9, 7, 8, 3)]
    torn: list[Bad] = [("unreadable_row", 0, 0, 2, "torn")]
    parts = [
        summed(bad(*sorted(zero[:2], key=lambda row: row[3])), bad(*torn))[1],
        summed(bad(zero[3]), bad(zero[2]))[1],
    ]
    days = WriteDays(pa.array(["p"]), DAYS, None, 1, lambda *_: pytest.fail("there is no day"))
    done = [row for batch in days([b for t in parts for b in t.to_batches()]) for row in batch.to_pylist()]
    (note,) = [row["note"] for row in done if row["tally"] == SAMPLE]
    assert COUNTED.names == list(done[0])
    for text in ("torn", "zero 3", "zero 7", "zero 8"):
        assert text in note
    assert "zero 9" not in note
    counts = {row["tally"]: row["n"] for row in done if row["n"]}
    assert counts == {"quarantined:coordinate_zero": 4, "quarantined:unreadable_row": 1}


def test_no_more_samples_are_kept_than_are_told() -> None:
    """Three of each reason, however many there are."""
    rows = [{"reason": "coordinate_zero", "file": "a", "line": line} for line in range(9, 0, -1)]
    assert [row["line"] for row in first_of_each(rows)] == [1, 2, 3]
    assert SAMPLES == 3
