"""A folder of this machine in whose system calls tasks take turns: real files, real locks, and errors of a disk."""

import errno
import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from footfall.publish import folder
from footfall.schema import PLACE_DAYS
from footfall.stores import local
from tests.simulation.swaps import swapped
from tests.simulation.world import World

FULL, BROKEN = (errno.ENOSPC, errno.EDQUOT), (errno.EIO,)
POLL = 0.5
"""Seconds between two looks at a lock that another holds."""

REFUSED = {
    "mkdir": FULL,
    "rename": FULL + BROKEN,
    "replace": FULL + BROKEN,
    "link": FULL,
    "unlink": (),
    "rmdir": (),
    "fsync": BROKEN + FULL,
}
"""System calls that change something, and the errors that a disk may answer."""


class _Listing:
    """What os.scandir gives, by name, so that each replay sees the same order."""

    def __init__(self, found: "os.ScandirIterator[str]") -> None:
        with found:
            self.entries = iter(sorted(found, key=lambda entry: entry.name))

    def __enter__(self) -> "_Listing":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self.entries

    def __next__(self) -> Any:
        return next(self.entries)

    def close(self) -> None:
        """Nothing is open."""


class UnsyncedError(AssertionError):
    """A file was renamed over a day before it was on the disk."""


@dataclass
class Calls:
    """The system calls on a folder, in which tasks take turns.

    Args:
        world: Their world.
        root: The folder.
        renamed: Is called with a file that is about to be renamed over that of a published day.
    """

    world: World
    root: Path
    renamed: Callable[[Path], None]
    synced: set[int] = field(default_factory=set)
    real: dict[str, Callable[..., Any]] = field(
        default_factory=lambda: {
            **{name: getattr(os, name) for name in (*REFUSED, "stat", "scandir")},
            "open": io.open,
            "flock": fcntl.flock,
        }
    )

    def named(self, path: Any) -> str:
        """The name of a file in the trace, which is the same in each replay."""
        if not isinstance(path, str | Path):
            return "a file of it"
        return "the output" if Path(path) == Path(self.root) else str(path).removeprefix(f"{self.root}/")

    def changing(self, name: str) -> Callable[..., Any]:
        """A system call that changes something."""

        def call(path: Any, *more: Any, **named_too: Any) -> Any:
            self.world.pause(f"{name} {self.named(path)}", REFUSED[name])
            if name == "fsync":
                self.synced.add(os.fstat(path).st_ino)
            if name in ("rename", "replace") and str(more[0]).endswith(f"/{PLACE_DAYS.file}"):
                if self.real["stat"](path).st_ino not in self.synced:
                    raise UnsyncedError(f"{self.named(path)} is renamed before it is on the disk")
                self.renamed(Path(path))
            return self.real[name](path, *more, **named_too)

        return call

    def open(self, path: Any, mode: str = "r", *more: Any, **named_too: Any) -> Any:
        """io.open."""
        is_new = any(letter in mode for letter in "wxa")
        self.world.pause(f"open {self.named(path)} {mode}", FULL if is_new else ())
        return self.real["open"](path, mode, *more, **named_too)

    def stat(self, path: Any, *more: Any, **named_too: Any) -> Any:
        """os.stat; others take a turn before the file of a day is looked at."""
        if str(path).endswith(f"/{PLACE_DAYS.file}"):
            self.world.pause(f"stat {self.named(path)}")
        return self.real["stat"](path, *more, **named_too)

    def scandir(self, path: Any = ".") -> _Listing:
        """os.scandir."""
        self.world.pause(f"scandir {self.named(path)}")
        return _Listing(self.real["scandir"](path))

    def flock(self, file: Any, how: int) -> None:
        """fcntl.flock, whose waiting takes no real time."""
        while True:
            self.world.pause(f"flock {self.named(file.name)}")
            try:
                self.real["flock"](file, how | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if how & fcntl.LOCK_NB:
                    raise
                self.world.wait(POLL)


@contextmanager
def shared(world: World, root: Path, renamed: Callable[[Path], None]) -> Iterator[None]:
    """Let tasks take turns in the system calls on a folder while the block runs; see `Calls` for what is given."""
    calls, numbers = Calls(world, root, renamed), count(1)
    with swapped(
        *((os, name, calls.changing(name)) for name in REFUSED),
        (io, "open", calls.open),
        (os, "stat", calls.stat),
        (os, "scandir", calls.scandir),
        (fcntl, "flock", calls.flock),
        (folder, "ROOM", 16),
        (local, "uuid4", lambda: SimpleNamespace(hex=f"{next(numbers):032x}")),
    ):
        yield
