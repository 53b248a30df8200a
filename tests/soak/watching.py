"""Memory and open files of processes that live long, sample by sample, and whether they stay flat. Linux only."""

import statistics
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench.memory import PAGE, PROC, session

MIB = 1 << 20

SHARE, SLACK = 1.1, 16 * MIB
"""By how much the last quarter's memory may exceed that of the second: a tenth, and what an allocator rounds up."""

FILES = 8
"""By how many open files it may: those of one request that is under way."""


@dataclass(frozen=True)
class Sample:
    """Resident bytes and the number of open files of a process at one moment."""

    resident: int
    files: int


@dataclass
class Watched:
    """A process that lives as long as the soak, the first of a session of its own, with its samples.

    Attributes:
        name: Its name in the results.
        process: The process.
        per_run: Bytes that it may keep of each run of the output; a cache of the history has some.
        samples: What was seen of it, in order.
    """

    name: str
    process: subprocess.Popen[bytes]
    per_run: int = 0
    samples: list[Sample] = field(default_factory=list)

    def look(self) -> None:
        """Take a sample.

        Raises:
            AssertionError: The process has ended.
        """
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}")
        self.samples.append(sample(self.process.pid))


def sample(leader: int) -> Sample:
    """The memory and open files now of the processes of a session, added up: a Spark has a Java of its own."""
    resident = files = 0
    for process in session(leader):
        with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
            resident += int((PROC / str(process) / "statm").read_text().split()[1]) * PAGE
            files += len(list((PROC / str(process) / "fd").iterdir()))
    return Sample(resident, files)


def quarters(samples: Sequence[Sample]) -> tuple[Sample, Sample]:
    """The second and the last quarter: the median of memory, the most open files. The first is for warming up."""
    size = len(samples) // 4
    if not size:
        raise AssertionError(f"{len(samples)} samples are too few to compare")
    second, last = samples[size : 2 * size], samples[-size:]
    return _one(second), _one(last)


def growth(samples: Sequence[Sample], allowed: int = 0) -> str:
    """How a process has grown from the second quarter of its samples to the last; empty if it is flat.

    Args:
        samples: Its samples.
        allowed: Bytes that it may have taken besides.
    """
    before, after = quarters(samples)
    found = []
    if after.resident > SHARE * before.resident + SLACK + allowed:
        found.append(f"memory grew from {before.resident // MIB} to {after.resident // MIB} MiB")
    if after.files > before.files + FILES:
        found.append(f"open files grew from {before.files} to {after.files}")
    return ", ".join(found)


def _one(samples: Sequence[Sample]) -> Sample:
    return Sample(int(statistics.median(s.resident for s in samples)), max(s.files for s in samples))
