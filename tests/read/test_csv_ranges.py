"""CSV that tasks read by themselves: the same as Spark reads, whatever is in a line and wherever a file is divided."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from tests.read.conftest import agree, told_by_tasks

from footfall.errors import InputError
from footfall.read.pings import PingInput
from footfall.read.pings.csv import ranges as under_test
from footfall.read.pings.csv.ranges import CsvRanges

ReadPings = Callable[..., PingInput]
HEADER = "name,device,lat,lon,at,accuracy"
TIMES = """
2023-03-01T09:05:00Z|2023-03-01 09:05:00|2023/03/01 09:05:00.5|2023-03-01T09:05:00.123456789Z|2023-03-01T09:05Z
2023-3-1 9:05|20230301 09:05:00|2023-03-01 09:05:00+01:00|2023-03-01 09:05:00 -0530|2023-03-01T09:05:00+18:00
2023-03-01T09:05:00+18:01|2023-03-01T09:05:00+05:60|2023-02-29 09:05:00|2024-02-29 09:05:00|2023-13-01 09:05:00
2023-04-31 09:05:00|2023-03-01 24:00:00|2023-03-01 23:60:00|2023-03-01 23:59:60|0000-01-01 00:00:00|0001-01-01 00:00:00
9999-12-31 23:59:59|1899-12-31 23:59:59.999999|2023-03-26 02:30:00|2023-10-29 02:30:00|2023-10-29 02:30:00Z
2023-03-01T09:05:00UTC|2023-03-01 09:05:00 Z|2023-03-01T09:05:00z|2023-03-01|09:05:00|2023-03/01 09:05:00
2023-03-01  09:05:00| 2023-03-01 09:05:00 |2023-03-01T09:05:00.|2023-03-01T09:05:00.1234567890|2023-03-01 09-05-00
1677661500|1677661500000|1677661500000000|1677661500000000000|16776615000000000000|99999999999|100000000000|99999999999999
100000000000000|99999999999999999|9999999999999999|-1|+1|1677661500.5|1677661500.9999999|1677661500.999999999|1.6e9|1.6776615E+9
1.6e99|253402300799|253402300800|253402300799999|253402300800000|0|00|1_000|abc||nan|--1|1.|.5
""".replace("\n", "|").split("|")
NUMBERS = """
14.5|-90.5|0|-0|0.0|14|014.50|+14.5|14.|.5|-.5|1e1|1E+1|1e-1|1e999|-1e999|nan|inf|Infinity|0x10|1d|1f|1_0|1,5|--1|- 1
 14.5| 14.5 |14.5 |1 4|90.00000000000001|14.634915000000001|-90.50706923157293|123456789012345678901234567890
1234567890123456789012345678901|0.1234567890123456789012345678|4.9e-324|1e-400||  |+|-|.|e|1e|1e+
""".replace("\n", "|").split("|")
DEVICES = [
    "a",
    "a b",
    " a",
    "a ",
    "",
    " ",
    "\t",
    "é",
    "日本",
    '""',
    "a'b",
    "\\",
    "#",
    "null",
    "\ufeff",
    "\x1f",
    "\x7f",
]
MAPPED = {"device": "device", "lat": "lat", "lon": "lon", "at": "at", "accuracy": "accuracy"}


def row(
    device: str = "a", lat: str = "14.5", lon: str = "-90.5", at: str = TIMES[1], accuracy: str = ""
) -> str:
    """A line that is sound, but for what is given."""
    return f"x,{device},{lat},{lon},{at},{accuracy}"


def lines() -> Iterator[str]:
    """All rare spellings, each in each part that it may be in."""
    yield from (row(at=time) for time in TIMES)
    for number in NUMBERS:
        yield from (row(lat=number), row(lon=number), row(accuracy=number))
    yield from (row(device=device) for device in DEVICES)
    yield from (f'"{each}"' for each in ("", "x", 'x""y'))
    yield from (
        row().replace("x,", start, 1)
        for start in ('"x",', '"x"y,', '"x,', 'x",', '"x""",', '"a,b",', "é,", "x,y,", "")
    )
    yield from (
        ",".join(f'"{field}"' for field in row().split(",")),
        row() + ",",
        row() + '"',
        row() + "\x00",
    )


def written(path: Path, texts: list[str], line_end: str = "\n", header: str = HEADER) -> Path:
    """The lines as a file, some of them not quite UTF-8."""
    path.write_bytes(line_end.join([header, *texts]).encode().replace("日".encode(), b"\xe6\x97"))
    return path


def ranges_of(pings: PingInput) -> CsvRanges:
    """The only source, which tasks can read."""
    ((groups,),) = [pings.by_tasks]
    assert isinstance(groups, CsvRanges)
    assert pings.by_spark is None
    return groups


@pytest.mark.parametrize("time_format", ["auto", "iso", "epoch_s", "epoch_ms"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_tasks_read_all_spellings_as_spark_does(
    read: ReadPings, tmp_path: Path, time_format: str, zone: str
) -> None:
    """Sound or not: clocks of Berlin skip an hour in March and show one twice in October."""
    path = written(tmp_path / "pings.csv", list(lines()))
    pings = read(path, columns=MAPPED, time_format=time_format, time_zone=zone)
    assert len(list(told_by_tasks(ranges_of(pings)))) == len(list(lines()))
    agree(pings)


@pytest.mark.parametrize("zone", ["UTC", "America/Sao_Paulo"])
def test_dates_and_times_in_two_columns_are_read_as_spark_does(
    read: ReadPings, tmp_path: Path, zone: str
) -> None:
    """Half of a spelling in each, also where a half is missing."""
    halves = [time.replace("T", " ").partition(" ") for time in TIMES if "," not in time]
    texts = [f"a,1,2,{date},{time}" for date, _, time in halves] + [
        "a,1,2,2018-11-04,00:30:00",
        "a,1,2, 2018-11-04 , 01:30 ",
    ]
    path = written(tmp_path / "pings.csv", texts, header="device,lat,lon,date,time")
    columns = {"device": "device", "lat": "lat", "lon": "lon", "at": None, "date": "date", "time": "time"}
    pings = read(path, columns=columns, time_zone=zone)
    ranges_of(pings)
    agree(pings)


@pytest.mark.parametrize("seed", range(3))
def test_lines_with_random_faults_are_read_as_spark_does(read: ReadPings, tmp_path: Path, seed: int) -> None:
    """Three thousand lines with up to three characters too many, too few or other ones."""
    random = Random(seed)  # noqa: S311
    sound = [
        row(),
        row(lat="14.634915000000001", accuracy="12.5"),
        f'"x",a,1,"2",{TIMES[2]},',
        row(at="1677661500"),
    ]

    def fault(line: str) -> str:
        for _ in range(random.randrange(4)):
            at, width = random.randrange(len(line) + 1), random.randrange(2)
            line = line[:at] + random.choice(["", *'", .-+eTZ:/09a\té;\r\0']) + line[at + width :]
        return line

    texts = [fault(random.choice(sound)) for _ in range(3000)]
    agree(read(written(tmp_path / "pings.csv", texts), columns=MAPPED))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 7, 30, 1000])
def test_each_line_is_read_once_wherever_a_file_is_divided(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_end: str, size: int
) -> None:
    """Also between the two bytes of a line's end, in blank lines, and where the last line has no end."""
    monkeypatch.setattr(under_test, "LEAST_BYTES", size)
    monkeypatch.setattr(under_test, "MOST_BYTES", size)
    monkeypatch.setattr(under_test, "STEP", 3)
    monkeypatch.setattr(under_test, "ROWS_PER_BATCH", 2)
    texts = ["", row("a"), "", " ", row("b"), row("c"), "", row("d")]
    ranges = ranges_of(read(written(tmp_path / "pings.csv", texts, line_end), columns=MAPPED))
    assert [device for device, *_ in told_by_tasks(ranges)] == ["a", "b", "c", "d"]
    assert len(ranges.tasks) > 1 or size == 1000


def test_small_files_share_a_task_and_blank_starts_are_no_header(read: ReadPings, tmp_path: Path) -> None:
    """Each has a header of its own."""
    for number in range(5):
        written(tmp_path / f"{number}.csv", [row(str(number))], header=f"\n \n{HEADER}")
    ranges = ranges_of(read(tmp_path, columns=MAPPED))
    assert len(ranges.tasks) == 1
    assert [device for device, *_ in told_by_tasks(ranges)] == list("01234")


@pytest.mark.parametrize("size", [1 << 10, 1 << 24])
def test_a_line_that_is_too_long_is_torn_and_hardly_read(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Three megabytes are one unsound row; its neighbours are pings."""
    monkeypatch.setattr(under_test, "LEAST_BYTES", size)
    monkeypatch.setattr(under_test, "MOST_BYTES", size)
    path = written(tmp_path / "pings.csv", [row("a"), row("b" * 3_000_000), row("c")])
    ranges = ranges_of(read(path, columns=MAPPED))
    assert [device for device, *_ in told_by_tasks(ranges)] == ["a", None, "c"]
    longest = max(len(under_test._content(part, 1 << 20)[0]) for task in ranges.tasks for part in task)
    assert longest < 4_000_000 if size > 1 << 20 else longest < 1_200_000


@pytest.mark.parametrize("change", ["longer", "gone"])
def test_a_file_that_is_not_as_it_was_is_named(read: ReadPings, tmp_path: Path, change: str) -> None:
    """Whatever happens between the look at the header and the task."""
    path = written(tmp_path / "pings.csv", [row()])
    ranges = ranges_of(read(path, columns=MAPPED))
    path.unlink() if change == "gone" else path.write_text(f"{HEADER}\n{row()}\n{row()}\n")
    with pytest.raises(InputError) as caught:
        list(ranges.read([pa.RecordBatch.from_pydict({"id": [0]})]))
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("pings.csv.gz", {}),
        ("pings.csv", {"time_format": "yyyy-MM-dd'T'HH:mm:ssX"}),
        ("pings.csv", {"delimiter": "¦"}),
    ],
)
def test_spark_reads_what_tasks_do_not_know(
    read: ReadPings, tmp_path: Path, name: str, settings: dict[str, Any]
) -> None:
    """Packed files, other patterns of times, delimiters beyond ASCII."""
    import gzip

    text = "\n".join([HEADER, row()]).replace(",", settings.get("delimiter", ",")).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    pings = read(tmp_path / name, columns=MAPPED, **settings)
    assert pings.by_tasks == ()
    assert [r.device for r in pings.rows.collect()] == ["a"]
