"""Prints the versions whose support ends soon: python3 .github/versions.py [DAY [FILE]]

DAY is today where it is not given, FILE is versions.toml beside this program. Each line is the title of an issue, a tab
and its text: for a version that ends within 60 days of DAY or has ended, and for one whose day to ask again has come.
It opens no issue; the workflow `versions` does. Ends with 2 where DAY or FILE cannot be used, and says why.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

NOTICE = timedelta(days=60)
LIST = Path(__file__).with_name("versions.toml")


class Unusable(Exception):
    """The day or the list cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Version:
    """An entry of the list; it has one of the two days.

    Attributes:
        name: What it is a version of.
        version: The version that is used.
        use: What it is here.
        why: What the day follows from, or what will end the version.
        source: The page to look at.
        places: The texts around the version, by file.
        until: The day on which support ends.
        ask_again: The day to look whether an end is announced.
    """

    name: str
    version: str
    use: str
    why: str
    source: str
    places: dict[str, str]
    until: date | None = None
    ask_again: date | None = None

    def issue(self, day: date) -> tuple[str, str] | None:
        """The title and the text of the issue that is due on a day, if one is."""
        used = f"{self.name} {self.version}"
        rest = f"{self.why}. It stands in {', '.join(self.places)}. Source: {self.source}"
        if self.until is not None and self.until - NOTICE <= day:
            ends = "ended" if self.until < day else "ends"
            return f"End of support: {used}", f"{used}, {self.use}: support {ends} on {self.until}: {rest}"
        if self.ask_again is not None and self.ask_again <= day:
            title = f"Look whether an end is announced: {used}, {self.ask_again}"
            return (
                title,
                f"{used}, {self.use}: {rest}. Write its day, or the next to ask on, into versions.toml.",
            )
        return None


def versions(text: str) -> list[Version]:
    """The entries of the list.

    Raises:
        Unusable: It is no TOML or has no entry, or an entry lacks a key, has one too many, or has no day or both.
    """
    try:
        entries = tomllib.loads(text).get("version", [])
    except tomllib.TOMLDecodeError as broken:
        raise Unusable(str(broken)) from broken
    if not entries:
        raise Unusable("it has no [[version]]")
    return [_version(number, entry) for number, entry in enumerate(entries, 1)]


def _version(number: int, entry: dict[str, Any]) -> Version:
    where = f"entry {number} ({entry.get('name', 'without a name')})"
    try:
        version = Version(**entry)
    except TypeError as wrong:
        raise Unusable(f"{where}: {str(wrong).removeprefix('Version.__init__() ')}") from wrong
    days = [day for day in (version.until, version.ask_again) if day is not None]
    if len(days) != 1 or type(days[0]) is not date:
        raise Unusable(f"{where}: it needs a day, either `until` or `ask_again`, as in until = 2027-06-28")
    return version


def due(listed: list[Version], day: date) -> Iterator[str]:
    """The lines to print on a day."""
    for issue in (version.issue(day) for version in listed):
        if issue is not None:
            yield "\t".join(issue)


def main(words: list[str]) -> None:
    """Print the lines of a day and a list."""
    try:
        day = date.fromisoformat(words[0]) if words else datetime.now(UTC).date()
    except ValueError as wrong:
        raise Unusable(f"{words[0]!r} is no day, as in 2027-06-28") from wrong
    file = Path(words[1]) if len(words) > 1 else LIST
    try:
        listed = versions(file.read_text(encoding="utf-8"))
    except (OSError, Unusable) as wrong:
        raise Unusable(f"{file}: {wrong}") from wrong
    sys.stdout.writelines(f"{line}\n" for line in due(listed, day))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Unusable as unusable:
        sys.stderr.write(f"{unusable}\n")
        sys.exit(2)
