"""Writes the jars of a folder again, so that the layer that holds them gets smaller: `python repack.py FOLDER`.

Entries are stored uncompressed, because a layer is compressed as a whole; Java loads them faster, too. What unused.toml
names is left out, and native code of other systems.
"""

import re
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

NATIVE = re.compile(r"\.(a|dll|dylib|jnilib|so)$")
OURS = re.compile(r"amd64|x86_64|aarch_?64|linux64")
ELSEWHERE = re.compile(r"aix|android|darwin|freebsd|mac|musl|osx|sunos|win", re.IGNORECASE)
LIST = Path(__file__).with_name("unused.toml")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can tell; the same for all, so that equal contents give equal jars."""


class NothingToLeaveOut(Exception):
    """A pattern of the list names nothing in its jar."""


def runs_here(entry: str) -> bool:
    """Whether an entry of a jar is no native code, or such code for Linux on x86-64 or arm64."""
    return not NATIVE.search(entry) or bool(OURS.search(entry) and not ELSEWHERE.search(entry))


def unused_in(jar: str, text: str) -> list[str]:
    """The patterns of entries that the list names for a jar."""
    parts = tomllib.loads(text)["unused_in_jars"]
    return [pattern for part in parts if fnmatch(jar, part["jar"]) for pattern in part["entries"]]


def kept(entries: list[str], unused: list[str]) -> list[str]:
    """The entries that a jar keeps, each once.

    Raises:
        NothingToLeaveOut: A pattern names nothing, so the list is older than the jar.
    """
    for pattern in unused:
        if not any(fnmatch(entry, pattern) for entry in entries):
            raise NothingToLeaveOut(f"{LIST.name}: the jar holds no {pattern}")
    here = filter(runs_here, dict.fromkeys(entries))
    return [entry for entry in here if not any(fnmatch(entry, pattern) for pattern in unused)]


def repack(jar: Path, unused: list[str]) -> None:
    """Replace a jar by one with the entries that it keeps, in the same order, stored."""
    packed = jar.with_suffix(".packed")
    with zipfile.ZipFile(jar) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
        for name in kept(old.namelist(), unused):
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name))
    packed.replace(jar)


if __name__ == "__main__":
    listed = LIST.read_text(encoding="utf-8")
    for path in sorted(Path(sys.argv[1]).glob("*.jar")):
        repack(path, unused_in(path.name, listed))
