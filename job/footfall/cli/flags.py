"""Flags that several commands share, and the parsing of their values."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from footfall.errors import SettingsError

if TYPE_CHECKING:
    from footfall.settings.names import SettingName

GROUPS = {
    "pings": "settings of the pings",
    "places": "settings of the places",
    "output": "settings of the output",
    "catalog": "settings of the output",
    "lineage": "settings of the output",
    "engine": "settings of the engine",
    "workers": "settings of the engine",
    "memory": "settings of the engine",
    "scratch": "settings of the engine",
    "task_timeout": "settings of the engine",
    "spark": "settings of the engine",
    "prices": "settings of prices",
}
"""The title of the help under which the flag of a setting is listed, by the first part of its name."""

RULES = "settings of what is counted, and what is published"
"""The title for all others."""

# The settings are imported where their flags are added: other commands start sooner without them.


def add_settings(parser: ArgumentParser, without: Sequence[str] = ()) -> None:
    """Add a flag for each setting, except those in `without`, under titles that name its job if not all have it."""
    from footfall.jobs import setting_names

    parser.usage = "%(prog)s [flags]"
    wanted = [setting for setting in setting_names() if setting.name not in without]
    titles = [_title_of(setting.name) for setting in wanted]
    groups = {title: parser.add_argument_group(title) for title in dict.fromkeys(titles)}
    for setting, title in zip(wanted, titles, strict=True):
        default = setting.default if setting.default == "required" else f"default: {setting.default}"
        accepted = "" if setting.accepted in ("text", "text or null") else f" Give {setting.accepted}."
        text = f"{setting.help}{accepted} ({default}) [{setting.variable}]"
        groups[title].add_argument(
            setting.flag, dest=setting.name, metavar=_kind_of(setting), help=text.replace("%", "%%")
        )


def _title_of(name: str) -> str:
    """The title under which a setting is listed; of one that only some jobs have it says which."""
    from footfall.jobs import names, with_setting

    title, jobs = GROUPS.get(name.partition(".")[0], RULES), with_setting(name)
    return title if jobs == names() else f"{title}, of the job {' and '.join(jobs)}"


def _kind_of(setting: "SettingName") -> str:
    """The placeholder of a setting's value in the help, such as NUMBER or TIME, by its type."""
    kinds = {
        "a whole number": "N",
        "a number": "NUMBER",
        "true or false": "true|false",
        "a list": "LIST",
        "a mapping": "MAPPING",
        "a duration": "TIME",
        "a day": "DAY",
        "all, a day": "DAYS",
        "text or a list": "TEXT|LIST",
    }
    names = re.split(", | or ", setting.accepted.removesuffix(" or null"))
    if len(names) > 1 and all(re.fullmatch(r"[\w.]+", name) for name in names) and "text" not in names:
        return "|".join(names)
    return next((word for kind, word in kinds.items() if setting.accepted.startswith(kind)), "TEXT")


def add_settings_file(parser: ArgumentParser, what: str = "YAML file of settings") -> None:
    """Add the flag that names the settings file."""
    default = "$FOOTFALL_SETTINGS, else settings.yaml of this folder"
    parser.add_argument("--settings", metavar="FILE", help=f"{what} (default: {default})")


def add_range(parser: ArgumentParser) -> None:
    """Add the flags of a range of days."""
    parser.add_argument(
        "--from",
        dest="first",
        type=day,
        metavar="DAY",
        help="the first day, as 2023-03-01 (default: the first that is known)",
    )
    parser.add_argument(
        "--to", dest="last", type=day, metavar="DAY", help="the last day (default: the last that is known)"
    )


def range_of(arguments: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The first and the last day of a range, None for one that is not given.

    Raises:
        SettingsError: The last day is before the first.
    """
    first, last = arguments["first"], arguments["last"]
    if first and last and last < first:
        fix = f"Write --from {last} --to {first}."
        raise SettingsError(f"The last day, {last}, is before the first, {first}", where="flag --to", fix=fix)
    return first, last


def day(text: str) -> date:
    """The day of a text such as 2023-03-01; raises ArgumentTypeError for another text."""
    from footfall.settings.values import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def count(text: str) -> int:
    """The whole number of a text such as 200_000_000 or 2e8, from 1; raises ArgumentTypeError for another text."""
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        number = 0.0
    if number < 1 or not number.is_integer():
        raise ArgumentTypeError(f"{text} is no whole number from 1: write it as 200000000 or 2e8")
    return int(number)


def time_span(text: str) -> timedelta:
    """The time span of a text such as 15min; raises ArgumentTypeError for another text."""
    from footfall.settings.values import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{error}: write it as 90s, 5min or 2h") from error


def seconds(text: str) -> float:
    """The seconds of a time span such as 15min; raises ArgumentTypeError for another text."""
    return time_span(text).total_seconds()
