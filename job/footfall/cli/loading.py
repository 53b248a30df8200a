"""The settings of a command: those of file, environment and flags, or of the bundled sample."""

import os
from pathlib import Path

from footfall.cli.command import Arguments
from footfall.errors import SettingsError
from footfall.sample import sample_settings
from footfall.settings import on_object_store
from footfall.settings.sources import OF_SAMPLE_RUNS, Loaded, load, with_sample
from footfall.settings.strict_yaml import StoredFile

SAMPLE_OUTPUT = "footfall-output"
"""Where counts of the sample go, and where runs are looked for where no output is named."""

INPUTS = ("pings.path", "places.path")


def load_settings(arguments: Arguments) -> Loaded:
    """The settings of file, environment and flags; those of the bundled sample where no input is named anywhere.

    Args:
        arguments: The flag `settings`, whether `sample` was asked for, and the flags of settings by their names.

    Raises:
        SettingsError: A setting is wrong, or does not go with the sample.
    """
    flags = {name: text for name, text in arguments.items() if text is not None}
    named, sample = flags.pop("settings", None) or os.environ.get("FOOTFALL_SETTINGS"), flags.pop("sample")
    variables = {f"FOOTFALL_{name.replace('.', '_').upper()}" for name in INPUTS}
    own = named or variables & set(os.environ) or set(INPUTS) & set(flags)
    bundled = sample_settings(SAMPLE_OUTPUT)
    loaded = load(_file(named) if named else None, os.environ, flags, None if own else bundled)
    if not sample:
        return loaded
    useless = [f"--{name}" for name in flags if name.split(".")[0] not in OF_SAMPLE_RUNS]
    if useless:
        raise SettingsError(
            f"The bundled sample is counted by its own settings, without {', '.join(useless)}",
            where="flag --sample",
            fix="Leave out either.",
        )
    return with_sample(loaded, bundled) if own else loaded


def _file(named: str) -> Path | StoredFile:
    if not on_object_store(named):
        return Path(named)
    from footfall import aws

    return StoredFile(named, aws.read(named))
