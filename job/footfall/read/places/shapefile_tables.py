"""Reads the table of a shapefile (.dbf), with the text in its encoding."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.read.places.encodings import likely
from footfall.read.places.features import refuse_twice
from footfall.read.places.shapes import number
from footfall.settings import PlaceSettings

_LANGUAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x08: "cp865",
    0x13: "cp932",
    0x4D: "cp936",
    0x4E: "cp949",
    0x4F: "cp950",
    0x50: "cp874",
    0x58: "cp1252",
    0x59: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0x66: "cp865",
    0x67: "cp861",
    0x6A: "cp737",
    0x6B: "cp857",
    0x78: "cp950",
    0x79: "cp949",
    0x7A: "cp936",
    0x7B: "cp932",
    0x7C: "cp874",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
    0xCC: "cp1257",
}
"""The encodings that a table's byte 29 states. 0x57, "of this Windows", says nothing to another machine."""

_WHOLE = re.compile(r"([+-]?\d+)(?:\.0*)?")
_TEXT, _NUMBERS = "C", "NF"
_KNOWN = "CNFLD"


@dataclass(frozen=True)
class _Field:
    """A column: its name in bytes, its letter of type, and where in a row it stands."""

    raw: bytes
    kind: str
    start: int
    end: int


class ShapefileTable:
    """Rows of a .dbf file, those that are marked as deleted among them."""

    def __init__(self, table: Path, stated: Path | None, settings: PlaceSettings, named: Path) -> None:
        """Open a table that is whole.

        Args:
            table: The .dbf file.
            stated: The .cpg file, where there is one.
            settings: The columns, and the encoding, which goes before what files state.
            named: The file as the settings name it, for errors.

        Raises:
            InputError: The .cpg names an unknown encoding.
        """
        content = np.fromfile(table, np.uint8)
        rows, head, width = struct.unpack("<IHH", content[4:12].tobytes())
        self._rows = (
            content[head : head + rows * width].reshape(rows, width) if rows else content[:0].reshape(0, 1)
        )
        self._named, self._name = named, table.name
        self._encoding = settings.encoding or _stated(stated, int(content[29]), named)
        fields = _fields(content[32:head].tobytes(), width)
        refuse_twice(map(self._label, fields), settings, named)
        self._fields = {self._label(each): each for each in fields}
        self._mapped = {*settings.columns.model_dump(exclude_none=True).values()}

    @property
    def deleted(self) -> npt.NDArray[np.bool_]:
        """Which rows are marked as deleted."""
        found: npt.NDArray[np.bool_] = self._rows[:, 0] == ord("*")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(self._fields)

    def columns(self) -> dict[str, list[Any]]:
        """The columns that the reading needs: those that are mapped, and those of text.

        Raises:
            InputError: A mapped column is of a type that cannot be read, or its text is not in the encoding that is
                known.
        """
        needed = {n: f for n, f in self._fields.items() if n in self._mapped or f.kind == _TEXT}
        return {name: self._values(name, field) for name, field in needed.items()}

    def _values(self, name: str, field: _Field) -> list[Any]:
        if field.kind not in _KNOWN:
            raise InputError(
                f"The column {name!r} is of dBASE's type {field.kind!r}, which cannot be read",
                where=f"places.path: {self._named}",
                fix="Write the column as text, or map another one.",
            )
        block = np.ascontiguousarray(self._rows[:, field.start : field.end])
        raw = [row.tobytes().split(b"\0", 1)[0].rstrip(b" ") for row in block]
        if field.kind == _TEXT:
            return self._texts(name, raw)
        words = [each.decode("ascii", "replace").strip() for each in raw]
        if field.kind in _NUMBERS:
            return [_number(word) for word in words]
        if field.kind == "D":
            return [_day(word) for word in words]
        return [{"t": True, "y": True, "f": False, "n": False}.get(word.lower()) for word in words]

    def _texts(self, name: str, raw: list[bytes]) -> list[str | None]:
        """Text by the encoding; of columns that are only compared, each byte as itself where it is not known."""
        encoding = self._encoding or "utf-8"
        try:
            return [each.decode(encoding) or None for each in raw]
        except UnicodeError as failure:
            if name not in self._mapped:
                return [each.decode("latin-1") or None for each in raw]
            bad = [row + 1 for row, each in enumerate(raw) if not _is_text(each, encoding)]
            known = (
                f"is not {encoding}, as is stated"
                if self._encoding
                else "is stated nowhere, and is not UTF-8"
            )
            raise InputError(
                f"The encoding of the text in {self._name} {known}: column {name!r}, features {shortened(bad)}",
                where=f"places.path: {self._named}, setting places.encoding",
                fix=f"Say by places.encoding how the text is written, as {likely(b' '.join(raw))}.",
            ) from failure

    def _label(self, field: _Field) -> str:
        """The name of a column, in the encoding or byte by byte."""
        try:
            return field.raw.decode(self._encoding or "utf-8")
        except UnicodeError:
            return field.raw.decode("latin-1")


def _fields(descriptions: bytes, width: int) -> list[_Field]:
    """The columns that the head of a table describes; in front of each row stands its mark."""
    found, start = list[_Field](), 1
    for at in range(0, len(descriptions) - 31, 32):
        each = descriptions[at : at + 32]
        if each[0] == 0x0D:
            break
        kind, size = chr(each[11]), each[16] + (256 * each[17] if chr(each[11]) == _TEXT else 0)
        found.append(_Field(each[:11].split(b"\0", 1)[0].strip(), kind, start, start + size))
        start += size
    if start > width:
        raise ValueError(f"the columns of its table are {start} bytes wide, its rows {width}")
    return found


def _stated(cpg: Path | None, language: int, named: Path) -> str | None:
    """The encoding that the files state, or None."""
    if cpg is None:
        return _LANGUAGES.get(language)
    name = cpg.read_bytes()[:100].decode("ascii", "replace").strip().strip("\0")
    spelled = re.sub(r"^(?:OEM|ANSI|WINDOWS|MS|CP)?[ _-]?(\d{3,5})$", r"\1", name, flags=re.IGNORECASE)
    number = {"88591": "latin-1", "65001": "utf-8", "1200": "utf-16-le"}.get(spelled, f"cp{spelled}")
    wanted = number if spelled.isdigit() else name
    wide = re.fullmatch(r"8859[ _-]?(\d{1,2})", spelled)
    if not name:
        return _LANGUAGES.get(language)
    encoding = f"iso8859-{wide[1]}" if wide else wanted
    try:
        "a".encode(encoding)  # which some codecs, of Python's own, are not for
    except (LookupError, ValueError) as failure:
        raise InputError(
            f"{cpg.name} names the encoding {name!r}, which is not known",
            where=f"places.path: {named}, setting places.encoding",
            fix="Say by places.encoding how the text is written; it goes before the .cpg.",
        ) from failure
    return encoding


def _is_text(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _number(word: str) -> int | float | str | None:
    """A number with all of its digits; None for stars, which dBASE writes for a number that was too long."""
    if not word.strip("*"):
        return None
    whole = _WHOLE.fullmatch(word)
    if whole:
        return int(whole[1])
    found = number(word)
    return word if found != found else found


def _day(word: str) -> str | None:
    """A day in ISO format; None for zeros, which mean that there is no day."""
    if not word.strip("0"):
        return None
    return f"{word[:4]}-{word[4:6]}-{word[6:]}" if re.fullmatch(r"\d{8}", word) else word
