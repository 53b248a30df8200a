"""A digest of the code that counts, which shows whether two runs used the same code."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

COUNTING = (
    "aggregate",
    "clean.py",
    "counting.py",
    "geometry",
    "local_time",
    "locate",
    "pipeline.py",
    "read",
    "scan.py",
    "schema.py",
    "shuffle",
)
"""The rooms that decide a count. A change in another room, such as the report, makes no day stale."""


def code_digest() -> str:
    """The first 12 hexadecimal digits of the SHA-256 over the names and texts of the code that counts."""
    digest = hashlib.sha256()
    root = files("footfall")
    for name in COUNTING:
        for path, code in _sources(root.joinpath(name), name):
            digest.update(path.encode() + b"\0" + code.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _sources(node: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    if node.is_file():
        if path.endswith(".py"):
            yield path, node
        return
    for child in sorted(node.iterdir(), key=lambda each: each.name):
        yield from _sources(child, f"{path}/{child.name}")
