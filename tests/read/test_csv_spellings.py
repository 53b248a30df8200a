"""CSV in all its spellings: what each way of writing a time, a number, an id or a line means."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.read.read_rows import rows_of
from tests.read.spellings import EPOCHS, ISO, NO_NUMBERS, NO_TIMES, NUMBERS
from tests.read.time_tables import BAD, NEVER

from footfall.read.pings import PingInput

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
            seen = wall.astimezone(UTC)
        except OverflowError:
            return None, BAD
        if seen.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(tzinfo=None):
            return None, NEVER
        instant = str(seen.replace(tzinfo=None))
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
    """With spaces around them and letters of all kinds; blank ones and null are missing, quotes around are no part."""
    texts = [row(device) for device in DEVICES]
    texts += [row(""), row(" "), row('""'), row('"a,""b"""'), row("日本")]
    found = rows_of(read(written(tmp_path / "pings.csv", texts), columns=MAPPED))
    missing = "missing_field:device"
    assert [(each["device"], each["defect"]) for each in found] == [
        *((device, missing if device.strip() in ("", "null") else None) for device in DEVICES),
        ("", missing),
        (" ", missing),
        ("", missing),
        ('a,"b"', None),
        ("\\xe6\\x97本", None),
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
