"""CSV in ranges of bytes: whatever is in a line, and wherever a file is divided, each row is read once and as it is."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.read.read_rows import Row, rows_of
from tests.read.spellings import EPOCHS, ISO, NO_NUMBERS, NO_TIMES, NUMBERS
from tests.read.time_tables import BAD, NEVER

from footfall.errors import InputError
from footfall.read.pings import PingInput
from footfall.read.pings import csv as dealing
from footfall.read.pings.csv import batches, blocks
from footfall.read.pings.csv.delimiters import classes_of
from footfall.read.pings.rows import Lines

ReadPings = Callable[..., PingInput]
HEADER = "name,device,lat,lon,at,accuracy"
MAPPED = {"device": "device", "lat": "lat", "lon": "lon", "at": "at", "accuracy": "accuracy"}
AT = "2023-03-01T09:05:00Z"
DEVICES = ["a", "a b", " a", "a ", "\t", "é", "a'b", "\\", "#", "null", "\ufeff", "\x1f", "\x7f"]
FIRST, LAST = "0001-01-02 00:00:00", "9999-12-30 00:00:00"


def row(device: str = "a", lat: str = "14.5", lon: str = "-90.5", at: str = AT, accuracy: str = "") -> str:
    """A line that is sound, but for what is given."""
    return f"x,{device},{lat},{lon},{at},{accuracy}"


def written(path: Path, texts: list[str], line_end: str = "\n", header: str = HEADER) -> Path:
    """The lines as a file, some of them not quite UTF-8."""
    path.write_bytes(line_end.join([header, *texts]).encode().replace("日".encode(), b"\xe6\x97"))
    return path


def meant(spelling: str | None, zone: str) -> tuple[str | None, str | None]:
    """The instant in UTC and the defect of a time in `spellings`, worked out by Python's zoneinfo."""
    if spelling is None:
        return None, BAD
    if spelling.endswith("Z"):
        instant = spelling.removesuffix("Z")
    else:
        wall = datetime.fromisoformat(spelling).replace(tzinfo=ZoneInfo(zone))
        try:
            shown = wall.astimezone(UTC)
        except OverflowError:
            return None, BAD
        if shown.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(tzinfo=None):
            return None, NEVER
        instant = str(shown.replace(tzinfo=None))
        instant = instant.rstrip("0") if "." in instant else instant
    return (instant, None) if FIRST <= instant <= LAST else (None, BAD)


@pytest.mark.parametrize("time_format", ["auto", "iso", "epoch_s", "epoch_ms"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_times_are_read_however_they_are_written(
    read: ReadPings, tmp_path: Path, time_format: str, zone: str
) -> None:
    """Clocks of Berlin skip an hour in March and show one twice in October."""
    column = {"auto": 0, "epoch_s": 1, "epoch_ms": 2}.get(time_format)
    iso = ISO if column in (None, 0) else dict.fromkeys(ISO)
    epochs = {text: None if column is None else read_as[column] for text, read_as in EPOCHS.items()}
    spelled = {**iso, **epochs, **dict.fromkeys(NO_TIMES)}
    path = written(tmp_path / "pings.csv", [row(at=text) for text in spelled])
    found = rows_of(read(path, columns=MAPPED, time_format=time_format, time_zone=zone))
    assert [(each["instant"], each["defect"]) for each in found] == [
        meant(spelling, zone) for spelling in spelled.values()
    ]


@pytest.mark.parametrize("zone", ["UTC", "America/Sao_Paulo"])
def test_dates_and_times_may_stand_in_two_columns(read: ReadPings, tmp_path: Path, zone: str) -> None:
    """Half of a spelling in each; in Sao Paulo 4 November 2018 began at 01:00."""
    halves = {text.strip().replace("T", " ", 1).partition(" "): spelling for text, spelling in ISO.items()}
    spelled = {(date, time): spelling for (date, _, time), spelling in halves.items()}
    more = {
        ("2018-11-04", "00:30:00"): "2018-11-04 00:30:00",
        (" 2018-11-04 ", " 01:30 "): "2018-11-04 01:30:00",
    }
    spelled |= {**more, ("2023-03-01", "x"): None, ("1677661500", "1"): None}
    texts = [f"a,1,2,{date},{time}" for date, time in spelled]
    texts += ["a,1,2,2023-03-01,", "a,1,2,,09:05:00", "a,1,2, ,"]
    path = written(tmp_path / "pings.csv", texts, header="device,lat,lon,date,time")
    found = rows_of(read(path, columns={"date": "date", "time": "time"}, time_zone=zone))
    missing = [(None, "missing_field:at")] * 3
    assert [(each["instant"], each["defect"]) for each in found] == [
        *(meant(spelling, zone) for spelling in spelled.values()),
        *missing,
    ]


@pytest.mark.parametrize("part", ["lat", "lon", "accuracy"])
def test_numbers_are_read_however_they_are_written(read: ReadPings, tmp_path: Path, part: str) -> None:
    """With exponents, signs, spaces, and more digits than a double has; what is blank is missing."""
    spelled = [text.replace("1,5", '"1,5"') for text in [*NUMBERS, *NO_NUMBERS, "", "  "]]
    texts = [row(**{part: text}) for text in spelled]
    found = rows_of(read(written(tmp_path / "pings.csv", texts), columns=MAPPED))
    blank = None if part == "accuracy" else f"missing_field:{part}"
    assert [(each[part], each["defect"]) for each in found] == [
        *((number, None) for number in NUMBERS.values()),
        *((None, f"wrong_type:{part}") for _ in NO_NUMBERS),
        *[(None, blank)] * 2,
    ]


def test_ids_stand_as_they_are(read: ReadPings, tmp_path: Path) -> None:
    """With spaces around them and letters of all kinds; blank ones are missing, quotes around them are not part."""
    texts = [row(device) for device in DEVICES]
    texts += [row(""), row(" "), row('""'), row('"a,""b"""'), row("日本")]
    found = rows_of(read(written(tmp_path / "pings.csv", texts), columns=MAPPED))
    missing = "missing_field:device"
    assert [(each["device"], each["defect"]) for each in found] == [
        *((device, None) for device in DEVICES),
        ("", missing),
        (" ", missing),
        ("", missing),
        ('a,"b"', None),
        ("\ufffd本", None),
    ]


@pytest.mark.parametrize(
    ("start", "is_torn"),
    [
        ('"x",', False),
        ('"x""",', False),
        ('"a,b",', False),
        ("é,", False),
        ('"x"y,', True),
        ('"x,', True),
        ('x",', True),
        ("x,y,", True),
        ("", True),
    ],
)
def test_a_field_that_is_not_read_may_still_tear_a_line(
    read: ReadPings, tmp_path: Path, start: str, is_torn: bool
) -> None:
    """The first column is not mapped: what is in it does not matter, but how many fields it is does."""
    path = written(tmp_path / "pings.csv", [row().replace("x,", start, 1), row("b")])
    torn = (None, "unreadable_row")
    assert [(each["device"], each["defect"]) for each in rows_of(read(path, columns=MAPPED))] == [
        torn if is_torn else ("a", None),
        ("b", None),
    ]


@pytest.mark.parametrize(
    ("line", "defect"),
    [
        (",".join(f'"{field}"' for field in row().split(",")), None),
        (row() + ",", "unreadable_row"),
        (row() + '"', "unreadable_row"),
        (row() + "\x00", "wrong_type:accuracy"),
        ('""', "unreadable_row"),
        ('"x"', "unreadable_row"),
        ('"x""y"', "unreadable_row"),
    ],
)
def test_quotes_and_ends_of_lines_are_taken_at_their_word(
    read: ReadPings, tmp_path: Path, line: str, defect: str | None
) -> None:
    """All fields quoted, one too many, a quote or a NUL behind the last one, and lines of one field."""
    found = rows_of(read(written(tmp_path / "pings.csv", [line]), columns=MAPPED))
    assert [(each["defect"], each["raw"]) for each in found] == [(defect, line)]


@pytest.mark.parametrize("seed", range(3))
def test_compiled_code_reads_lines_as_python_does(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Three thousand lines with up to three characters too many, too few or other ones."""
    random = Random(seed)  # noqa: S311
    sound = [
        row(),
        row(lat="14.634915000000001", accuracy="12.5"),
        '"x",a,1,"2",2023-03-01 09:05:00,',
        row(at="1677661500"),
    ]

    def fault(line: str) -> str:
        for _ in range(random.randrange(4)):
            at, width = random.randrange(len(line) + 1), random.randrange(2)
            line = line[:at] + random.choice(["", *'", .-+eTZ:/09a\té;\r\0']) + line[at + width :]
        return line

    pings = read(
        written(tmp_path / "pings.csv", [fault(random.choice(sound)) for _ in range(3000)]), columns=MAPPED
    )
    compiled = rows_of(pings)
    monkeypatch.setattr(batches, "classes_of", lambda _: classes_of("¦"))
    monkeypatch.setattr(batches.kernel, "TORN", batches.kernel.RARE)
    assert compiled == rows_of(pings)
    assert {row["defect"] for row in compiled} > {None, "unreadable_row", "wrong_type:at", "wrong_type:lat"}


def _pieces_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a range have so many bytes, and read them in few."""
    monkeypatch.setattr(dealing, "LEAST_BYTES", size)
    monkeypatch.setattr(dealing, "MOST_BYTES", size)
    monkeypatch.setattr(blocks, "STEP", 3)
    monkeypatch.setattr(blocks, "PIECE", max(1, size // 2))
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 2)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 7, 30, 1000])
def test_each_line_is_read_once_wherever_a_file_is_divided(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_end: str, size: int
) -> None:
    """Also between the two bytes of a line's end, in blank lines, and where the last line has no end."""
    _pieces_of(size, monkeypatch)
    texts = ["", row("a"), "", " ", row("b"), row("c"), "", row("d")]
    pings = read(written(tmp_path / "pings.csv", texts, line_end), columns=MAPPED)
    found = sorted((each["device"], each["line"]) for each in rows_of(pings))
    assert found == [("a", 3), ("b", 6), ("c", 7), ("d", 9)]
    assert len(pings.tasks) > 1 or size == 1000
    lines = [each.lines for task in pings.tasks for each in task.read(()) if isinstance(each, Lines)]
    assert sum(lines) == 9 if len(pings.tasks) > 1 else lines == []


def test_small_files_share_a_task_and_blank_starts_are_no_header(read: ReadPings, tmp_path: Path) -> None:
    """Each has a header of its own."""
    for number in range(5):
        written(tmp_path / f"{number}.csv", [row(str(number))], header=f"\n \n{HEADER}")
    pings = read(tmp_path, columns=MAPPED)
    assert len(pings.tasks) == 1
    assert [(each["device"], each["line"]) for each in rows_of(pings)] == [(n, 4) for n in "01234"]


@pytest.mark.parametrize("size", [1 << 10, 1 << 24])
def test_a_line_that_is_too_long_is_torn_and_hardly_read(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Of eight megabytes two are kept, as the text of one torn row; its neighbours are pings."""
    monkeypatch.setattr(dealing, "LEAST_BYTES", size)
    monkeypatch.setattr(dealing, "MOST_BYTES", size)
    monkeypatch.setattr(blocks, "PIECE", 1 << 20)
    longest = 0
    scan = batches.kernel.scan

    def watched(content: Any, *rest: Any) -> Any:
        nonlocal longest
        longest = max(longest, len(content))
        return scan(content, *rest)

    monkeypatch.setattr(batches.kernel, "scan", watched)
    path = written(tmp_path / "pings.csv", [row("a"), row("b" * 8_000_000), row("c")])
    found = sorted(rows_of(read(path, columns=MAPPED)), key=lambda row: row["line"])
    assert [(each["device"], each["line"]) for each in found] == [("a", 2), (None, 3), ("c", 4)]
    assert found[1]["raw"] == row("b" * 8_000_000)[: 1 << 21]
    assert longest < 3_500_000


@pytest.mark.parametrize("change", ["longer", "gone"])
def test_a_file_that_is_not_as_it_was_is_named(read: ReadPings, tmp_path: Path, change: str) -> None:
    """Whatever happens between the look at the header and the task."""
    path = written(tmp_path / "pings.csv", [row()])
    pings = read(path, columns=MAPPED)
    path.unlink() if change == "gone" else path.write_text(f"{HEADER}\n{row()}\n{row()}\n")
    with pytest.raises(InputError) as caught:
        rows_of(pings)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("pings.csv.gz", {}),
        ("pings.csv", {"time_format": "yyyy-MM-dd'T'HH:mm:ssX"}),
        ("pings.csv", {"delimiter": "¦"}),
        ("pings.csv.gz", {"time_format": "yyyy-MM-dd'T'HH:mm:ssX", "delimiter": "¦"}),
    ],
)
def test_tasks_read_what_compiled_code_does_not_know(
    read: ReadPings, tmp_path: Path, name: str, settings: dict[str, Any]
) -> None:
    """Packed files, other patterns of times, delimiters beyond ASCII."""
    text = "\n".join([HEADER, row()]).replace(",", settings.get("delimiter", ",")).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    found: list[Row] = rows_of(read(tmp_path / name, columns=MAPPED, **settings))
    assert [(each["device"], each["instant"]) for each in found] == [("a", "2023-03-01 09:05:00")]
