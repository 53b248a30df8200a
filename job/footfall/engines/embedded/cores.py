"""How many workers this machine can feed."""

import os


def cores() -> int:
    """The number of cores that this process may use; of all cores of the machine where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
