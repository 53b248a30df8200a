"""How many workers this machine can feed."""

import os


def cores() -> int:
    """The cores that this process may use; all of the machine where the system does not tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
