"""What the input files held, as digests."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from footfall.runs.run import Source
from footfall.schema import InputFile


def sources_of(files: Mapping[str, Iterable[InputFile]]) -> tuple[Source, ...]:
    """The files of each role, as `pings`, with their digests."""
    return tuple(Source(role, file, sha256(file)) for role, each in files.items() for file in each)


def sha256(file: InputFile) -> str | None:
    """The digest of a local file in hexadecimal.

    None for an object of a store: its `version` says as much, and to read it all would double the traffic.
    """
    path = Path(file.path)
    if not path.is_file():
        return None
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
