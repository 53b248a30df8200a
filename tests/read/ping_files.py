"""Files of CSV for the tests, and what is said where they are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footfall.errors import FootfallError
from footfall.read.pings import PingInput

HEADER = "device,lat,lon,at\n"
REST = ",14.5,-90.5,2023-03-01T09:05:00Z\n"
ReadPings = Callable[..., PingInput]
Rows = Callable[..., list[tuple[Any, ...]]]


def write(path: Path, body: str | bytes) -> Path:
    """Write a file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def refusal(read: ReadPings, path: Path | str, **settings: Any) -> FootfallError:
    """The error that reading gives."""
    with pytest.raises(FootfallError) as caught:
        read(path, **settings)
    return caught.value
