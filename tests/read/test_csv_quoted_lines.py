"""Line breaks inside quotes are part of a row, wherever the file is divided."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.read.read_rows import Row, rows_of

from footfall.read.pings import PingInput
from footfall.read.pings import csv as dealing
from footfall.read.pings.csv import blocks

ReadPings = Callable[..., PingInput]
HEADER = "device,note,lat,lon,at\n"
REST = ",14.5,-90.5,2023-03-01T09:05:00Z"
LONGEST = 1 << 16
FIELD = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n]*+)'
ROW = re.compile(rf"{FIELD}(?:,{FIELD}){{4}}(?=\r\n|\r|\n|\Z)")
BREAK = re.compile(r"\r\n|\r|\n")


def split(text: str) -> list[tuple[int, str]]:
    """The rows of a text with the numbers of their lines, by a regular expression and nothing else."""
    at, line, rows = 0, 2, []
    while at < len(text):
        found = ROW.match(text, at)
        whole = found is not None and (
            ("\n" not in found[0] and "\r" not in found[0]) or len(found[0]) <= LONGEST
        )
        stop = BREAK.search(text, found.end() if found and whole else at)
        row = text[at : stop.start() if stop else len(text)]
        if row.strip("".join(map(chr, range(33)))):
            rows.append((line, row))
        line += 1 + len(BREAK.findall(row))
        at = stop.end() if stop else len(text)
    return rows


def in_ranges(monkeypatch: pytest.MonkeyPatch, size: int, piece: int) -> None:
    """Let a range have so many bytes, and read them in pieces of as many."""
    monkeypatch.setattr(dealing, "LEAST_BYTES", size)
    monkeypatch.setattr(dealing, "MOST_BYTES", size)
    monkeypatch.setattr(blocks, "PIECE", piece)
    monkeypatch.setattr(blocks, "STEP", 3 if size < 1000 else 1000)


def found(read: ReadPings, path: Path) -> list[Row]:
    """All rows, by their lines."""
    return sorted(rows_of(read(path)), key=lambda row: row["line"])


def written(folder: Path, text: str, header: str = HEADER) -> Path:
    """A file with a header."""
    path = folder / "pings.csv"
    path.write_bytes(f"{header}{text}".encode())
    return path


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_row_may_go_over_several_lines(read: ReadPings, tmp_path: Path, line_end: str) -> None:
    """In a column that is not mapped, in the id, and in two at once; the next row has the next line's number."""
    texts = [f'a,"x\ny"{REST}', f'"b\n\nc",z{REST}', f'"d\n","\n"{REST}', f"e,z{REST}"]
    path = written(tmp_path, "\n".join(texts).replace("\n", line_end), HEADER.replace("\n", line_end))
    rows = found(read, path)
    assert [(row["line"], row["device"], row["defect"]) for row in rows] == [
        (2, "a", None),
        (4, line_end.join(["b", "", "c"]), None),
        (7, f"d{line_end}", None),
        (10, "e", None),
    ]
    assert [row["raw"] for row in rows] == [text.replace("\n", line_end) for text in texts]


def test_a_header_may_go_over_several_lines(read: ReadPings, tmp_path: Path) -> None:
    """Spreadsheets write names so; blanks around a name are no part of it."""
    header = '"device","a\nnote","lat\n","lon","at"\n'
    rows = found(read, written(tmp_path, f"a,x{REST}\nb,y{REST}", header))
    assert [(row["line"], row["device"], row["defect"]) for row in rows] == [(4, "a", None), (5, "b", None)]


@pytest.mark.parametrize(
    "stray", [f'"a,x{REST}', f'a,"x{REST}', 'a,x,"14.5,-90.5,2023-03-01', '"', f'a,"{REST}']
)
@pytest.mark.parametrize("behind", ["", f'b,"y"{REST}\n', f'"b","y"{REST}\n', f'"b,y{REST}\n'])
def test_an_open_quote_takes_no_other_row_with_it(
    read: ReadPings, tmp_path: Path, stray: str, behind: str
) -> None:
    """Where no whole row comes of it, the line is torn, and all others are read."""
    text = f"{stray}\nc,z{REST}\n{behind}d,z{REST}\n"
    rows = found(read, written(tmp_path, text))
    assert [(row["line"], row["raw"]) for row in rows] == split(text)
    assert [row["device"] for row in rows if row["defect"] is None][:: max(1, len(rows) - 2)][0] == "c"
    assert rows[0]["defect"] == "unreadable_row"


@pytest.mark.parametrize(("width", "is_read"), [(LONGEST, True), (LONGEST + 1, False)])
def test_a_row_of_several_lines_has_at_most_64_kib(
    read: ReadPings, tmp_path: Path, width: int, is_read: bool
) -> None:
    """A longer one is torn in its first line; a row of one line may be longer."""
    note = "x" * (width - len(f'a,"\n"{REST}'))
    rows = found(read, written(tmp_path, f'a,"{note}\n"{REST}\nb,{"y" * 2 * LONGEST}{REST}\n'))
    assert [row["defect"] for row in rows if row["device"] == "b"] == [None]
    assert [row["defect"] for row in rows if row["device"] != "b"] == (
        [None] if is_read else ["unreadable_row", "unreadable_row"]
    )


@pytest.mark.parametrize("size", [7, 30, 200])
@pytest.mark.parametrize("seed", range(4))
def test_rows_are_the_same_wherever_a_file_is_divided(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, size: int
) -> None:
    """Whatever stands in quotes: what looks like a row, doubled quotes, half of a line's end; and strays."""
    random = Random(seed)  # noqa: S311
    notes = [
        "x",
        "",
        '"x"',
        '"x\ny"',
        f'"\nb,x{REST}\n"',
        '"""\n"""',
        '"x\r\n\r\ny"',
        '"\r"',
        'x"',
        '"x',
        '"\n"y',
    ]
    ids = ["a", '"b"', '"b\nc"', '"d', '"e""\n"', f'"\nz,x{REST}"']
    texts = [f"{random.choice(ids)},{random.choice(notes)}{REST}" for _ in range(40)]
    text = "".join(each + random.choice(["\n", "\n", "\r\n", "\r", "\n\n"]) for each in texts)
    path = written(tmp_path, text)
    whole = found(read, path)
    assert [(row["line"], row["raw"]) for row in whole] == split(text)
    in_ranges(monkeypatch, size, 16)
    assert found(read, path) == whole
    assert len(read(path).tasks) >= 8


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_range_finds_its_first_row_far_inside_of_a_file(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """From what is before it, where a row begins whatever came before; or else from the beginning of the file.

    With notes of lines that all look like rows, only that tells rows from notes.
    """
    random = Random(7)  # noqa: S311
    line = f"z,x{REST}\n"

    def note() -> str:
        return "\n" + line * random.randrange(40) if random.random() < share else "x\ny"

    text = "".join(f'a{number},"{note()}"{REST}\n' for number in range(1500))
    path = written(tmp_path, text)
    whole = found(read, path)
    assert [(row["line"], row["raw"]) for row in whole] == split(text)
    assert {row["defect"] for row in whole} == {None}
    in_ranges(monkeypatch, max(2000, len(text) // 60), 1000)
    assert found(read, path) == whole


def test_notes_that_hide_where_rows_begin_are_read_back_to_the_beginning(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line may begin a row, and each may end a note: both ways to read the middle of the file fit."""
    text = f'a,"\nb,x{REST}\nc,"{REST}\n' * 8000
    assert len(text) > 8 * LONGEST
    path = written(tmp_path, text)
    whole = found(read, path)
    assert [(each["line"], each["raw"]) for each in whole] == split(text)
    in_ranges(monkeypatch, 50_000, 10_000)
    assert found(read, path) == whole
