"""CSV in ranges of bytes: wherever a file is divided, each row is read once and as it is."""

import gzip
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import fsspec
import pytest
from tests.read.read_rows import Row, rows_of
from tests.read.test_csv_spellings import HEADER, MAPPED, row, written

from footfall.errors import InputError
from footfall.read.pings import PingInput
from footfall.read.pings import csv as dealing
from footfall.read.pings.csv import batches, blocks, lines
from footfall.read.pings.csv.delimiters import classes_of
from footfall.read.pings.rows import Lines

ReadPings = Callable[..., PingInput]


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
    compiled = [each for each in rows_of(pings) if not {*"\n\r"} & {*each["raw"]}]
    monkeypatch.setattr(lines, "classes_of", lambda _: classes_of("¦"))
    monkeypatch.setattr(batches.kernel, "MALFORMED", batches.kernel.RARE)
    by_line = {each["line"]: each for each in rows_of(pings)}
    assert compiled == [by_line[each["line"]] for each in compiled]
    assert len(compiled) > 2500
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
def test_a_line_that_is_too_long_is_malformed_and_hardly_read(
    read: ReadPings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Of eight megabytes two are kept, as the text of one malformed row; its neighbours are pings."""
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


@pytest.mark.parametrize("name", ["pings.csv", "pings.csv.gz"])
def test_files_of_a_far_store_are_read_in_pieces(
    read: ReadPings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As local ones, each piece by a request of its own, which is on its way while another is used."""
    monkeypatch.setattr(dealing, "LEAST_BYTES", 1000)
    monkeypatch.setattr(dealing, "MOST_BYTES", 1000)
    monkeypatch.setattr(blocks, "PIECE", 300)
    monkeypatch.setattr(blocks, "STEP", 20)
    text = "\n".join([HEADER, *(row(str(number)) for number in range(200))]).encode()
    store = fsspec.filesystem("memory")
    store.pipe(f"/far-{name}/{name}", gzip.compress(text) if name.endswith("gz") else text)
    pings = read(f"memory:///far-{name}", columns=MAPPED)
    found = sorted((each["line"], each["device"]) for each in rows_of(pings))
    assert found == [(number + 2, str(number)) for number in range(200)]
    assert pings.files[0].path == f"memory:///far-{name}/{name}"


def test_a_file_of_a_far_store_that_is_written_again_is_named(read: ReadPings) -> None:
    """Between the look at the header and the task, with as many bytes as before."""
    store = fsspec.filesystem("memory")
    store.pipe("/changing/pings.csv", f"{HEADER}\n{row('a')}".encode())
    pings = read("memory:///changing/pings.csv", columns=MAPPED)
    store.pipe("/changing/pings.csv", f"{HEADER}\n{row('b')}".encode())
    with pytest.raises(InputError, match="changed"):
        rows_of(pings)
