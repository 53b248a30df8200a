"""Kernels are compiled before the run that first calls them, and come with the image."""

import re
from pathlib import Path

from footfall.kernels import EVERY_RUN, SOME_RUNS

JOB = Path(__file__).parents[1] / "job"


def test_each_module_with_kernels_is_compiled_in_advance() -> None:
    """One that the lists lack would be compiled in the middle of a run, by each worker of its own."""
    files = [file for file in JOB.rglob("*.py") if re.search(r"^@kernel\b", file.read_text(), re.MULTILINE)]
    modules = [".".join(file.relative_to(JOB).with_suffix("").parts) for file in files]
    assert sorted(modules) == sorted(EVERY_RUN + SOME_RUNS)
