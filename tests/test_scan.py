"""One task from its rows to packed records: kept pings, rows of other days, and rows that cannot be used."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from footfall.clean import Rules
from footfall.locate import Search, build
from footfall.read.pings.rows import Lines, Rows, Unread
from footfall.scan import LINES_TOGETHER
from footfall.schema import BAD, CALENDAR, REASONS, SHUFFLED, Place
from footfall.shuffle.records import LINES_RECORD, MARK, PING
from tests.given_tasks import Given, Scan, scan
from tests.ping_tables import instant, micros, read, rows_of, some
from tests.test_clean import GUATEMALA, NEAR

BEGIN, END = micros(instant("2023-03-01")), micros(instant("2023-03-02"))
DAY = Rules((BEGIN, END), (BEGIN, END), accuracy_limit=float("inf"))
ALL = Rules(CALENDAR, CALENDAR, accuracy_limit=float("inf"))
ROWS = """
device  | at               | lat | lon | accuracy | defect
inside  | 2023-03-01T12:00 | 1   | 1   | -        | -
inside  | 2023-03-02T12:00 | 1   | 1   | -        | -
outside | 2023-03-01T12:00 | 9   | 9   | -        | -
edge    | 2023-03-01T12:00 | 1   | 2   | -        | -
zero    | 2023-03-01T12:00 | 0   | 0   | -        | -
torn    | -                | -   | -   | -        | unreadable_row
zero    | 2023-03-01T13:00 | 0   | 0   | -        | -
"""
Row = dict[str, Any]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    """A square of two degrees; finds go to four parts."""
    square = Place("p", None, None, shapely.to_wkb(shapely.box(0, 0, 2, 2)))
    index = build((square,)).save(tmp_path_factory.mktemp("index"))
    return Search(partial(Path, index), "open", parts=4, audit_every=2**62)


def scanned(step: Scan, *numbers: int) -> list[Row]:
    """The rows of SHUFFLED that come of tasks."""
    given = [pa.RecordBatch.from_pydict({"number": [number]}) for number in numbers]
    batches = list(step(given))
    assert all(batch.schema == SHUFFLED for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()]


def tallies(rows: list[Row]) -> dict[str, int]:
    """The rows that are a tally alone; a tally may come several times."""
    found: dict[str, int] = {}
    for row in rows:
        if row["records"] is None:
            found[row["tally"]] = found.get(row["tally"], 0) + row["n"]
    return found


def bad(rows: list[Row]) -> list[Row]:
    """The rows that cannot be used."""
    streams = [row["records"] for row in rows if row["tally"] == "quarantined"]
    return [row for stream in streams for row in pa.ipc.open_stream(stream).read_all().to_pylist()]


def test_rows_become_records_tallies_and_bad_rows(search: Search) -> None:
    """One day is asked for: of each kind there is one, and two are in no place."""
    rows = scanned(scan([[read(ROWS)]], DAY, search), 0)
    packed = {row["tally"]: row for row in rows if row["records"] is not None}
    pings = np.frombuffer(packed[None]["records"], PING)
    assert pings["at"].tolist() == [micros(instant("2023-03-01T12:00"))]
    outside = [row for row in rows if row["tally"] == "outside_places"]
    assert sum(len(np.frombuffer(row["records"], MARK)) for row in outside) == 2
    assert packed["boundary"]["n"] == 1
    assert tallies(rows) == {"scanned": 7, "outside_days": 1, "coordinate_zero": 2, "unreadable_row": 1}


def test_bad_rows_go_on_with_their_reason_their_line_and_their_text(search: Search) -> None:
    """Lines as the reader counts them, in the file and range that it names."""
    table = read(ROWS)
    found = bad(scanned(scan([[table]], DAY, search), 0))
    assert [(REASONS[row["reason"]], row["line"], row["device"]) for row in found] == [
        ("coordinate_zero", 5, "zero"),
        ("unreadable_row", 6, "torn"),
        ("coordinate_zero", 7, "zero"),
    ]
    assert [row["raw"] for row in found] == [ROWS.strip().splitlines()[line] for line in (5, 6, 7)]
    assert BAD.names == list(found[0])


def test_bad_rows_of_the_asked_days_alone_go_on(search: Search) -> None:
    """With device and text; neither kept rows nor rows of other days, but those of which nobody knows the day."""
    found = bad(scanned(scan([[read(NEAR)]], GUATEMALA, search), 0))
    assert {(REASONS[row["reason"]], row["device"], row["raw"][:17]) for row in found} == {
        ("coordinate_zero", "faulty on the day", "faulty on the day"),
        ("missing_field:lat", "defect on the day", "defect on the day"),
        ("missing_field:at", "day unknown", "day unknown      "),
    }


def test_of_rows_of_other_days_only_the_number_goes_on(search: Search) -> None:
    """No device, instant, coordinate or text of theirs."""
    other = some(read(ROWS), [1])
    rows = scanned(scan([[other]], DAY, search), 0)
    assert [(row["tally"], row["n"], row["records"]) for row in rows if row["n"]] == [
        ("scanned", 1, None),
        ("outside_days", 1, None),
    ]


def test_a_step_reads_the_tasks_whose_numbers_it_is_given(search: Search) -> None:
    """The third and the first of three."""
    step = scan([[some(read(ROWS), [0])], [some(read(ROWS), [4])], [some(read(ROWS), [5])]], DAY, search)
    assert tallies(scanned(step, 2, 0)) == {"scanned": 2, "unreadable_row": 1}


def test_a_task_without_rows_still_says_so(search: Search) -> None:
    """Behind the shuffle the days that were asked for are written where any row comes."""
    rows = scanned(scan([[], [some(read(ROWS), [])]], DAY, search), 0, 1)
    assert [(row["part"], row["tally"], row["n"]) for row in rows] == [(0, "scanned", 0)] * 2


def test_rows_that_the_files_knew_before_are_not_counted_again(search: Search) -> None:
    """Of a task that knows its number, rows are counted where the input is planned."""
    step = Scan((Given((read(ROWS),), rows=7),), DAY, search)
    assert tallies(scanned(step, 0))["scanned"] == 0


def test_rows_that_were_not_read_are_of_other_days(search: Search) -> None:
    """The statistics of a file told so; they are added to those that were read."""
    step = scan([[Unread(40), some(read(ROWS), [1]), Unread(2)]], DAY, search)
    assert tallies(scanned(step, 0)) == {"scanned": 1, "outside_days": 43}


def test_how_many_lines_a_range_has_is_told_to_all_parts(search: Search) -> None:
    """Any of them may hold bad rows of a later range."""
    rows = scanned(scan([[Lines(3, 7, 99)]], ALL, search), 0)
    told = [row for row in rows if row["tally"] == "lines"]
    assert [row["part"] for row in told] == [0, 1, 2, 3]
    assert {tuple(np.frombuffer(row["records"], LINES_RECORD)[0].tolist()) for row in told} == {(3, 7, 99)}


def nothing_but_bad(file: int, range_: int, line: int) -> Rows:
    """Two bad rows of a range from a line on."""
    nulls = {name: [None, None] for name in ("device", "at", "lon", "lat")}
    return rows_of(**nulls, defect=["unreadable_row"] * 2, file=file, range=range_, line=line)


def test_a_file_of_bad_rows_is_dealt_out_to_all_parts(search: Search) -> None:
    """By file, range and every so many lines: no part holds all of a file that nobody can use."""
    given = [nothing_but_bad(0, 0, 1 + LINES_TOGETHER * block) for block in range(4)]
    given += [nothing_but_bad(0, range_, 1) for range_ in range(4)]
    given += [nothing_but_bad(file, 0, 1) for file in range(4)]
    rows = [row for row in scanned(scan([given], ALL, search), 0) if row["tally"] == "quarantined"]
    assert [row["part"] for row in rows] == [0, 1, 2, 3] * 3
