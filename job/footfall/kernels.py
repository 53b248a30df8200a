"""Compiles the functions of a run if needed, and loads them before workers are forked."""

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
"""Modules whose kernels every run calls."""

SOME_RUNS = (
    "footfall.read.pings.csv.kernel",
    "footfall.read.pings.csv.starts",
    "footfall.read.pings.times.kernel",
    "footfall.locate.circles",
    "footfall.aggregate.uncertain",
)
"""Modules whose kernels are called if pings are text, or if circles of accuracy are asked for."""


def load() -> None:
    """Load the kernels that every run needs into this process, and so into those that it forks later.

    The first run on a machine compiles them and all others, so that no later run has to wait.

    Raises:
        InfrastructureError: They could not be compiled.
    """
    if not are_made():
        compile_in_parallel(os.cpu_count() or 1)
    for each in _needed():
        each.load()


def are_made() -> bool:
    """Whether the kernels that every run needs were compiled before on this machine."""
    return all(each.is_made() for each in _needed())


def _needed() -> list[Kernel]:
    for name in EVERY_RUN:
        import_module(name)
    return [each for each in KERNELS.values() if each.function.__module__ in EVERY_RUN]


def compile_in_parallel(workers: int) -> None:
    """Compile the kernels that were not compiled yet on this machine, in `workers` processes.

    Raises:
        InfrastructureError: The compiler failed, or its files cannot be written.
    """
    for name in EVERY_RUN + SOME_RUNS:
        import_module(name)
    compile_missing(KERNELS.values(), workers)
