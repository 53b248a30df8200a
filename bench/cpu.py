"""The CPU time of a contender: what its processes have worked, while others work on the machine too. Linux only."""

import os
import secrets
from pathlib import Path

from bench.memory import PROC, session

TICKS = os.sysconf("SC_CLK_TCK")


def spent(leader: int) -> float:
    """Seconds that the session of the leader has worked so far, in all its processes, also those that are over."""
    return sum(map(_spent, session(leader))) / TICKS


def _spent(process: int) -> int:
    try:
        # After the name, which stands in brackets, user and system time are the 12th and 13th field; then come those
        # of the children that are over.
        fields = (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))


class Group:
    """A control group of the kernel, which counts the CPU time of all processes in it, however they end.

    What the system tells a parent of its children is less: Spark's Python daemon ignores that its workers end
    (SIGCHLD), and so their time is nowhere.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def made(cls) -> "Group | None":
        """A new group without processes; None where this user may not make one."""
        mounts = (line.split() for line in (PROC / "mounts").read_text().splitlines())
        for root in (Path(mount[1]) for mount in mounts if mount[2] == "cgroup2"):
            folder = root / f"footfall-bench-{secrets.token_hex(4)}"
            try:
                folder.mkdir()
            except OSError:
                continue
            return cls(folder)
        return None

    def enter(self) -> None:
        """Put this process, and all that it starts from now on, into the group."""
        (self._folder / "cgroup.procs").write_text("0")

    def spent(self) -> float:
        """Seconds that its processes have worked, also those that are over."""
        lines = (self._folder / "cpu.stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("usage_usec")) / 1e6

    def close(self) -> None:
        """Remove the group, whose processes are over."""
        self._folder.rmdir()
