"""Loads the settings of a command: from file, environment and flags, or those of the bundled sample."""

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from footfall import jobs
from footfall.cli.command import Arguments
from footfall.errors import SettingsError
from footfall.runs.manifest import FIRST_JOB
from footfall.sample import sample_settings
from footfall.settings import Settings, on_object_store
from footfall.settings.sources import OF_SAMPLE_RUNS, Loaded, load, with_sample
from footfall.settings.strict_yaml import StoredFile

SAMPLE_OUTPUT = "footfall-output"
"""The output of the sample, which is also the output whose runs are shown if none is named."""

INPUTS = ("pings.path", "places.path")

USUAL = ("settings.yaml", "settings.yml")
"""The names of settings files that are found in the current folder, if no other is named."""


def load_settings(arguments: Arguments) -> Loaded:
    """The settings of file, environment and flags; those of the bundled sample if none of them names an input.

    The settings file is the one that is named, else that of the current folder, of which a notice is printed.

    Args:
        arguments: The flags by their names: `settings`, `sample`, and those of settings.

    Raises:
        SettingsError: A setting is wrong, or does not go with the sample.
    """
    flags = {name: text for name, text in arguments.items() if text is not None}
    given, sample = flags.pop("settings", None), flags.pop("sample")
    named = named_settings(given) or (None if sample else found_settings())
    variables = {f"FOOTFALL_{name.replace('.', '_').upper()}" for name in INPUTS}
    own = named or variables & set(os.environ) or set(INPUTS) & set(flags)
    try:
        loaded = load(
            _file(named) if named else None, os.environ, flags, jobs.settings(), None if own else _sample
        )
    except SettingsError as error:
        if named and not named_settings(given) and not _is_of_footfall(Path(named)):
            error.fix += (
                f". {named} was taken as it is in this folder; --sample counts the bundled sample instead"
            )
        raise
    if not sample:
        return loaded
    useless = [f"--{name}" for name in flags if name.split(".")[0] not in OF_SAMPLE_RUNS]
    if useless:
        raise SettingsError(
            f"The bundled sample is counted by its own settings, without {', '.join(useless)}",
            where="flag --sample",
            fix="Leave out either.",
        )
    return with_sample(loaded, _sample(loaded.settings.count)) if own else loaded


def _sample(job: str) -> dict[str, Any]:
    """The settings with which a job counts the bundled sample, into an output of its own."""
    return sample_settings(SAMPLE_OUTPUT if job == FIRST_JOB else f"{job}-output")


def of_places(loaded: Loaded, command: str) -> Settings:
    """The settings, for a command that asks about visits to places.

    Raises:
        SettingsError: They are those of another job.
    """
    if isinstance(loaded.settings, Settings):
        return loaded.settings
    raise SettingsError(
        f"`footfall {command}` is about visits to places, and the job {loaded.settings.count} has none",
        where=f"setting count, {loaded.origins['count']}",
        fix="Read its table with any reader of Parquet, or name settings that count footfall.",
    )


def named_settings(flag: str | None) -> str | None:
    """The settings file that the flag names, else FOOTFALL_SETTINGS; None if neither does."""
    return flag or os.environ.get("FOOTFALL_SETTINGS") or None


def found_settings() -> str | None:
    """The settings file of the current folder, and print a notice of it; None if there is no such file."""
    found = settings_here()
    if found:
        print_notice(f"Settings are those of {found} in this folder.")
    return found


def settings_here() -> str | None:
    """The name of the settings file of the current folder; None if there is no such file."""
    return next((name for name in USUAL if Path(name).is_file()), None)


def _is_of_footfall(file: Path) -> bool:
    """Whether a file, valid or not, looks like one of footfall: a line begins with `pings`, `places` or `output`."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return bool(re.search(r"^(pings|places|output)\b", text, re.MULTILINE))


def print_notice(sentence: str) -> None:
    """Print a sentence on stderr: as text on a terminal, else as a line of JSON."""
    from footfall.runs.json_lines import LineFields
    from footfall.terminal.sentences import tell

    tell(sentence, sys.stderr, LineFields({}, lambda: datetime.now(UTC)))


def _file(named: str) -> Path | StoredFile:
    if not on_object_store(named):
        return Path(named)
    from footfall import aws

    return StoredFile(named, aws.read(named))
