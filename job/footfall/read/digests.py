"""What the input files held, as digests."""

import hashlib
from pathlib import Path

from footfall.schema import InputFile


def sha256(file: InputFile) -> str | None:
    """The digest of a local file in hexadecimal; None where the file is not on this machine's file system."""
    path = Path(file.path)
    if not path.is_file():
        return None
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
