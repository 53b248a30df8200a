"""Unpacks the one file of places in a zip, and refuses unsafe zips."""

import lzma
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from footfall.defects import is_full
from footfall.errors import InputError
from footfall.settings.place_formats import ENDINGS, names

MOST_UNPACKED = 4 * 2**30
"""Bytes that a zip may unpack to."""

_ENDINGS = tuple(ending for ending in ENDINGS if ending != ".txt")
"""Endings of files that may be places; not .txt, which in a zip is mostly a readme."""

_LAST = (".json", ".csv", ".tsv")
"""Endings of files that may only accompany the places; they are taken only if no other file is there."""

_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or packed in a way that Python does not know
    ValueError,
    IndexError,
)


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the one file of places in a zip, with all files of the same stem.

    Args:
        archive: The zip.
        folder: An empty folder for the unpacked files; folders inside the zip are not kept.

    Returns:
        The unpacked file of places.

    Raises:
        InputError: The zip is damaged, locked or too large, names files outside of itself, or does not hold exactly
            one file of places.
        OSError: The disk is full.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            members = list(_members(packed))
            _refuse_outside(members, archive)
            chosen = _chosen(members, archive)
            wanted = [member for member in members if _stem(member) == _stem(chosen)]
            if sum(member.file_size for member in wanted) > MOST_UNPACKED:
                most = f"{MOST_UNPACKED / 2**30:g} GiB"
                raise _bad(archive, f"unpacks to more than {most}", "Unpack it yourself and name the file.")
            _write(packed, wanted, folder)
    except _BROKEN as failure:
        if is_full(failure):
            raise
        what = f"cannot be unpacked: {failure or type(failure).__name__}"
        raise _bad(archive, what, "Zip the files again, without a password.") from failure
    return folder / _path(chosen).name


def _members(packed: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files in a zip without those that macOS adds."""
    for member in packed.infolist():
        if not member.is_dir() and not _path(member).name.startswith("._"):
            yield member


def _path(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))


def _stem(member: zipfile.ZipInfo) -> tuple[PurePosixPath, str]:
    path = _path(member)
    return path.parent, path.stem.lower()


def _refuse_outside(members: Sequence[zipfile.ZipInfo], archive: Path) -> None:
    outside = [str(_path(member)) for member in members if _OUTSIDE.search(str(_path(member)))]
    if outside:
        raise _bad(
            archive,
            f"names a file outside of itself: {outside[0]}",
            "Zip the files again from inside their folder.",
        )


def _chosen(members: Sequence[zipfile.ZipInfo], archive: Path) -> zipfile.ZipInfo:
    """The one file of places; one with an ending of _LAST only if there is no other."""
    every = [member for member in members if _path(member).suffix.lower() in _ENDINGS]
    found = [member for member in every if _path(member).suffix.lower() not in _LAST]
    for ending in _LAST:
        found = found or [member for member in every if _path(member).suffix.lower() == ending]
    if not found:
        raise _bad(archive, f"holds no {names()}", "Zip the files of one shapefile, or one file of places.")
    if len(found) > 1:
        several = ", ".join(sorted(member.filename for member in found))
        raise _bad(archive, f"holds several files of places: {several}", "Zip one of them.")
    return found[0]


def _write(packed: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], folder: Path) -> None:
    """Write members by their last name; of each, zipfile gives no more bytes than the member says it has."""
    for member in members:
        with packed.open(member) as source, (folder / _path(member).name).open("xb") as target:
            shutil.copyfileobj(source, target)


def _bad(archive: Path, what: str, fix: str) -> InputError:
    return InputError(f"The zip file {what}", where=f"places.path: {archive}", fix=fix)
