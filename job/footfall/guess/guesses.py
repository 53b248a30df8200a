"""All settings of a run, guessed from its files and tried on their first rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from footfall.clean import Rules, judge
from footfall.errors import InputError
from footfall.guess.columns import Given
from footfall.guess.entries import Entry
from footfall.guess.features import GuessedPlaces
from footfall.guess.pings import GuessedPings, guess_pings
from footfall.guess.places import guess_places
from footfall.guess.questions import Ask
from footfall.guess.zone_entries import Times, zone_entries
from footfall.guess.zones import zones_near
from footfall.read.pings import read_pings
from footfall.read.pings.rows import Rows
from footfall.read.pings.times import check_format
from footfall.read.places.fetched import local_file
from footfall.runs.manifest import FIRST_JOB
from footfall.schema import OTHER_DAY, REASONS, SOUND
from footfall.settings import Settings
from footfall.settings.sources import load

OUTPUT = "./out"


@dataclass(frozen=True)
class Guesses:
    """Guessed settings with the reason for each, and the result of trying them.

    Attributes:
        entries: The settings.
        settings: The same, as a run takes them.
        tried: A sentence on how many of the first rows of pings are usable with them.
        notes: Sentences on what the user should look at.
    """

    entries: tuple[Entry, ...]
    settings: Settings
    tried: str
    notes: tuple[str, ...]


def guess_settings(
    paths: tuple[Sequence[str], str], given: Given, ask: Ask, now: datetime, scratch: Path
) -> Guesses:
    """The guessed settings of a run over some pings and places.

    Args:
        paths: The paths of pings, and the file of places.
        given: The settings that flags give, by their names.
        ask: Answers questions that the files leave open.
        now: The current time.
        scratch: A folder for places that are fetched from a store.

    Raises:
        InputError: A file is missing or invalid, or no row is usable.
        SettingsError: A setting that is given or answered is wrong, or a question has no answer.
        InfrastructureError: A store does not answer.
    """
    given = _checked(given)
    pings = guess_pings(paths[0], given, ask, now)
    with local_file(paths[1], scratch) as here:
        places = guess_places(here.path, paths[1], given, ask, pings.points)
    in_file = [*pings.entries, *_zones(pings, places, given, ask, now), *places.entries]
    in_file.append(Entry("output", given.get("output", OUTPUT), "Where counts, quarantine and reports go."))
    settings = _settings({entry.name: _text(entry.value) for entry in in_file})
    return Guesses(tuple(in_file), settings, _tried(settings, now), (*_apart(pings, places), *places.notes))


def _checked(given: Given) -> Given:
    """The given settings, validated by the model of settings before anything is read.

    Raises:
        SettingsError: A value is not accepted.
    """
    check_format(given.get("pings.time_format", "auto"))
    of_points = (
        "places.columns.lat",
        "places.columns.lon",
    )  # the model also requires their radius, for which a question may follow
    checked = {name: text for name, text in given.items() if name not in of_points}
    unread = {"pings.path": "(not read yet)", "places.path": "(not read yet)", "output": OUTPUT}
    settings = _settings({**unread, **checked})
    delimiter = {"pings.delimiter": settings.pings.delimiter} if "pings.delimiter" in given else {}
    return {**given, **delimiter}


def _settings(given: Given) -> Settings:
    """The settings of such flags, without any file or variable."""
    return cast(Settings, load(None, {}, given, {FIRST_JOB: Settings}).settings)


def _text(value: str | float | list[str]) -> str:
    """A value as the text of a flag."""
    return f"[{', '.join(map(repr, value))}]" if isinstance(value, list) else str(value)


def _zones(pings: GuessedPings, places: GuessedPlaces, given: Given, ask: Ask, now: datetime) -> list[Entry]:
    west, south, east, north = places.box
    near = zones_near((west + east) / 2, (south + north) / 2, now)
    return zone_entries(Times(pings.time_columns, pings.clock), near, given, ask)


def _tried(settings: Settings, now: datetime) -> str:
    """A sentence on how many of the first rows are usable with the settings.

    Raises:
        InputError: None is.
    """
    task = read_pings(settings.pings, 1).tasks[0]
    rows = next((each for each in task.read(()) if isinstance(each, Rows)), None)
    if rows is None:
        return "No row was tried."
    reasons = judge(rows, Rules.of(settings, now))
    if reasons is None:
        return f"All of the first {len(rows):,} rows can be used."
    bad = Counter(REASONS[reason] for reason in reasons.tolist() if reason not in (SOUND, OTHER_DAY))
    said = ", ".join(f"{n:,} {reason}" for reason, n in bad.most_common())
    usable = len(rows) - sum(bad.values())
    if not usable:
        raise InputError(
            f"None of the first {len(rows):,} rows can be used as it was guessed: {said}",
            where=f"pings.path: {settings.pings.path}",
            fix="Name what is wrong by a flag: --device, --lat, --lon, --at, --date and --time, --time-format.",
        )
    return f"{usable:,} of the first {len(rows):,} rows can be used; the others: {said}."


def _apart(pings: GuessedPings, places: GuessedPlaces) -> list[str]:
    """A note if no sampled row is near the places, with whether some would be if axes were exchanged; else empty."""
    west, south, east, north = places.box

    def near(lon: int, lat: int) -> float:
        x, y = pings.points[:, lon], pings.points[:, lat]
        return float(((west - 1 <= x) & (x <= east + 1) & (south - 1 <= y) & (y <= north + 1)).mean())

    if not len(pings.points) or near(0, 1):
        return []
    note = "None of the pings looked at lies within a degree of the places"
    other = near(1, 0)
    if other:
        return [f"{note}; with latitude and longitude exchanged {other:.0%} would: exchange --lat and --lon."]
    return [f"{note}: see that both files are of one region."]
