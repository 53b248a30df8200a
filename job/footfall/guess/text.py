"""Writes settings as the text of a settings file, with the reason above each."""

import json
import textwrap
from collections.abc import Sequence
from datetime import datetime

import yaml

from footfall.guess.entries import Entry
from footfall.settings.strict_yaml import read_text

WIDTH = 100
_INDENT = "  "


def settings_text(entries: Sequence[Entry], head: Sequence[str]) -> str:
    """YAML that holds the settings, nested, in the order of their sections.

    Args:
        entries: The settings.
        head: Sentences that the file begins with, each on lines of its own.
    """
    lines = [line for sentence in head for line in _comment(sentence, "")]
    sections: list[str] = []
    for entry in _by_section(entries):
        *path, key = entry.name.split(".")
        common = 0
        while common < min(len(path), len(sections)) and path[common] == sections[common]:
            common += 1
        if not path or common == 0:
            lines.append("")
        for depth in range(common, len(path)):
            lines.append(f"{_INDENT * depth}{path[depth]}:")
        sections = path
        indent = _INDENT * len(path)
        lines += [*_comment(entry.why, indent), f"{indent}{key}: {_scalar(entry.value)}"]
    return "\n".join([*lines, ""])


def head_of(pings: Sequence[str], places: str, now: datetime, tried: str, notes: Sequence[str]) -> list[str]:
    """The first sentences of a file: its inputs, how the settings were tried, and what to look at."""
    return [
        f"Settings of footfall for {', '.join(pings)} and {places}, guessed by `footfall init` on {now:%Y-%m-%d}.",
        "The comment above a setting says why it has its value. All settings: docs/settings.md",
        f"Tried: {tried}",
        *(f"Note: {note}" for note in notes),
    ]


def _by_section(entries: Sequence[Entry]) -> list[Entry]:
    """The settings sorted by section, with those of columns last in each."""
    order = list(dict.fromkeys(entry.name.split(".")[0] for entry in entries))
    return sorted(entries, key=lambda each: (order.index(each.name.split(".")[0]), ".columns." in each.name))


def _comment(sentence: str, indent: str) -> list[str]:
    plain = " ".join("".join(c if c.isprintable() else " " for c in sentence).split())
    return textwrap.wrap(
        plain,
        WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _scalar(value: str | float | list[str]) -> str:
    """A value as YAML in one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=2**31)
    line = text.removesuffix("\n...\n").rstrip("\n")
    return line if read_text(line) == value else json.dumps(value, ensure_ascii=False)
