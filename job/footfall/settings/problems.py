"""Errors of settings: each names the setting, its value, its source, and what is accepted."""

import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footfall.errors import SettingsError
from footfall.settings import JobSettings
from footfall.settings.names import SettingName, nearest_name, sections, setting_names
from footfall.settings.strict_yaml import StoredFile
from footfall.settings.values import hide_credentials
from footfall.suggestions import nearest

Model = type[JobSettings]


@dataclass(frozen=True)
class Given:
    """A value from one source, with its line if the source is a file."""

    value: object
    origin: str
    line: int | None

    @property
    def place(self) -> str:
        """The source and, in a file, the line."""
        return self.origin if self.line is None else f"{self.origin}, line {self.line}"


def unknown(name: str, given: Given, model: Model) -> SettingsError:
    """The error for an unknown setting, with the most similar name."""
    near = nearest_name(name, model)
    if near == name:
        steps = " under ".join(f"`{step}`" for step in reversed(name.split(".")))
        return SettingsError(
            f"The key `{name}` has a dot.", where=given.place, fix=f"write it as nested keys: {steps}"
        )
    known, colon, value = name.partition(":")
    if colon and known in {setting.name for setting in setting_names(model)}:
        step = known.rpartition(".")[2]
        return SettingsError(
            f"A blank is missing after `{step}:`.",
            where=given.place,
            fix=f"write `{step}: {_short(hide_credentials(value))}`",
        )
    return SettingsError(
        f"There is no setting `{_short(hide_credentials(name))}`.",
        where=given.place,
        fix=_suggestion(near, _siblings(name, model)),
    )


def unknown_variable(variable: str, model: Model) -> SettingsError:
    """The error for a variable that names no setting; without its value, which may be a secret."""
    near = nearest_name(variable.removeprefix("FOOTFALL_").lower().replace("_", "."), model)
    by_name = {setting.name: setting.variable for setting in setting_names(model)}
    known = by_name.get(near or "")
    return SettingsError(
        f"There is no setting for the variable {variable}.",
        where=f"variable {variable}",
        fix=f"did you mean {known}? Else remove it"
        if known
        else "remove it; docs/settings.md lists all variables",
    )


def not_a_section(name: str, given: Given, model: Model) -> SettingsError:
    """The error for a section that has a plain value instead of settings."""
    found = "is empty" if given.value is None else f"is {_display(given.value)}"
    is_path = isinstance(given.value, str) and "path" in _children(name, model)
    as_path = (
        f"write `{name}: {{path: {_short(hide_credentials(str(given.value)))}}}`, or " if is_path else ""
    )
    return SettingsError(
        f"Setting `{name}` {found}, but it holds settings of its own.",
        where=given.place,
        fix=f"{as_path}put one or more of these under it, or remove it: {', '.join(_children(name, model))}",
    )


def unknown_job(given: Given, jobs: Sequence[str]) -> SettingsError:
    """The error for a job that there is not."""
    near = nearest(given.value, jobs) if isinstance(given.value, str) else None
    return SettingsError(
        f"There is no job {_display(given.value)} to count by.",
        where=f"setting count, {given.place}",
        fix=f"{f'did you mean {near}? Else ' if near else ''}give {' or '.join(jobs)}",
    )


def of_another_job(name: str, place: str, other: str, job: str) -> SettingsError:
    """The error for a setting that the job of the run does not have, and another one has."""
    return SettingsError(
        f"`{name}` is a setting of the job {other}, and this run is of the job {job}.",
        where=place,
        fix=f"remove it; or write `count: {other}` (--count {other}) for a run of that job",
    )


def day_twice(day: Given, days: Given) -> SettingsError:
    """The error for a source that gives both `day` and `days`."""
    return SettingsError(
        "Both `day` and `days` are given: they are one setting.",
        where=f"{day.place}; {days.place}",
        fix="keep one of them",
    )


def unreadable(setting: SettingName, given: Given, reason: str) -> SettingsError:
    """The error for a variable or flag whose text cannot be parsed."""
    return SettingsError(
        f"Setting `{setting.name}` is {_display(given.value)}: {reason}.",
        where=given.place,
        fix=f"give {setting.accepted}",
    )


LookedAt = Callable[[SettingName], str]
"""Gives the places where a setting was looked for."""


def in_sources(file: Path | StoredFile | None) -> LookedAt:
    """A function that names the flag, the variable and the key of the settings file for a setting."""
    return lambda setting: _places(setting, file)


def not_accepted(
    errors: Sequence[Any], given: Mapping[str, Given], looked_at: LookedAt, model: Model
) -> SettingsError:
    """The error for settings that the model refuses: explains the first, and names the others.

    Args:
        errors: The errors of pydantic, at least one.
        given: What the sources gave, by dotted name.
        looked_at: Gives the places where a setting was looked for.
        model: The settings of the job.
    """
    by_name: dict[str, Any] = {}
    for error in errors:
        by_name.setdefault(_name_of(error["loc"], given, model), error)
    (name, first), *others = by_name.items()
    known = {setting.name: setting for setting in setting_names(model)}
    if name not in known:
        problem = _rule_broken(name, first, given)
    elif name in given:
        problem = _value_refused(known[name], first, given[name], looked_at)
    else:
        problem = _missing(known[name], looked_at)
    if others:
        problem.what += f" Not accepted either: {', '.join(f'`{other}`' for other, _ in others)}."
    return problem


def _name_of(location: Sequence[str | int], given: Mapping[str, Given], model: Model) -> str:
    """The setting or section for a location in the model, which may lead into a union or a list."""
    names = {setting.name for setting in setting_names(model)} | sections(model)
    steps = [str(step) for step in location]
    while steps and ".".join(steps) not in names:
        steps.pop()
    name = ".".join(steps)
    return "day" if name == "days" and "day" in given else name


def _missing(setting: SettingName, looked_at: LookedAt) -> SettingsError:
    return SettingsError(
        f"Setting `{setting.name}` is missing.",
        where=f"looked at {looked_at(setting)}",
        fix=f"give {setting.accepted}. {setting.help}",
    )


def _value_refused(setting: SettingName, error: Any, given: Given, looked_at: LookedAt) -> SettingsError:
    cause = error.get("ctx", {}).get("error")
    reason = f": {_short(hide_credentials(str(cause)))}." if cause else ", which is not accepted."
    return SettingsError(
        f"Setting `{setting.name}` is {_display(given.value)}{reason}",
        where=f"{given.place} (looked at {looked_at(setting)})",
        fix=f"{_near_value(given.value, setting)}give {setting.accepted}",
    )


def _near_value(value: object, setting: SettingName) -> str:
    names = [name for name in re.split(", | or ", setting.accepted) if re.fullmatch(r"\w+", name)]
    near = nearest(value, {*names} - {"text", "null"}) if isinstance(value, str) else None
    return f"did you mean {near}? Else " if near else ""


def _rule_broken(section: str, error: Any, given: Mapping[str, Given]) -> SettingsError:
    """The error for settings that contradict each other, with the source of each that the message has in backticks."""
    reason = str(error.get("ctx", {}).get("error", error["msg"]))
    prefix = f"{section}." if section else ""
    named = [prefix + name for name in re.findall(r"`([a-z_.]+)`", reason)]
    places = [f"`{name}` {_source(_given_as(name, given))}" for name in named]
    places = places or [
        f"`{name}` from {one.place}" for name, one in given.items() if name.startswith(prefix)
    ]
    return SettingsError(
        f"Settings{' under `' + section + '`' if section else ''} do not fit together: {reason}.",
        where="; ".join(places),
        fix="change, add or remove one of them",
    )


def _given_as(name: str, given: Mapping[str, Given]) -> Given | None:
    """What was given for a setting; `day` stands for `days`."""
    return given.get(name) or (given.get("day") if name == "days" else None)


def _source(given: Given | None) -> str:
    return f"from {given.place}" if given else "not given"


def _places(setting: SettingName, file: Path | StoredFile | None) -> str:
    in_file = (
        f"key `{setting.name}` of {file}" if file else "no settings file, as none was named or found here"
    )
    return f"flag {setting.flag}, variable {setting.variable}, {in_file}"


def _suggestion(near: str | None, siblings: Sequence[str]) -> str:
    known = f"here are: {', '.join(siblings)}"
    return f"did you mean `{near}`? Known {known}" if near else f"remove it; known {known}"


def _siblings(name: str, model: Model) -> list[str]:
    section = name.rpartition(".")[0]
    return _children(section if section in sections(model) else "", model)


def _children(section: str, model: Model) -> list[str]:
    prefix = f"{section}." if section else ""
    names = [*(setting.name for setting in setting_names(model)), *sorted(sections(model))]
    steps = (name.removeprefix(prefix).split(".")[0] for name in names if name.startswith(prefix))
    return list(dict.fromkeys(steps))


def _display(value: object) -> str:
    viewer = reprlib.Repr()
    viewer.maxstring = viewer.maxother = 4000  # cut only after the credentials are gone
    return _short(hide_credentials(viewer.repr(value)))


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."
