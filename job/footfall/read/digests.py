"""What the input files held, as digests."""

import hashlib
from pathlib import Path

from footfall.schema import InputFile


def sha256(file: InputFile) -> str | None:
    """The digest of a local file in hexadecimal.

    None for an object of a store: its `version` says as much, and to read it all would double the traffic.
    """
    path = Path(file.path)
    if not path.is_file():
        return None
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
