"""Memory of a contender: the PSS of all its processes, so that shared pages are counted once. Linux only."""

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


def session(leader: int) -> list[int]:
    """The processes of the session that the leader began, also those whose parents are gone."""
    return [process for process, (_, its) in _known().items() if its == leader]


def children(parent: int) -> set[int]:
    """The processes whose parent is this one, also those that are over and not yet waited for."""
    return {process for process, (its, _) in _known().items() if its == parent}


def descendants(ancestors: Iterable[int]) -> list[int]:
    """These processes, and all that they started in whatever session, but for those whose parents are gone."""
    known, found, newest = _known(), set[int](), set(ancestors)
    while newest:
        found |= newest
        newest = {process for process, (parent, _) in known.items() if parent in newest} - found
    return sorted(found)


def _known() -> dict[int, tuple[int, int]]:
    """The parent and the session of every process."""
    found = {}
    for entry in PROC.glob("[0-9]*"):
        try:
            # After the name, which stands in brackets: state, parent, group, session.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(entry.name)] = int(fields[1]), int(fields[3])
    return found


def kill(processes: Iterable[int]) -> None:
    """End these processes."""
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


class Peak:
    """The highest memory of some processes together, in bytes; `processes` says which they are at the moment.

    PSS is exact but the kernel walks all pages for it. So it is read only when the resident pages, which are at hand
    and never less, have grown beyond where they were when it was last read.
    """

    def __init__(self, processes: Callable[[], list[int]]) -> None:
        self.processes = processes
        self.bytes = 0
        self._resident = 0

    def sample(self) -> int:
        """Look, and give the highest so far."""
        processes = self.processes()
        resident = sum(_resident(process) for process in processes)
        if resident > self._resident:
            self._resident = resident
            self.bytes = max(self.bytes, sum(_proportional(process) for process in processes))
        return self.bytes


def _resident(process: int) -> int:
    try:
        return int((PROC / str(process) / "statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def _proportional(process: int) -> int:
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
