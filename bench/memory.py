"""Memory of a contender: the PSS of all processes of its session, so that shared pages are counted once. Linux only."""

import os
import signal
from pathlib import Path

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


def session(leader: int) -> list[int]:
    """The processes of the session that the leader began, also those whose parents are gone."""
    found = []
    for entry in PROC.glob("[0-9]*"):
        try:
            # After the name, which stands in brackets: state, parent, group, session.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(entry.name))
    return found


def kill(leader: int) -> None:
    """End all processes of the session."""
    for process in session(leader):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


class Peak:
    """The highest memory of a session, in bytes.

    PSS is exact but the kernel walks all pages for it. So it is read only when the resident pages, which are at hand
    and never less, have grown beyond where they were when it was last read.
    """

    def __init__(self, leader: int) -> None:
        self.leader = leader
        self.bytes = 0
        self._resident = 0

    def sample(self) -> int:
        """Look, and give the highest so far."""
        processes = session(self.leader)
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
