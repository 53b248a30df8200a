"""What would mend rows that could not be used."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from footfall.check import funnel
from footfall.clean import Rules, judge
from footfall.hints import Input, hints
from footfall.hints.formats import TIME_FORMATS
from footfall.hints.unusable import nothing_usable
from footfall.read.pings import read_pings
from footfall.read.pings.rows import Rows
from footfall.read.pings.times import check_format
from footfall.runs.outcome import Funnel
from footfall.schema import OTHER_DAY, REASONS, SOUND
from footfall.settings import Settings
from tests.read.parquet_files import parquet
from tests.read.ping_files import write

NOW = datetime(2024, 6, 1, tzinfo=UTC)
HEADER = "device,at,lat,lon\n"


def said(path: Path, **pings: Any) -> tuple[str, ...]:
    """The hints of a run over a file, of which all rows that cannot be used are a sample."""
    given = {"pings": {"path": str(path), **pings}, "places": {"path": "p"}, "output": "o"}
    settings = Settings.model_validate(given)
    found = read_pings(settings.pings, 1)
    bad: list[dict[str, Any]] = []
    kept = 0
    for rows in (each for task in found.tasks for each in task.read(())):
        assert isinstance(rows, Rows)
        numbers = judge(rows, Rules.of(settings, NOW))
        for at, number in enumerate([SOUND] * len(rows) if numbers is None else numbers.tolist()):
            kept += number in (SOUND, OTHER_DAY)
            if number not in (SOUND, OTHER_DAY):
                (raw,) = rows.raw(pa.array([at]).to_numpy()).to_pylist()
                bad.append({"reason": REASONS[number], "file": str(path), "raw": raw})
    tallies: dict[Any, int] = {(reason, None): 0 for reason in REASONS}
    for row in bad:
        tallies[row["reason"], None] += 1
    counted = funnel({**tallies, ("outside_places", NOW.date()): kept}, [NOW.date()])
    return hints(settings, Input(found.files, found.format, bad), counted, NOW)


def times(folder: Path, *texts: str) -> Path:
    """A file of pings at these times."""
    return write(folder / "a.csv", HEADER + "".join(f'd,"{text}",14.6,-90.5\n' for text in texts))


@pytest.mark.parametrize(
    ("texts", "time_format"),
    [
        (["20240301100000", "20240302100000"], "yyyyMMddHHmmss"),
        (["31/05/2024 01:33"], "dd/MM/yyyy HH:mm"),
        (["05/31/2024 01:33:00"], "MM/dd/yyyy HH:mm:ss"),
        (["1/5/2024 1:33", "31/5/2024 13:33:10"], "d/M/yyyy H:mm[:ss]"),
        (["31.05.2024 01:33"], "dd.MM.yyyy HH:mm"),
        (["5/31/2024 1:33 PM"], "M/d/yyyy h:mm a"),
        (["31-May-2024 01:33:00"], "dd-MMM-yyyy HH:mm:ss"),
        (["Fri May 31 01:33:00 UTC 2024"], "EEE MMM d HH:mm:ss z yyyy"),
        (["2024-05-31-01.33.00"], "yyyy-MM-dd-HH.mm.ss"),
    ],
)
def test_the_format_that_reads_the_times_is_named(tmp_path: Path, texts: list[str], time_format: str) -> None:
    """Where it reads all of them, and only one order of day and month does."""
    (hint,) = said(times(tmp_path, *texts))
    assert hint.startswith(f"pings.time_format: {time_format!r} reads the ")
    assert "so does" not in hint


def test_both_orders_of_day_and_month_are_named_where_both_fit(tmp_path: Path) -> None:
    """The file does not say which is meant."""
    (hint,) = said(times(tmp_path, "01/05/2024 01:33", "02/05/2024 01:33"))
    assert "'dd/MM/yyyy HH:mm' reads the 2 rows of wrong_type:at that were tried" in hint
    assert "so does 'MM/dd/yyyy HH:mm'" in hint


@pytest.mark.parametrize(
    ("time_format", "text", "better"),
    [("epoch_s", "1717119180000", "auto"), ("epoch_ms", "1717119180", "auto"), ("iso", "1717119180", "auto")],
)
def test_a_wrong_unit_of_numbers_is_seen(tmp_path: Path, time_format: str, text: str, better: str) -> None:
    """Whether it gives no time or one of 1970."""
    (hint,) = said(times(tmp_path, text), time_format=time_format)
    assert hint.startswith(f"pings.time_format: {better!r} reads")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("20240301", "looks like a day without a time of day"),
        ("45000.5", "would be 2023-03-15 12:00 as a spreadsheet counts days"),
    ],
)
def test_what_a_number_may_mean_is_said_where_no_setting_reads_it(
    tmp_path: Path, text: str, meaning: str
) -> None:
    """Then the file has to be written otherwise."""
    (hint,) = said(times(tmp_path, text))
    assert meaning in hint


def test_decimal_commas_are_seen_alone_and_with_other_times(tmp_path: Path) -> None:
    """Two settings at once where one does not do."""
    header = HEADER.replace(",", ";")
    path = write(tmp_path / "a.csv", f"{header}d;2024-05-31 01:33:00;14,6;-90,5\n")
    assert said(path, delimiter=";") == (
        "pings.decimal: ',' reads the row of wrong_type:lat that was tried.",
    )
    path = write(tmp_path / "a.csv", f"{header}d;31.05.2024 01:33;14,6;-90,5\n")
    (hint,) = said(path, delimiter=";")
    assert hint.startswith("pings.time_format: 'dd.MM.yyyy HH:mm' with pings.decimal: ',' reads")


def test_what_is_wrong_with_malformed_rows_is_said(tmp_path: Path) -> None:
    """A delimiter at their ends, another one than in the header, another number of fields."""
    row = "d,2024-05-31 01:33:00,14.6,-90.5"
    for rows, what in (
        (f"{row},\n", "The rows end with a delimiter"),
        (row.replace(",", ";") + "\n", "separated by a semicolon, and the header by a comma"),
        (f"{row},x,y\n", "The rows have 6 fields, and the header has 4."),
    ):
        (hint,) = said(write(tmp_path / "a.csv", HEADER + rows * 3))
        assert what in hint


def test_typed_files_have_hints_as_well(tmp_path: Path) -> None:
    """Their rows are tried as they stand in the quarantine."""
    path = parquet(tmp_path / "a.parquet", at=pa.array([20240301100000]))
    (hint,) = said(path)
    assert hint.startswith("pings.time_format: 'yyyyMMddHHmmss' reads")


def test_nothing_is_said_where_nothing_helps_or_few_rows_are_bad(tmp_path: Path) -> None:
    """A format must read all rows that were tried; but times of other centuries are always looked at."""
    assert said(times(tmp_path, "31/05/2024 01:33", "soon")) == ()
    good = ["2024-05-31 01:33:00"] * 3
    assert said(times(tmp_path, "31/05/2024 01:33", *good)) == ()
    assert len(said(times(tmp_path, "20240301", *good))) == 1


def test_every_format_that_is_tried_is_a_setting() -> None:
    """A hint must not name what would be refused."""
    for time_format in TIME_FORMATS:
        check_format(time_format)
    assert len(set(TIME_FORMATS)) == len(TIME_FORMATS)


@pytest.mark.parametrize(
    ("bad", "advice"),
    [
        ({"coordinate_out_of_range": 3}, "Give degrees of WGS84: "),
        (
            {"missing_field:lon": 2, "coordinate_out_of_range": 1},
            "Correct what these reasons name in the input",
        ),
        ({}, "Check days, time_zone and pings.columns"),
    ],
)
def test_the_advice_without_a_hint_is_about_what_the_rows_have(bad: dict[str, int], advice: str) -> None:
    """Days are to be checked only where rows are of other days."""
    settings = Settings.model_validate({"pings": {"path": "p.csv"}, "places": {"path": "p"}, "output": "o"})
    rows = Funnel(9, 9 - sum(bad.values()), bad, 0, 0, 0, 0)
    assert nothing_usable(settings, "any day", rows, {}, ()).fix.startswith(advice)
