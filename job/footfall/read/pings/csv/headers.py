"""Reads the beginnings of CSV files: checks that they are CSV, and finds the names of columns and the first row."""

import re
from contextlib import closing
from dataclasses import dataclass

from footfall import stores
from footfall.errors import InputError
from footfall.read.pings.columns import check_columns, mapped
from footfall.read.pings.csv.blocks import Pieces, pieces_of_whole
from footfall.read.pings.csv.breaks import after_header
from footfall.read.pings.csv.lines import names
from footfall.read.pings.csv.packed import PACKINGS, Packing, packing_of, refuse_packed, unpacked
from footfall.read.pings.files import DataFile
from footfall.settings import PingSettings

_FIRST_LOOK = 1 << 16
_LAST_LOOK = 1 << 24
_BLANK = "".join(map(chr, range(33)))
_BLANK_LINES = re.compile(r"\A(?:[\x00-\x09\x0b\x0c\x0e-\x20]*(?:\r\n|\r|\n))+")
_UNICODE = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_FEWEST_NUMBERS = 2
_MOST_ZEROS = 0.2
"""A larger share of zero bytes means UTF-16, UTF-32 or binary content."""


@dataclass(frozen=True)
class Header:
    """The header of a file, and where its rows begin.

    Args:
        names: The names of its columns; empty if the file is empty.
        end: The byte after the header, in a packed file's unpacked content.
        lines: The number of lines up to there.
        has_rows: Whether the file has a row.
        packing: How the file is packed; None if it is not.
    """

    names: tuple[str, ...]
    end: int
    lines: int
    has_rows: bool
    packing: Packing | None


def read_header(file: DataFile, pings: PingSettings) -> Header:
    """The header of a file: its first line that is not blank.

    Raises:
        InputError: The file cannot be read, is not CSV, or lacks a mapped column or has it twice.
        InfrastructureError: The store does not answer.
    """
    packing = packing_of(file.name)
    refuse_packed(file)
    head, is_whole = b"", False
    with closing(stores.of(file.path).open(file.path, file.bytes, file.version)) as opened:
        raw = pieces_of_whole(opened)
        pieces = unpacked(raw, packing, file.path) if packing else raw
        limit = _FIRST_LOOK
        while not is_whole and limit <= _LAST_LOOK:
            head, is_whole = _longer(head, pieces, limit)
            refuse_foreign(head, file)
            lines = _lines(head, is_whole)
            if len(lines) > 1:
                break
            limit *= 16
    if not (lines or is_whole):
        what = f"The first {len(head)} bytes hold no line break"
        raise InputError(what, where=file.path, fix="Write one ping a line.")
    end, count = after_header(head)
    row = _without_breaks(head[:end]) if end else "".join(lines[:1])
    columns = names(row, pings.delimiter) if row else ()
    if columns:
        hint = _other_delimiter(columns, pings.delimiter) or _no_header(columns)
        check_columns(columns, mapped(pings.columns), file.path, hint)
    return Header(columns, end, count, len(lines) > 1 or not is_whole, packing)


def _longer(head: bytes, pieces: Pieces, size: int) -> tuple[bytes, bool]:
    """The beginning of a file, at least `size` bytes of it, and whether that is all."""
    parts, length = [head], len(head)
    while length < size:
        piece = next(pieces, None)
        if piece is None:
            return b"".join(parts), True
        parts.append(bytes(piece))
        length += len(piece)
    return b"".join(parts), False


def _lines(head: bytes, is_whole: bool) -> list[str]:
    """The whole lines that are not blank."""
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in text.split("\n")[: None if is_whole else -1] if line.strip(_BLANK)]


def _without_breaks(header: bytes) -> str:
    """The header without the blank lines before it and the line break behind it."""
    text = _BLANK_LINES.sub("", header.decode("utf-8-sig", errors="replace"), count=1)
    return re.sub(r"(\r\n|\r|\n)\Z", "", text)


def refuse_foreign(head: bytes, file: DataFile) -> None:
    """Check that the beginning of a file can be CSV.

    Raises:
        InputError: It is Parquet, packed, UTF-16 or UTF-32, or binary.
    """
    if head.startswith(b"PAR1"):
        raise _foreign(file, "Parquet", "Set pings.format to parquet.")
    for magic, name in _UNICODE.items():
        if head.startswith(magic):
            raise _foreign(file, f"{name} text", "Write it as UTF-8.")
    for ending, packing in PACKINGS.items():
        if packing.magic and head.startswith(packing.magic):
            fix = f"Its name must end in {ending}." if packing.unpack else "Unpack it."
            raise _foreign(file, packing.name, fix)
    if head[:_FIRST_LOOK].count(0) > _MOST_ZEROS * len(head[:_FIRST_LOOK]):
        raise _foreign(file, "UTF-16 or UTF-32 text, or binary", "Write it as UTF-8 text.")


def _foreign(file: DataFile, what: str, fix: str) -> InputError:
    return InputError(f"The file is not CSV but {what}", where=file.path, fix=fix)


def _no_header(first: tuple[str, ...]) -> str:
    """A hint that the file has no header, if the first line looks like a ping; else empty."""
    numbers = sum(_NUMBER.fullmatch(name) is not None for name in first)
    if numbers < _FEWEST_NUMBERS:
        return ""
    return f" The first line holds {numbers} numbers: write the names of the columns in a line above it."


def _other_delimiter(header: tuple[str, ...], delimiter: str) -> str:
    """A hint on the delimiter, if the header seems to have another one; else empty."""
    if len(header) > 1:
        return ""
    found = next(
        (other for other in ("\t", ";", "|", ",") if other != delimiter and other in header[0]), None
    )
    return f" The header has {found!r}: is pings.delimiter right?" if found else ""
