"""Loads the settings of a run: flags override the environment, which overrides the file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from footfall.errors import SettingsError
from footfall.settings import OF_ENGINES, Settings, problems
from footfall.settings.names import SettingName as SettingName
from footfall.settings.names import sections, written
from footfall.settings.names import setting_names as setting_names
from footfall.settings.problems import Given
from footfall.settings.storage import check_output
from footfall.settings.strict_yaml import StoredFile, read_file, read_text
from footfall.settings.values import hide_credentials

OF_SAMPLE_RUNS = ("output", "catalog", *OF_ENGINES)
"""The settings that a run of the sample keeps: output, catalog, and those of engines."""

NOT_SETTINGS = frozenset({"FOOTFALL_DEBUG", "FOOTFALL_SETTINGS"})

# Kubernetes puts the addresses of services into every pod, under names made from theirs.
_SERVICE_ADDRESS = re.compile(
    r"_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$"
)


@dataclass(frozen=True)
class Loaded:
    """The settings of a run, and where each came from.

    `origins` gives for each dotted name "default", "file PATH", "variable NAME" or "flag --name".
    """

    settings: Settings
    origins: dict[str, str]

    def rows(self) -> list[dict[str, str]]:
        """Every setting as `name`, `value` and `origin`, without credentials."""
        values = self.settings.model_dump(mode="json")
        return [
            {"name": name, "value": hide_credentials(written(_at(values, name))), "origin": origin}
            for name, origin in self.origins.items()
        ]


def load(
    file: Path | StoredFile | None,
    environ: Mapping[str, str],
    flags: Mapping[str, str],
    bundled: Mapping[str, Any] | None = None,
) -> Loaded:
    """The settings of a run.

    Args:
        file: The settings file, if there is one.
        environ: The environment; only variables that begin with FOOTFALL_ are read.
        flags: The text of each flag that was given, by the dotted name of its setting.
        bundled: Settings below all others, nested as in a file: those of the bundled sample.

    Raises:
        SettingsError: A setting is missing, unknown, given twice or not accepted, or the file is unreadable.
    """
    given: dict[str, Given] = {}
    for layer in (_in_bundle(bundled or {}), _in_file(file), _in_environment(environ), _in_flags(flags)):
        _lay_over(given, layer)
    try:
        settings = Settings.model_validate(nested(given))
    except ValidationError as error:
        raise problems.not_accepted(
            error.errors(include_url=False), given, problems.in_sources(file)
        ) from None
    return Loaded(settings, _origins(given))


def output_named(file: Path | None, environ: Mapping[str, str], flags: Mapping[str, str]) -> str | None:
    """The output that a flag, the environment or the file names, in this order; None if none does.

    Raises:
        SettingsError: A setting is unknown or given twice, the file is unreadable, or the output is not an address.
    """
    given: dict[str, Given] = {}
    for layer in (_in_file(file), _in_environment(environ), _in_flags(flags)):
        given.update(layer)
    if "output" not in given:
        return None
    try:
        return check_output(str(given["output"].value))
    except ValueError as error:
        raise SettingsError(
            f"The output cannot be {given['output'].value}: {error}",
            where=given["output"].origin,
            fix="Name the folder, or s3://bucket/prefix, that runs write to.",
        ) from error


def with_sample(loaded: Loaded, sample: Mapping[str, Any]) -> Loaded:
    """The settings with inputs and rules of the bundled sample, and an output beside that of the real data.

    Args:
        loaded: Settings, of which OF_SAMPLE_RUNS stay.
        sample: The settings of the bundled sample, nested as in a file.
    """
    ours = loaded.settings
    catalog = ours.catalog.model_copy(update={"database": f"{ours.catalog.database}_sample"})
    own = {name: getattr(ours, name) for name in OF_SAMPLE_RUNS}
    own |= {"output": f"{ours.output}/sample", "catalog": catalog}
    kept = {name: origin for name, origin in loaded.origins.items() if name.split(".")[0] in own}
    origins = _origins(_in_bundle({key: value for key, value in sample.items() if key not in own}))
    return Loaded(Settings.model_validate({**sample, **own}), {**origins, **kept})


def _in_bundle(bundled: Mapping[str, Any], prefix: str = "") -> dict[str, Given]:
    layer = {}
    for key, value in bundled.items():
        if isinstance(value, Mapping) and f"{prefix}{key}" in sections():
            layer.update(_in_bundle(value, f"{prefix}{key}."))
        else:
            layer[f"{prefix}{key}"] = Given(value, "bundled sample", None)
    return layer


def _in_file(file: Path | StoredFile | None) -> dict[str, Given]:
    if file is None:
        return {}
    content = read_file(file)
    return {
        name: Given(value, f"file {file}", content.lines.get(name))
        for name, value in _settings_under("", content.values, content.lines, file)
    }


def _settings_under(
    prefix: str, values: Mapping[Any, Any], lines: Mapping[str, int], file: Path | StoredFile
) -> Iterator[tuple[str, Any]]:
    names = {setting.name for setting in setting_names()}
    for key, value in values.items():
        name = f"{prefix}{key}"
        given = Given(value, f"file {file}", lines.get(name))
        if name in sections() and "." not in str(key):
            if not isinstance(value, Mapping):
                raise problems.not_a_section(name, given)
            yield from _settings_under(f"{name}.", value, lines, file)
        elif name in names and "." not in str(key):
            yield name, value
        else:
            raise problems.unknown(name, given)


def _in_environment(environ: Mapping[str, str]) -> dict[str, Given]:
    by_variable = {setting.variable: setting for setting in setting_names()}
    layer = {}
    for variable in sorted(environ):
        if variable in by_variable:
            setting = by_variable[variable]
            layer[setting.name] = _from_text(setting, environ[variable], f"variable {variable}")
        elif _names_a_setting(variable):
            raise problems.unknown_variable(variable)
    return layer


def _names_a_setting(variable: str) -> bool:
    if variable in NOT_SETTINGS or _SERVICE_ADDRESS.search(variable):
        return False
    return variable.startswith("FOOTFALL_")


def _in_flags(flags: Mapping[str, str]) -> dict[str, Given]:
    by_name = {setting.name: setting for setting in setting_names()}
    layer = {}
    for name, text in flags.items():
        if name not in by_name:
            raise problems.unknown(name, Given(text, "flags", None))
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


def _lay_over(given: dict[str, Given], layer: Mapping[str, Given]) -> None:
    """Add the values of a layer, which replace earlier ones; `day` and `days` replace each other."""
    if "day" in layer and "days" in layer:
        raise problems.day_twice(layer["day"], layer["days"])
    if "day" in layer or "days" in layer:
        given.pop("day", None)
        given.pop("days", None)
    given.update(layer)


def nested(given: Mapping[str, Given]) -> dict[str, Any]:
    """The values as nested mappings, as in a file; the sections `pings` and `places` are always there."""
    tree: dict[str, Any] = {section: {} for section in ("pings", "places")}
    for name, setting in given.items():
        *path, key = name.split(".")
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        node[key] = setting.value
    return tree


def _origins(given: Mapping[str, Given]) -> dict[str, str]:
    """The source of each setting by its name; that of `day` as `days`."""
    origins = {name: setting.origin for name, setting in given.items()}
    if "day" in origins:
        origins["days"] = origins.pop("day")
    names = (setting.name for setting in setting_names() if setting.name != "day")
    return {name: origins.get(name, "default") for name in names}


def _at(values: Mapping[str, Any], name: str) -> object:
    node: Any = values
    for step in name.split("."):
        node = node[step]
    return node
