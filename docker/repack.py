"""Writes the jars of a folder again, uncompressed and without native code of other systems: `python repack.py FOLDER`.

The image's layers are compressed as a whole, so its jars need not be: the layer gets smaller, and Java loads faster.
"""

import re
import sys
import zipfile
from pathlib import Path

NATIVE = re.compile(r"\.(a|dll|dylib|jnilib|so)$")
OURS = re.compile(r"amd64|x86_64|aarch_?64|linux64")
ELSEWHERE = re.compile(r"aix|android|darwin|freebsd|mac|musl|osx|sunos|win", re.IGNORECASE)
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can tell; the same for all, so that equal contents give equal jars."""


def runs_here(entry: str) -> bool:
    """Whether an entry of a jar is no native code, or such code for Linux on x86-64 or arm64."""
    return not NATIVE.search(entry) or bool(OURS.search(entry) and not ELSEWHERE.search(entry))


def repack(jar: Path) -> None:
    """Replace a jar by one with the same entries in the same order, stored, each name once."""
    packed = jar.with_suffix(".packed")
    with zipfile.ZipFile(jar) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
        for name in dict.fromkeys(old.namelist()):
            if runs_here(name):
                new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name))
    packed.replace(jar)


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).glob("*.jar")):
        repack(path)
