"""The settings by name: their key in a file, variable, flag, default, and accepted values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal

from footfall.settings import JobSettings, Settings, values
from footfall.settings.lengths import LENGTHS_SCHEMA

REQUIRED = "required"

Kind = Literal["text", "optional text", "text or list", "yaml"]


@dataclass(frozen=True)
class SettingName:
    """One setting: its dotted name, flag, variable, default and description."""

    name: str
    flag: str
    variable: str
    help: str
    accepted: str
    default: str
    """The default as it would be written, "required" or "not set"."""
    kind: Kind
    """How its text in a variable or a flag is read."""


@cache
def setting_names(model: type[JobSettings] = Settings) -> tuple[SettingName, ...]:
    """All settings of a job, in the order of its schema; `day` and `days` are both among them."""
    schema = model.json_schema()
    return tuple(_setting(name, leaf, required) for name, leaf, required in _leaves(schema, schema, ""))


@cache
def sections(model: type[JobSettings] = Settings) -> frozenset[str]:
    """The names of sections, which hold further settings, such as `pings.columns`."""
    parents = (setting.name.rpartition(".")[0] for setting in setting_names(model))
    return frozenset(parent for parent in parents if parent)


def nearest_name(unknown: str, model: type[JobSettings] = Settings) -> str | None:
    """The known name that is most like an unknown one; None if none is."""
    names = [setting.name for setting in setting_names(model)]
    same_end = [name for name in names if name.rpartition(".")[2] == unknown.rpartition(".")[2]]
    near = get_close_matches(unknown, same_end, n=1, cutoff=0) or get_close_matches(
        unknown, [*names, *sections(model)], n=1
    )
    return next(iter(near), None)


def _leaves(
    schema: dict[str, Any], node: dict[str, Any], prefix: str
) -> Iterator[tuple[str, dict[str, Any], bool]]:
    for key, leaf in node["properties"].items():
        reference = leaf.get("$ref")
        if reference:
            yield from _leaves(schema, schema["$defs"][reference.rpartition("/")[2]], f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", leaf, key in node.get("required", ())


def _setting(name: str, leaf: dict[str, Any], required: bool) -> SettingName:
    return SettingName(
        name=name,
        flag="--" + name.replace(".", "-").replace("_", "-"),
        variable="FOOTFALL_" + name.replace(".", "_").upper(),
        help=leaf["description"],
        accepted=_accepted(leaf),
        default=REQUIRED if required else written(leaf.get("default")),
        kind=_kind(leaf),
    )


def written(value: object) -> str:
    """A plain value as it is written in a settings file; "not set" for None."""
    if value is None:
        return "not set"
    return value if isinstance(value, str) and value.isprintable() else json.dumps(value, ensure_ascii=False)


def _kind(leaf: dict[str, Any]) -> Kind:
    types = {branch.get("type") for branch in leaf.get("anyOf", [leaf])}
    if types == {"string"}:
        return "text"
    if types == {"string", "null"}:
        return "optional text"
    return "text or list" if types == {"string", "array"} else "yaml"


def _accepted(leaf: dict[str, Any]) -> str:
    branches = leaf.get("anyOf", [leaf])
    if branches == values.DURATION_SCHEMA["anyOf"]:
        return "a duration such as 30min, 1h30min, 90s or PT30M, or a number of seconds"
    if branches == values.DAYS_SCHEMA["anyOf"]:
        return "all, a day such as 2023-03-01, or {from: 2023-03-01, to: 2023-03-31}"
    text = " or ".join(_accepted_by(branch) for branch in branches)
    examples = [written(example) for example in leaf.get("examples", ())]
    return f"{text}, such as {' or '.join(examples)}" if examples else text


def _accepted_by(branch: dict[str, Any]) -> str:
    if branch == LENGTHS_SCHEMA:
        return "a list of durations"
    if "const" in branch:
        return str(branch["const"])
    if "enum" in branch:
        return " or ".join([", ".join(branch["enum"][:-1]), branch["enum"][-1]])
    if branch.get("format") == "date":
        return "a day such as 2023-03-01"
    words = {
        "string": "text",
        "array": "a list of texts",
        "object": "a mapping of names to texts",
        "boolean": "true or false",
        "integer": "a whole number",
        "number": "a number",
        "null": "null",
    }
    return words[branch["type"]] + _limits(branch)


def _limits(branch: dict[str, Any]) -> str:
    if "maximum" in branch:
        return f" from {branch['minimum']:g} to {branch['maximum']:g}"
    if "minimum" in branch:
        return f" of at least {branch['minimum']:g}"
    return " above {:g}".format(branch["exclusiveMinimum"]) if "exclusiveMinimum" in branch else ""


def settings_page(models: Mapping[str, type[JobSettings]]) -> str:
    """The page of all settings, in Markdown: those of the first job, then what each other one has in their place."""
    _, *others = models
    lines = [_PAGE_HEAD, *_table(setting_names())]
    known = {setting.name for setting in setting_names()}
    for job in others:
        own = setting_names(models[job])
        names = {setting.name for setting in own}
        without = sorted(
            {name.partition(".")[0] for name in known} - {name.partition(".")[0] for name in names}
        )
        lines += ["", f"## The job {job}", "", f"With `count: {job}`. It has these settings as well:", ""]
        lines += _table([setting for setting in own if setting.name not in known or setting.name == "count"])
        lines += ["", f"and not these: {', '.join(f'`{name}`' for name in without)}."]
    return "\n".join([*lines, ""])


def _table(settings: Sequence[SettingName]) -> list[str]:
    head = ("setting", "accepted", "default", "meaning", "flag", "variable")
    rows = [
        (f"`{s.name}`", s.accepted, s.default, s.help, f"`{s.flag}`", f"`{s.variable}`") for s in settings
    ]
    return ["| " + " | ".join(map(_cell, row)) + " |" for row in (head, ("---",) * len(head), *rows)]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_PAGE_HEAD = """\
# Settings

Each setting may stand in a file, in an environment variable and in a flag.
The file is the one that `--settings FILE` or the variable `FOOTFALL_SETTINGS` names.
Where none is named, it is `settings.yaml` (or `settings.yml`) of the current folder, which the command then says.
A variable goes before the file, and a flag before both.
In the file, a dot is a step inwards: `pings.format` is the key `format` under `pings`.
Relative paths start from the current folder, wherever they are written.

- `pings.path`, `places.path` and `output` are required; all else has a default.
- `day` and `days` are one setting. One source gives one of them; a stronger source replaces either.
- The time of a ping is one column, `pings.columns.at`, or two, `pings.columns.date` and `pings.columns.time`.
- A file is YAML. Only `true` and `false` are truth values; `no`, `1:30` and `2023-03-01` are text.
- In a variable or a flag, lists and ranges are written as YAML: `--pings-path '[a.csv, b.csv]'`.
- In a variable or a flag, empty text takes back an optional column or name: `--pings-columns-date ''`.
- A setting that does not exist is refused, and the nearest name is given.
- `FOOTFALL_SETTINGS` names the settings file; `FOOTFALL_DEBUG` is not a setting either.

Editors check a settings file against [settings.schema.json](settings.schema.json).
"""
