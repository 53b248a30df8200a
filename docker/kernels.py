"""Compiles the job's kernels before its first run: `python kernels.py FOLDER` fills a cache of Numba.

Numba takes what it finds there whatever the files' times are, because it compares contents. For which processor is said
in `entrypoint.py`, which lays the files ready.
"""

import hashlib
import os
import platform
import re
import sys
from pathlib import Path

from entrypoint import PROCESSORS

ADDRESS = re.compile(rb"(?<=0x)[0-9a-f]{12}(?![0-9a-f])")


def without_addresses(name: str, content: bytes) -> bytes:
    """A file of the cache with other numbers for the addresses in it, by which Numba names functions.

    They are made of the file's name and of how many came before: the same in each build, and no two functions have one.
    """
    numbers: dict[bytes, bytes] = {}

    def number(address: re.Match[bytes]) -> bytes:
        made = hashlib.sha256(f"{name} {len(numbers)}".encode()).hexdigest()[:12]
        return numbers.setdefault(address[0], made.encode())

    return ADDRESS.sub(number, content)


def compile_all() -> None:
    """Look at a file and build an index, as the driver does, and count pings, as workers do."""
    import shapely

    from footfall import daemon
    from footfall.locate.index.tree import build
    from footfall.read.pings.csv.ranges import after_header
    from footfall.schema import Place

    after_header(b"device,lat,lon,at\n")
    # Rings of many vertices, so that cells are cut more than once.
    shapes = [shapely.Point(x, 0).buffer(1, quad_segs=64) for x in (0, 1, 100)]
    build(tuple(Place(str(number), None, None, shape.wkb) for number, shape in enumerate(shapes)))
    daemon.compile_all()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    os.environ |= PROCESSORS[platform.machine()].variables(folder)
    compile_all()
    for file in folder.rglob("*.nbc"):
        file.write_bytes(without_addresses(file.name, file.read_bytes()))
