"""CSV lines: each is one row, whatever is in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.read.read_rows import rows_of

from footfall.errors import InputError
from footfall.read.pings import PingInput
from footfall.read.pings import csv as under_test

HEADER = "device,lat,lon,at\n"
REST = ",14.5,-90.5,2023-03-01T09:05:00Z"
ReadPings = Callable[..., PingInput]
Rows = Callable[..., list[tuple[Any, ...]]]


def csv(folder: Path, body: str | bytes, header: str = HEADER) -> Path:
    """Write a CSV file as it is given."""
    path = folder / "pings.csv"
    path.write_bytes(header.encode() + (body.encode() if isinstance(body, str) else body))
    return path


def test_a_line_becomes_a_ping_with_its_text_and_file(read: ReadPings, tmp_path: Path) -> None:
    """The plain case: all columns in the order of the contract."""
    path = csv(tmp_path, f"a{REST}\n")
    pings = read(path)
    (only,) = rows_of(pings)
    assert only == {
        "device": "a",
        "at": 1_677_661_500_000_000,
        "instant": "2023-03-01 09:05:00",
        "lon": -90.5,
        "lat": 14.5,
        "accuracy": None,
        "defect": None,
        "line": 2,
        "raw": f"a{REST}",
        "file": str(path),
    }
    assert [(file.path, file.bytes) for file in pings.files] == [(str(path), 52)]
    assert (pings.format, pings.notes) == ("csv", ())


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(rows: Rows, tmp_path: Path, line_end: str) -> None:
    """LF, CRLF and CR; the end is not part of the raw text."""
    path = csv(tmp_path, f"a{REST}{line_end}b{REST}", header=f"device,lat,lon,at{line_end}")
    assert rows(path, "device", "raw") == [("a", f"a{REST}"), ("b", f"b{REST}")]


def test_blank_lines_are_not_rows(rows: Rows, tmp_path: Path) -> None:
    """Before the header, between rows and at the end, with and without spaces."""
    path = csv(tmp_path, f"\na{REST}\n  \n\t\nb{REST}\n\n", header=f"\n\n{HEADER}")
    assert rows(path, "device", "defect") == [("a", None), ("b", None)]


def test_a_byte_order_mark_is_not_part_of_the_first_name(rows: Rows, tmp_path: Path) -> None:
    """Excel writes one."""
    assert rows(csv(tmp_path, f"a{REST}\n", header=f"\ufeff{HEADER}"), "device") == [("a",)]


def test_quoted_fields_keep_delimiters_and_quotes(rows: Rows, tmp_path: Path) -> None:
    """RFC 4180: a delimiter inside quotes is text, and a doubled quote is one; the raw text keeps all."""
    lines = [f'"a,1"{REST}', f'"b ""x"" "{REST}', '"c","14.5","-90.5","2023-03-01T09:05:00Z"']
    found = rows(csv(tmp_path, "\n".join(lines)), "device", "lat", "defect", "raw")
    assert sorted(found) == sorted(
        [
            ("a,1", 14.5, None, lines[0]),
            ('b "x" ', 14.5, None, lines[1]),
            ("c", 14.5, None, lines[2]),
        ]
    )


@pytest.mark.parametrize(
    "line",
    [
        "a,14.5,-90.5",
        f"a{REST},more",
        "a",
        ",",
        f'"a{REST}',
        'a,14.5,-90.5,"2023-03-01',
        f'"a"b{REST}',
        f'a"b"{REST}',
        '"a,b"c,14.5,-90.5',
        "x" * 1_100_000 + REST,
    ],
)
def test_a_malformed_line_is_one_unreadable_row(rows: Rows, tmp_path: Path, line: str) -> None:
    """Too few or too many fields, an open quote, text after a closed one, or a line too long to be taken apart."""
    found = rows(csv(tmp_path, f"{line}\nb{REST}\n"), "device", "at", "lat", "lon", "defect", "raw")
    assert [row for row in found if row[0] != "b"] == [(None, None, None, None, "unreadable_row", line)]
    assert [row[4:] for row in found if row[0] == "b"] == [(None, f"b{REST}")]


def test_a_repeated_header_is_a_bad_row(rows: Rows, tmp_path: Path) -> None:
    """Files that were put together with `cat` have it; the first one is the header, the others are counted."""
    path = csv(tmp_path, f"a{REST}\n{HEADER}b{REST}\n{HEADER}")
    assert rows(path, "device", "defect") == [
        ("a", None),
        ("b", None),
        ("device", "wrong_type:at"),
        ("device", "wrong_type:at"),
    ]


def test_bytes_that_are_no_text_do_not_stop_the_run(rows: Rows, tmp_path: Path) -> None:
    """NUL characters stay, bytes that are not UTF-8 are written as such, characters that Unicode reserves are text."""
    odd = b"\0a%b\n\xff%b\n\xef\xb7\x90n%b\n" % ((REST.encode(),) * 3)
    assert rows(csv(tmp_path, odd), "device", "defect", "raw") == [
        ("\0a", None, f"\0a{REST}"),
        ("\\xff", None, f"\\xff{REST}"),
        ("\ufdd0n", None, f"\ufdd0n{REST}"),
    ]


def test_a_line_break_inside_quotes_is_part_of_the_row(rows: Rows, tmp_path: Path) -> None:
    """As CSV has it."""
    assert rows(csv(tmp_path, f'"a\nb"{REST}\n'), "device", "defect", "raw") == [
        ("a\nb", None, f'"a\nb"{REST}')
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^", "a", "."])
def test_the_delimiter_is_a_setting(rows: Rows, tmp_path: Path, delimiter: str) -> None:
    """Also one that means something in regular expressions, and one inside quotes."""
    header = delimiter.join(["device", "l", "g", "t"]) + "\n"
    line = delimiter.join([f'"x{delimiter}y"', "14", "-90", "2023-03-01T09:05:00Z"])
    plain = delimiter.join(["z", "14", "-90", "2023-03-01T09:05:00Z"])
    columns = {"lat": "l", "lon": "g", "at": "t"}
    path = csv(tmp_path, f"{line}\n{plain}\n", header=header)
    found = rows(path, "device", "lat", "lon", "defect", delimiter=delimiter, columns=columns)
    assert found == [(f"x{delimiter}y", 14.0, -90.0, None), ("z", 14.0, -90.0, None)]


@pytest.mark.parametrize(
    ("line", "defect"),
    [
        (",14.5,-90.5,2023-03-01T09:05:00Z", "missing_field:device"),
        ("  ,14.5,-90.5,2023-03-01T09:05:00Z", "missing_field:device"),
        ("a,,-90.5,2023-03-01T09:05:00Z", "missing_field:lat"),
        ('a,14.5,"",2023-03-01T09:05:00Z', "missing_field:lon"),
        ("a,14.5,-90.5, ", "missing_field:at"),
        (",,,", "missing_field:device"),
        ("a,x,y,z", "wrong_type:at"),
        *(
            (f"a,{bad},-90.5,2023-03-01T09:05:00Z", "wrong_type:lat")
            for bad in ("1d", "1F", "0x1p3", "NaN", "inf")
        ),
        *(
            (f"a,14.5,{bad},2023-03-01T09:05:00Z", "wrong_type:lon")
            for bad in ("Infinity", "1e999", "1_0", "--1")
        ),
        ('a,"14,5",-90.5,2023-03-01T09:05:00Z', "wrong_type:lat"),
        ("a, 14.5 ,+90.5,2023-03-01T09:05:00Z", None),
        ("a,1.45e1,-.5,2023-03-01T09:05:00Z", None),
        ("a,91,-200,2023-03-01T09:05:00Z", None),
    ],
)
def test_a_row_has_the_first_reason_that_applies(
    rows: Rows, tmp_path: Path, line: str, defect: str | None
) -> None:
    """Missing fields before wrong types; what Java alone takes for a number is none; ranges are judged later."""
    assert rows(csv(tmp_path, line + "\n"), "defect", "raw") == [(defect, line)]


@pytest.mark.parametrize(
    ("value", "accuracy", "defect"),
    [("7.5", 7.5, None), ("", None, None), ("x", None, "wrong_type:accuracy")],
)
def test_accuracy_may_be_missing_but_not_wrong(
    rows: Rows, tmp_path: Path, value: str, accuracy: float | None, defect: str | None
) -> None:
    """It is optional, in metres."""
    path = csv(tmp_path, f"a{REST},{value}\n", header="device,lat,lon,at,acc\n")
    assert rows(path, "accuracy", "defect", columns={"accuracy": "acc"}) == [(accuracy, defect)]


def test_each_line_is_one_row_with_its_number(rows: Rows, tmp_path: Path) -> None:
    """The header is line 1, and blank lines count; what is torn is a row as well."""
    path = csv(tmp_path, f'a{REST}\n\nb,1\nc{REST},9,9\n"d{REST}\n,,,\n')
    assert rows(path, "raw", "line", "defect") == [
        (f'"d{REST}', 6, "unreadable_row"),
        (",,,", 7, "missing_field:device"),
        (f"a{REST}", 2, None),
        ("b,1", 4, "unreadable_row"),
        (f"c{REST},9,9", 5, "unreadable_row"),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_by_what_ends_them(rows: Rows, tmp_path: Path, line_end: str) -> None:
    """CRLF is one line break; the blank lines before and behind the header count too."""
    lines = ["", HEADER.strip(), "", f"a{REST}", f"b{REST}", " ", f"c{REST}"]
    path = csv(tmp_path, line_end.join(lines), header="")
    assert rows(path, "device", "line") == [("a", 4), ("b", 5), ("c", 7)]


@pytest.mark.parametrize("delimiter", ["¦", "、", "\u2003"])
def test_a_delimiter_may_be_any_letter(rows: Rows, tmp_path: Path, delimiter: str) -> None:
    """Beyond ASCII too, inside quotes and outside; a line with too few is torn."""
    lines = [f'"x{delimiter}y",14,-90,2023-03-01T09:05:00Z', "z,14,-90,2023-03-01T09:05:00Z", "z,14"]
    text = "\n".join(line.replace(",", delimiter) for line in lines)
    path = csv(tmp_path, text, header=HEADER.replace(",", delimiter))
    found = rows(path, "device", "lat", "lon", "defect", delimiter=delimiter)
    assert sorted(found, key=str) == [
        (f"x{delimiter}y", 14.0, -90.0, None),
        ("z", 14.0, -90.0, None),
        (None, None, None, "unreadable_row"),
    ]


def test_a_header_may_be_long(read: ReadPings, tmp_path: Path) -> None:
    """One name of 200,000 letters, and 10,000 names; a column that is missing is named in a short text."""
    path = csv(tmp_path, f"a{REST},x\n", header=f"device,lat,lon,at,{'n' * 200_000}\n")
    assert [row["defect"] for row in rows_of(read(path))] == [None]
    many = ",".join(f"c{number}" for number in range(10_000))
    path = csv(tmp_path, f"a{REST}{',' * 10_000}\n", header=f"device,lat,lon,at,{many}\n")
    assert [row["defect"] for row in rows_of(read(path))] == [None]
    with pytest.raises(InputError) as caught:
        read(path, columns={"lat": "latitude"})
    assert len(str(caught.value)) < 2_000


def test_a_file_in_many_ranges_loses_no_row_and_no_header(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10 000 lines in ranges of 20 kB: the header is left out once, a repeated one stays."""
    lines = [f"{number}{REST}\n" for number in range(10_000)]
    path = csv(tmp_path, "".join(lines[:5000]) + HEADER + "".join(lines[5000:]))
    monkeypatch.setattr(under_test, "LEAST_BYTES", 20_000)
    monkeypatch.setattr(under_test, "MOST_BYTES", 20_000)
    pings = read(path)
    assert len(pings.tasks) > 10
    found = rows_of(pings)
    assert len(found) == 10_001
    assert len({row["device"] for row in found}) == 10_001
    assert [(row["raw"], row["line"]) for row in found if row["defect"]] == [(HEADER.strip(), 5002)]
    assert all(
        int(row["device"]) + 2 + (row["line"] > 5002) == row["line"] for row in found if not row["defect"]
    )
