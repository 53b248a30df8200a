"""What each source gives: the bundled sample, a file, the environment, and flags."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from footfall.settings import JobSettings, problems
from footfall.settings.names import SettingName, sections, setting_names
from footfall.settings.problems import Given
from footfall.settings.strict_yaml import StoredFile, YamlFile, read_text

NOT_SETTINGS = frozenset({"FOOTFALL_DEBUG", "FOOTFALL_SETTINGS"})

# Kubernetes puts the addresses of services into every pod, under names made from theirs.
_SERVICE_ADDRESS = re.compile(
    r"_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$"
)


def in_bundle(bundled: Mapping[str, Any], model: type[JobSettings], prefix: str = "") -> dict[str, Given]:
    """The settings of the bundled sample that the job has, by dotted name."""
    layer = {}
    for key, value in bundled.items():
        if isinstance(value, Mapping) and f"{prefix}{key}" in sections(model):
            layer.update(in_bundle(value, model, f"{prefix}{key}."))
        elif prefix or key in model.model_fields:
            layer[f"{prefix}{key}"] = Given(value, "bundled sample", None)
    return layer


def in_file(
    file: Path | StoredFile | None, content: YamlFile | None, model: type[JobSettings]
) -> dict[str, Given]:
    """The settings of a file; none if there is no file.

    Raises:
        SettingsError: The job has no such setting, or a section has a plain value.
    """
    if file is None or content is None:
        return {}
    return {
        name: Given(value, f"file {file}", content.lines.get(name))
        for name, value in _settings_under("", content.values, content.lines, (file, model))
    }


def _settings_under(
    prefix: str,
    values: Mapping[Any, Any],
    lines: Mapping[str, int],
    of: tuple[Path | StoredFile, type[JobSettings]],
) -> Iterator[tuple[str, Any]]:
    file, model = of
    names = {setting.name for setting in setting_names(model)}
    for key, value in values.items():
        name = f"{prefix}{key}"
        given = Given(value, f"file {file}", lines.get(name))
        if name in sections(model) and "." not in str(key):
            if not isinstance(value, Mapping):
                raise problems.not_a_section(name, given, model)
            yield from _settings_under(f"{name}.", value, lines, of)
        elif name in names and "." not in str(key):
            yield name, value
        else:
            raise problems.unknown(name, given, model)


def in_environment(environ: Mapping[str, str], model: type[JobSettings]) -> dict[str, Given]:
    """The settings of variables that begin with FOOTFALL_.

    Raises:
        SettingsError: One names no setting of the job, or its text cannot be read.
    """
    by_variable = {setting.variable: setting for setting in setting_names(model)}
    layer = {}
    for variable in sorted(environ):
        if variable in by_variable:
            setting = by_variable[variable]
            layer[setting.name] = _from_text(setting, environ[variable], f"variable {variable}")
        elif _names_a_setting(variable):
            raise problems.unknown_variable(variable, model)
    return layer


def _names_a_setting(variable: str) -> bool:
    if variable in NOT_SETTINGS or _SERVICE_ADDRESS.search(variable):
        return False
    return variable.startswith("FOOTFALL_")


def in_flags(flags: Mapping[str, str], model: type[JobSettings]) -> dict[str, Given]:
    """The settings of flags.

    Raises:
        SettingsError: One names no setting of the job, or its text cannot be read.
    """
    by_name = {setting.name: setting for setting in setting_names(model)}
    layer = {}
    for name, text in flags.items():
        if name not in by_name:
            raise problems.unknown(name, Given(text, "flags", None), model)
        layer[name] = _from_text(by_name[name], text, f"flag {by_name[name].flag}")
    return layer


def _from_text(setting: SettingName, text: str, origin: str) -> Given:
    if setting.kind == "text":
        return Given(text, origin, None)
    if setting.kind == "optional text":
        return Given(text or None, origin, None)
    if setting.kind == "text or list":
        return Given(_text_or_list(text), origin, None)
    try:
        return Given(read_text(text), origin, None)
    except ValueError as error:
        raise problems.unreadable(setting, Given(text, origin, None), str(error)) from error


def _text_or_list(text: str) -> object:
    """The list that a text such as `[a.csv, b.csv]` means, else the text: `[ab].csv` is not YAML and stays a glob."""
    if not text.startswith("["):
        return text
    try:
        return read_text(text)
    except ValueError:
        return text
