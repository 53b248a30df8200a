"""Packed files of CSV: as they are written by all who pack them, and damaged."""

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from tests.read.ping_files import HEADER, REST, ReadPings, Rows, refusal, write
from tests.read.read_rows import rows_of

from footfall.errors import InputError


def test_packed_files_are_read_as_plain_ones(rows: Rows, tmp_path: Path) -> None:
    """Gzip, bzip2 and Zstandard, by name, also with a byte order mark inside."""
    write(tmp_path / "a.csv.gz", gzip.compress(f"\ufeff{HEADER}a{REST}".encode()))
    write(tmp_path / "b.csv.bz2", bz2.compress(f"{HEADER}b{REST}".encode()))
    write(tmp_path / "c.CSV.ZST", zstandard(f"{HEADER}c{REST}".encode()))
    assert rows(tmp_path, "device", "defect", "line") == [("a", None, 2), ("b", None, 2), ("c", None, 2)]


def zstandard(text: bytes) -> bytes:
    """One frame of Zstandard."""
    return bytes(pa.Codec("zstd").compress(text))


@pytest.mark.parametrize(
    ("name", "pack"), [("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.zst", zstandard)]
)
def test_a_packed_file_may_have_several_members(
    rows: Rows, tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    """They follow each other in the middle of a line and of a CRLF; lines are counted through."""
    text = f"{HEADER}a{REST}b{REST}c{REST}".replace("\n", "\r\n").encode()
    cut = text.index(b"\r\n", 30) + 1
    packed = b"".join(pack(part) for part in (text[:7], text[7:cut], b"", text[cut:]))
    write(tmp_path / name, packed)
    assert rows(tmp_path / name, "device", "defect", "line") == [
        ("a", None, 2),
        ("b", None, 3),
        ("c", None, 4),
    ]


@pytest.mark.parametrize(("name", "pack"), [("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress)])
def test_zeros_may_stand_between_and_behind_members(
    rows: Rows, tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    """Tapes and block stores fill up with them."""
    packed = pack(f"{HEADER}a{REST}".encode()) + b"\0" * 512 + pack(f"b{REST}".encode()) + b"\0" * 100_000
    assert rows(write(tmp_path / name, packed), "device") == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("name", "pack", "harm"),
    [
        *(
            (f"a.csv.{ending}", pack, harm)
            for ending, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("zst", zstandard))
            for harm in ("cut off", "bytes behind it")
        ),
        ("a.csv.gz", gzip.compress, "other bytes in it"),
        ("a.csv.bz2", bz2.compress, "other bytes in it"),
    ],
)
def test_a_damaged_packed_file_is_one_error(
    read: ReadPings, tmp_path: Path, name: str, pack: Callable[[bytes], bytes], harm: str
) -> None:
    """However it is damaged, the file is named and nothing of it is counted."""
    noise = Random(7).randbytes(300_000).hex()  # noqa: S311
    packed = pack(f"{HEADER}a{REST}{noise}\n".encode())
    middle = len(packed) // 2
    damaged = {
        "cut off": packed[:-4],
        "bytes behind it": packed + b"more",
        "other bytes in it": packed[:middle] + b"\xff" * 40 + packed[middle + 40 :],
    }
    path = write(tmp_path / name, damaged[harm])
    with pytest.raises(InputError) as caught:
        rows_of(read(path))
    assert caught.value.where == str(path)
    assert "cut off" in caught.value.what


def test_a_file_that_is_not_packed_as_its_name_says_is_one_error(read: ReadPings, tmp_path: Path) -> None:
    """Text that calls itself gzip."""
    error = refusal(read, write(tmp_path / "not.csv.gz", f"{HEADER}a{REST}"))
    assert isinstance(error, InputError)
    assert error.where == str(tmp_path / "not.csv.gz")
    assert "gzip" in error.what


@pytest.mark.parametrize("ending", ["deflate", "snappy", "lz4", "xz", "zip"])
def test_other_ways_of_packing_are_refused_by_name(read: ReadPings, tmp_path: Path, ending: str) -> None:
    """Whatever is inside; those that can be read are named."""
    error = refusal(read, write(tmp_path / f"a.csv.{ending}", f"{HEADER}a{REST}"), format="csv")
    assert isinstance(error, InputError)
    assert "is not read" in error.what
    assert ".gz, .bz2, .zst" in error.fix


@pytest.mark.parametrize(("ending", "word"), [("xz", "xz"), ("zip", "a zip archive"), ("lz4", "LZ4")])
def test_a_folder_of_files_packed_in_another_way_says_so(
    read: ReadPings, tmp_path: Path, ending: str, word: str
) -> None:
    """Where there is nothing else to read."""
    path = tmp_path / f"a.csv.{ending}"
    path.write_bytes(b"x")
    for given in (path, tmp_path):
        with pytest.raises(InputError, match=f"packed as {word}, which is not read") as caught:
            read(given)
        assert caught.value.where == str(path)
