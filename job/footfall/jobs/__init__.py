"""The jobs: each folder here is one, and says in `settings.py` and `job.py` all that is its own."""

from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from footfall.runs.manifest import FIRST_JOB
from footfall.settings import JobSettings
from footfall.settings.names import SettingName
from footfall.settings.names import setting_names as names_of

if TYPE_CHECKING:
    from footfall.job import Job


@cache
def names() -> tuple[str, ...]:
    """The names of all jobs, that which counts where none is named first."""
    found = (each.name for each in files(__package__).iterdir() if each.joinpath("job.py").is_file())
    return tuple(sorted(found, key=lambda name: (name != FIRST_JOB, name)))


@cache
def settings() -> dict[str, type[JobSettings]]:
    """The settings of each job, by its name."""
    return {name: import_module(f"{__package__}.{name}.settings").Settings for name in names()}


def setting_names() -> tuple[SettingName, ...]:
    """The settings of all jobs, each name once: first those of the first job. `count` takes the name of each job."""
    found: dict[str, SettingName] = {}
    for model in settings().values():
        for setting in names_of(model):
            found.setdefault(setting.name, setting)
    found["count"] = replace(found["count"], accepted=" or ".join(names()))
    return tuple(found.values())


def with_setting(name: str) -> tuple[str, ...]:
    """The names of the jobs that have a setting, in the order of `names`."""
    return tuple(job for job, model in settings().items() if name in {each.name for each in names_of(model)})


def named(name: str) -> "Job":
    """The job of that name, one of `names`; what it counts with is imported now."""
    job: Job = import_module(f"{__package__}.{name}.job").JOB
    return job
