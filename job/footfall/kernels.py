"""All compiled functions of a run: made where they were not yet, and loaded before workers are forked."""

import os
from importlib import import_module

from footfall.compiled import KERNELS, Kernel, compile_missing

EVERY_RUN = (
    "footfall.geometry.rings",
    "footfall.locate.index.cells",
    "footfall.locate.index.leaves",
    "footfall.locate.kernel",
    "footfall.read.pings.devices.kernel",
    "footfall.shuffle.fingerprints",
    "footfall.shuffle.packing",
    "footfall.aggregate.ordering",
    "footfall.aggregate.sums",
    "footfall.aggregate.visits",
)
"""The modules whose kernels each run calls."""

SOME_RUNS = (
    "footfall.read.pings.csv.kernel",
    "footfall.read.pings.csv.starts",
    "footfall.read.pings.times.kernel",
)
"""Those whose kernels are called where pings are text."""


def load() -> None:
    """Have the kernels that each run needs ready in this process, and in those that it forks from now on.

    On the first run on a machine they are compiled, and all others with them, so that none is waited for later.

    Raises:
        InfrastructureError: They could not be compiled.
    """
    if not are_made():
        compile_in_parallel(os.cpu_count() or 1)
    for each in _needed():
        each.load()


def are_made() -> bool:
    """Whether the kernels that each run needs were compiled before on this machine."""
    return all(each.is_made() for each in _needed())


def _needed() -> list[Kernel]:
    for name in EVERY_RUN:
        import_module(name)
    return [each for each in KERNELS.values() if each.function.__module__ in EVERY_RUN]


def compile_in_parallel(workers: int) -> None:
    """Compile the kernels that were not compiled yet for this machine, in so many processes at once.

    Raises:
        InfrastructureError: The compiler failed, or its files cannot be written.
    """
    for name in EVERY_RUN + SOME_RUNS:
        import_module(name)
    compile_missing(KERNELS.values(), workers)
