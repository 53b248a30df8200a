"""Guesses time zones: of times without one, and of calendar days."""

from collections.abc import Sequence
from dataclasses import dataclass

from footfall.guess.clocks import Clock
from footfall.guess.columns import Given
from footfall.guess.entries import Entry
from footfall.guess.questions import Ask, Option, Question
from footfall.settings.values import check_time_zone

NEAREST = "Likely zones are those of cities near the places: the zone database has no borders, so check it."


@dataclass(frozen=True)
class Times:
    """The columns of times, and their format."""

    columns: tuple[str, ...]
    clock: Clock

    @property
    def sentence_start(self) -> str:
        """The beginning of a sentence that says that these times have no zone."""
        return f"Times such as {self.clock.example} in {' and '.join(map(repr, self.columns))} say no zone"

    @property
    def are_named_utc(self) -> bool:
        """Whether the name of a column says that its times are in UTC."""
        return any("utc" in name.lower() or "gmt" in name.lower() for name in self.columns)


def zone_entries(times: Times, near: Sequence[Option], given: Given, ask: Ask) -> list[Entry]:
    """The zone of times without one, and that of calendar days if it differs; both are asked for.

    Args:
        times: The times.
        near: Zones that are near the places, the nearest first.
        given: The settings that flags give, by their names.
        ask: Answers which zone is right.

    Raises:
        SettingsError: A question has no answer.
    """
    entries = (
        [_of_times(times, near, given, ask)] if times.clock.is_wall or "pings.time_zone" in given else []
    )
    if entries and entries[0].value == given.get("time_zone", entries[0].value) != "UTC":
        return entries  # days are those of the times
    if "time_zone" in given:
        return [*entries, Entry("time_zone", given["time_zone"], "Given: the zone of the calendar days.")]
    said = "Times are in UTC" if entries else "Times are instants"
    question = Question(
        "time_zone",
        "In which time zone do calendar days begin and end?",
        f"{said}. {NEAREST}",
        tuple(near),
        check=check_time_zone,
    )
    zone, how = ask(question)
    return [*entries, Entry("time_zone", zone, f"{how} {said}; days are those of this zone. {NEAREST}")]


def _of_times(times: Times, near: Sequence[Option], given: Given, ask: Ask) -> Entry:
    """The setting of the zone of times without one."""
    name = "pings.time_zone"
    if name in given:
        return Entry(name, given[name], "Given.")
    if times.are_named_utc:
        return Entry(name, "UTC", f"{times.sentence_start}, and the name says UTC.")
    if "time_zone" in given:
        return Entry(
            name, given["time_zone"], f"Given. {times.sentence_start}, and are taken as local times of it."
        )
    question = Question(
        name,
        "In which time zone are the times of the pings written?",
        f"{times.sentence_start}. {NEAREST}",
        (*near, Option("UTC", "as many exports are")),
        check=check_time_zone,
    )
    zone, how = ask(question)
    return Entry(name, zone, f"{how} {times.sentence_start}. {NEAREST}")
