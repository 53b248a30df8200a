"""Which files are read, and what their headers must hold."""

import bz2
import gzip
import lzma
from pathlib import Path

import pytest
from tests.read.ping_files import HEADER, REST, ReadPings, Rows, refusal, write
from tests.read.read_rows import rows_of

from footfall.errors import InputError, SettingsError


def test_a_folder_is_read_with_all_below_but_not_what_is_hidden(read: ReadPings, tmp_path: Path) -> None:
    """Other files are passed over with a note; hidden ones silently."""
    write(tmp_path / "a.csv", f"{HEADER}a{REST}")
    write(tmp_path / "deep" / "er" / "b.CSV", f"{HEADER}b{REST}")
    for hidden in ("_c.csv", ".d.csv", "_old/e.csv", ".git/f.csv"):
        write(tmp_path / hidden, f"{HEADER}x{REST}")
    write(tmp_path / "README.md", "words")
    pings = read(tmp_path)
    assert sorted(row["device"] for row in rows_of(pings)) == ["a", "b"]
    assert [file.path for file in pings.files] == [str(tmp_path / "a.csv"), str(tmp_path / "deep/er/b.CSV")]
    assert pings.notes == (
        f"1 other file was not read, the name does not belong to csv: {tmp_path / 'README.md'}.",
    )


def test_globs_and_lists_name_each_file_once(rows: Rows, tmp_path: Path) -> None:
    """A file that two paths lead to is read once; a glob takes folders too."""
    write(tmp_path / "day1" / "a.csv", f"{HEADER}a{REST}")
    b = write(tmp_path / "day2" / "b.csv", f"{HEADER}b{REST}")
    write(tmp_path / "night" / "c.csv", f"{HEADER}c{REST}")
    assert rows(tmp_path / "day*" / "*.csv", "device") == [("a",), ("b",)]
    assert rows(tmp_path / "{day1,night}", "device") == [("a",), ("c",)]
    assert rows([tmp_path / "day*", b], "device") == [("a",), ("b",)]


@pytest.mark.parametrize("name", ["a [1].csv", "a+b%20c#d?.csv", "a{b}.csv", "año 'x' \"y\".csv", "a*b.csv"])
def test_any_file_name_can_be_read_and_is_shown_as_it_is(rows: Rows, tmp_path: Path, name: str) -> None:
    """Characters that mean something in globs and addresses."""
    path = write(tmp_path / name, f"{HEADER}a{REST}")
    assert rows(path, "device", "file") == [("a", str(path))]
    assert rows(tmp_path, "device", "file") == [("a", str(path))]


def test_a_relative_path_starts_at_the_current_folder(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The current folder of the command."""
    write(tmp_path / "in" / "a.csv", f"{HEADER}a{REST}")
    monkeypatch.chdir(tmp_path)
    assert rows("in/a.csv", "device", "file") == [("a", str(tmp_path / "in" / "a.csv"))]


def test_the_order_of_columns_may_differ_between_files(rows: Rows, tmp_path: Path) -> None:
    """Extra columns are ignored; a torn line is torn by its own file's header."""
    write(tmp_path / "a.csv", f"{HEADER}a{REST}a,1\n")
    write(tmp_path / "b.csv", "at,more,lon,lat,device\n2023-03-01T09:05:00Z,x,-90.5,14.5,b\n")
    assert rows(tmp_path, "device", "lat", "lon", "defect") == [
        ("b", 14.5, -90.5, None),
        (None, None, None, "unreadable_row"),
        ("a", 14.5, -90.5, None),
    ]


def test_mapped_names_may_have_spaces_and_other_signs(rows: Rows, tmp_path: Path) -> None:
    """The names of the settings file in the README; quotes around names in the header are not part of them."""
    header = 'Hashed Device ID,"Lat, of Point",Lon `of` Point,Date,Time of Day\n'
    path = write(tmp_path / "a.csv", f"{header}a,14.5,-90.5,2023-03-01,9:05\n")
    columns = {
        "device": "Hashed Device ID",
        "lat": "Lat, of Point",
        "lon": "Lon `of` Point",
        "date": "Date",
        "time": "Time of Day",
    }
    found = rows(path, "device", "lat", "instant", columns=columns, time_zone="America/Guatemala")
    assert found == [("a", 14.5, "2023-03-01 15:05:00")]


def test_files_without_rows_are_noted_among_others(read: ReadPings, tmp_path: Path) -> None:
    """Empty, blank, and with a header alone."""
    write(tmp_path / "a.csv", f"{HEADER}a{REST}")
    for name, body in {"b.csv": "", "c.csv": HEADER, "d.csv": "\n\n", "e.csv.gz": gzip.compress(b"")}.items():
        write(tmp_path / name, body)
    pings = read(tmp_path)
    assert len(rows_of(pings)) == 1
    assert pings.notes == tuple(
        f"{tmp_path / name} holds no row." for name in ("b.csv", "c.csv", "d.csv", "e.csv.gz")
    )
    assert len(pings.files) == 5


@pytest.mark.parametrize("body", ["", HEADER, "\n"])
def test_an_input_without_any_row_is_refused(read: ReadPings, tmp_path: Path, body: str) -> None:
    """Nothing to count is an error, not a zero."""
    error = refusal(read, write(tmp_path / "a.csv", body))
    assert isinstance(error, InputError)
    assert error.what == f"No file holds a row: {tmp_path / 'a.csv'}"


def test_missing_paths_say_what_is_near(read: ReadPings, tmp_path: Path) -> None:
    """A path that does not exist, an empty folder, a glob without match."""
    write(tmp_path / "pings.csv", HEADER)
    error = refusal(read, tmp_path / "ping.csv")
    assert isinstance(error, InputError)
    assert "does not exist" in error.what
    assert str(tmp_path / "ping.csv") in error.where
    assert "pings.csv" in error.fix
    (tmp_path / "empty" / "_hidden").mkdir(parents=True)
    assert refusal(read, tmp_path / "empty").what == "The folder holds no file"
    assert refusal(read, tmp_path / "*.tsv").what == "The glob matches no file"


def test_a_missing_column_is_named_with_those_that_are_there(read: ReadPings, tmp_path: Path) -> None:
    """One of two files lacks it; its header is also what a file without header seems to have."""
    write(tmp_path / "a.csv", f"{HEADER}a{REST}")
    write(tmp_path / "b.csv", "device,Lat,longitude,at\na,1,2,3\n")
    error = refusal(read, tmp_path)
    assert isinstance(error, InputError)
    assert error.what == "The file has no column `lat`, `lon`. It has: `device`, `Lat`, `longitude`, `at`"
    assert error.where == str(tmp_path / "b.csv")
    assert "Is lat `Lat`?" in error.fix
    headless = refusal(read, write(tmp_path / "c.csv", "a,14.5,-90.5,2023-03-01T09:05:00Z\n"))
    assert "It has: `a`, `14.5`, `-90.5`, `2023-03-01T09:05:00Z`" in headless.what
    assert "a CSV file needs a header" in headless.fix


def test_a_wrong_delimiter_is_guessed_from_the_header(read: ReadPings, tmp_path: Path) -> None:
    """The header holds semicolons."""
    error = refusal(read, write(tmp_path / "a.csv", "device;lat;lon;at\na;1;2;3\n"))
    assert "The header has ';': is pings.delimiter right?" in error.fix


def test_a_file_without_a_header_is_guessed_from_its_first_line(read: ReadPings, tmp_path: Path) -> None:
    """Names of columns are hardly numbers."""
    error = refusal(read, write(tmp_path / "a.csv", f"a{REST}b{REST}"))
    assert "The first line holds 2 numbers: write the names of the columns in a line above it." in error.fix


@pytest.mark.parametrize("header", ["x" * 200_000, ",".join(f"c{n}" for n in range(30_000)), '"' * 199_999])
def test_a_header_of_any_length_is_one_error(read: ReadPings, tmp_path: Path, header: str) -> None:
    """Which does not repeat all of it, and comes at once: also where the file has no other line, and no line break."""
    for body in (f"{header}\n1\n", header * 10):
        error = refusal(read, write(tmp_path / "a.csv", body))
        assert isinstance(error, InputError)
        assert len(str(error)) < 1000


def test_a_column_that_is_there_twice_is_refused(read: ReadPings, tmp_path: Path) -> None:
    """Only if it is mapped."""
    error = refusal(read, write(tmp_path / "a.csv", "device,lat,lon,at,lat\na,1,2,3,4\n"))
    assert error.what == "The file has two columns `lat`"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (gzip.compress(b"x", mtime=0), "gzip"),
        (b"PK\x03\x04 and more", "zip"),
        (b"PAR1 and more", "Parquet"),
        (bz2.compress(b"x"), "bzip2"),
        (lzma.compress(b"x"), "xz"),
        (f"{HEADER}a{REST}".encode("utf-16"), "UTF-16"),
        (f"{HEADER}a{REST}".encode("utf-16-be"), "UTF-16"),
        (f"{HEADER}a{REST}".encode("utf-32"), "UTF-32"),
        (f"{HEADER}a{REST}".encode("utf-32-le"), "UTF-32"),
    ],
)
def test_what_is_not_csv_is_said_by_name(read: ReadPings, tmp_path: Path, body: bytes, word: str) -> None:
    """Files whose names promise something else."""
    error = refusal(read, write(tmp_path / "a.csv", body))
    assert isinstance(error, InputError)
    assert "not CSV" in error.what
    assert word in error.what


def test_a_name_may_hold_a_colon(rows: Rows, tmp_path: Path) -> None:
    """As files have that are named by the time."""
    assert rows(write(tmp_path / "10:00.csv", f"{HEADER}a{REST}"), "device") == [("a",)]


def test_the_format_is_found_by_name_or_set(read: ReadPings, rows: Rows, tmp_path: Path) -> None:
    """A name that says nothing needs the setting; two formats in one folder need it too."""
    unknown = write(tmp_path / "dump" / "part-0", f"{HEADER}a{REST}")
    assert "No file name says what format" in refusal(read, unknown).what
    assert "No file name says what format" in refusal(read, unknown.parent).what
    assert rows(unknown, "device", format="csv") == rows(unknown.parent, "device", format="csv") == [("a",)]
    write(tmp_path / "both" / "a.csv", f"{HEADER}a{REST}")
    write(tmp_path / "both" / "b.parquet", b"PAR1")
    assert "Both CSV and Parquet" in refusal(read, tmp_path / "both").what
    assert rows(tmp_path / "both", "device", format="csv") == [("a",)]


@pytest.mark.parametrize("pattern", ["yyyy-bad", "YYYY-MM-dd", "HH:mm", "'y'"])
def test_a_pattern_that_cannot_be_read_is_a_setting_error(
    read: ReadPings, tmp_path: Path, pattern: str
) -> None:
    """It is found before any row is read."""
    error = refusal(read, write(tmp_path / "a.csv", f"{HEADER}a{REST}"), time_format=pattern)
    assert isinstance(error, SettingsError)
    assert error.where == "pings.time_format"
