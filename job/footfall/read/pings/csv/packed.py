"""Unpacks files while they are read, in bounded memory."""

import bz2
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from footfall.errors import InputError
from footfall.read.pings.csv.blocks import PIECE, Pieces
from footfall.read.pings.files import DataFile

_LEAST = 1 << 20


@dataclass(frozen=True)
class Packing:
    """A way of packing files.

    Args:
        name: Its usual name.
        magic: The first bytes of such files.
        unpack: Unpacks pieces, into pieces of PIECE bytes at most; None if that is not supported.
    """

    name: str
    magic: bytes = b""
    unpack: Callable[[Pieces], Iterator[bytes]] | None = None


def unpacked(pieces: Pieces, packing: Packing, path: str) -> Iterator[bytes]:
    """The unpacked content of a file, in pieces that are large even if its members are small.

    Raises:
        InputError: It is damaged or cut off.
    """
    results = packing.unpack(pieces) if packing.unpack else iter(())
    held: list[bytes] = []
    try:
        for piece in results:
            held.append(piece)
            if sum(map(len, held)) >= _LEAST:
                yield b"".join(held)
                held.clear()
    except (OSError, EOFError, zlib.error, pa.ArrowException) as failure:
        raise InputError(
            f"The file cannot be read: it is not {packing.name}, or damaged or cut off ({failure})",
            where=path,
            fix="Check the file and its name; write it again if it is damaged.",
        ) from failure
    yield b"".join(held)


def _gzip(pieces: Pieces) -> Iterator[bytes]:
    def member(data: bytes, unpacker: Any) -> Iterator[bytes]:
        while data and not unpacker.eof:
            yield unpacker.decompress(data, PIECE)
            data = unpacker.unconsumed_tail

    return _members(pieces, lambda: zlib.decompressobj(wbits=31), member)


def _bzip2(pieces: Pieces) -> Iterator[bytes]:
    def member(data: bytes, unpacker: Any) -> Iterator[bytes]:
        yield unpacker.decompress(data, PIECE)
        while not (unpacker.eof or unpacker.needs_input):
            yield unpacker.decompress(b"", PIECE)

    return _members(pieces, bz2.BZ2Decompressor, member)


def _members(
    pieces: Pieces, start: Callable[[], Any], member: Callable[[bytes, Any], Iterator[bytes]]
) -> Iterator[bytes]:
    """The content of members that follow each other, with zero bytes between and after them."""
    unpacker, is_begun, is_first = start(), False, True
    for piece in pieces:
        data = bytes(piece)
        while data := data if is_begun or is_first else data.lstrip(b"\0"):
            is_begun = True
            yield from member(data, unpacker)
            data = unpacker.unused_data
            if unpacker.eof:
                unpacker, is_begun, is_first = start(), False, False
    if is_begun:
        raise EOFError("it ends in the middle")


class _Stream(io.RawIOBase):
    """Pieces as a file that Arrow can read."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not len(self._rest):
            self._rest = memoryview(next(self._pieces, b""))
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def _zstd(pieces: Pieces) -> Iterator[bytes]:
    with pa.CompressedInputStream(pa.PythonFile(_Stream(pieces), mode="r"), "zstd") as stream:
        while piece := stream.read(PIECE):
            yield piece


PACKINGS = {
    ".gz": Packing("gzip", b"\x1f\x8b", _gzip),
    ".bz2": Packing("bzip2", b"BZh", _bzip2),
    ".zst": Packing("Zstandard", b"\x28\xb5\x2f\xfd", _zstd),
    ".deflate": Packing("deflate"),
    ".snappy": Packing("Snappy", b"\xff\x06\x00\x00sNaPpY"),
    ".lz4": Packing("LZ4", b"\x04\x22\x4d\x18"),
    ".xz": Packing("xz", b"\xfd7zXZ\x00"),
    ".zip": Packing("a zip archive", b"PK\x03\x04"),
}
"""By the ending of a file's name."""

READABLE = tuple(ending for ending, packing in PACKINGS.items() if packing.unpack)
"""The endings of packed files that can be read."""


def refuse_packed(file: DataFile) -> None:
    """Check that a file is not packed in a way that is not supported.

    Raises:
        InputError: It is packed so.
    """
    packing = packing_of(file.name)
    if packing is not None and packing.unpack is None:
        fix = f"Unpack it, or pack it so that its name ends in {', '.join(READABLE)}."
        raise InputError(f"The file is packed as {packing.name}, which is not read", where=file.path, fix=fix)


def packing_of(name: str) -> Packing | None:
    """How a file of this name is packed; None if it is not."""
    return next((packing for ending, packing in PACKINGS.items() if name.lower().endswith(ending)), None)
