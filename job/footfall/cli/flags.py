"""Flags that several commands have, and how their values are read."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date, timedelta

# The settings are imported where their flags are added: other commands start sooner without them.


def add_settings(parser: ArgumentParser, without: Sequence[str] = ()) -> None:
    """Add a flag for each setting, except those in `without`."""
    from footfall.settings.names import setting_names

    for setting in setting_names():
        text = f"{setting.help} [{setting.variable}]".replace("%", "%%")
        if setting.name not in without:
            parser.add_argument(setting.flag, dest=setting.name, metavar="TEXT", help=text)


def add_range(parser: ArgumentParser) -> None:
    """Add the flags of a range of days."""
    parser.add_argument("--from", dest="first", type=day, metavar="DAY", help="the first day, as 2023-03-01")
    parser.add_argument("--to", dest="last", type=day, metavar="DAY", help="the last day")


def day(text: str) -> date:
    """Read a day of the command line."""
    from footfall.settings.values import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def time_span(text: str) -> timedelta:
    """Read a time span of the command line."""
    from footfall.settings.values import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{error}: write it as 90s, 5min or 2h") from error


def seconds(text: str) -> float:
    """Read a time span of the command line as seconds."""
    return time_span(text).total_seconds()
