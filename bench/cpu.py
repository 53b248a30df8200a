"""The CPU time of a contender: what its processes have worked, whoever else works on the machine. Linux only."""

import os

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
