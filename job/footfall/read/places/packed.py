"""Unpacks a file that is packed by itself: gzip, bzip2, Zstandard or xz."""

import bz2
import gzip
import lzma
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from footfall.errors import InputError
from footfall.read.places.archives import MOST_UNPACKED
from footfall.settings.place_formats import PACKED

_CODECS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\0", "xz"))
_AT_ONCE = 2**20


def codec_of(head: bytes) -> str | None:
    """How a file is packed, by its first bytes."""
    return next((codec for magic, codec in _CODECS if head.startswith(magic)), None)


def unpack(file: Path, codec: str, folder: Path, named: Path) -> Path:
    """The unpacked file, under its name without the ending of what packed it.

    Args:
        file: The packed file.
        codec: How it is packed.
        folder: An empty folder.
        named: The file as the settings name it, for errors.

    Raises:
        InputError: It unpacks to too much.
        OSError, EOFError, zlib.error, LZMAError: It is damaged.
    """
    name = file.name
    target = folder / (file.stem if file.suffix.lower() in PACKED else name)
    written = 0
    with _opened(file, codec) as packed, target.open("xb") as unpacked:
        while content := packed.read(_AT_ONCE):
            written += unpacked.write(content)
            if written > MOST_UNPACKED:
                raise InputError(
                    f"The packed file unpacks to more than {MOST_UNPACKED / 2**30:g} GiB",
                    where=f"places.path: {named}",
                    fix="Unpack it yourself and name the file.",
                )
    return target


def _opened(file: Path, codec: str) -> IO[bytes] | Any:
    if codec == "gzip":
        return gzip.open(file)
    if codec == "zstd":
        return pa.CompressedInputStream(pa.OSFile(str(file)), codec)
    return bz2.open(file) if codec == "bz2" else lzma.open(file)
