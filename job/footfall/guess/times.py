"""Guesses the columns of times of pings, and their format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from footfall.errors import SettingsError
from footfall.guess.clocks import Clock, clock_of
from footfall.guess.columns import Given, one_of, refuse_unknown
from footfall.guess.entries import Entry
from footfall.guess.names import by_name
from footfall.guess.questions import Ask, Option, Question
from footfall.guess.samples import Sample
from footfall.read.pings.parquet.kinds import INSTANT, WALL
from footfall.read.pings.times.texts import reader

Found = tuple[tuple[str, ...], Clock | None, str]
"""Columns, the format of their times if it is known, and the reason for these columns."""


@dataclass(frozen=True)
class GuessedTimes:
    """The guesses on times, without zones: the settings, the format, and the columns."""

    entries: tuple[Entry, ...]
    clock: Clock
    columns: tuple[str, ...]


@dataclass(frozen=True)
class TimeColumns:
    """Finds the columns of times in a sample.

    Attributes:
        sample: Some rows of pings.
        given: The settings that flags give, by their names.
        ask: Answers questions that the rows leave open.
        now: The current time.
    """

    sample: Sample
    given: Given
    ask: Ask
    now: datetime

    def guess(self) -> GuessedTimes:
        """The column of the time, or those of the date and of the time of day, and their format.

        Raises:
            SettingsError: A given column does not exist, or a question has no answer.
        """
        found = self._given_time() or self._one_column() or self._two_columns()
        if found is None:
            options = tuple(Option(name) for name in self.sample.names)
            question = Question(
                "pings.columns.at",
                "Which column holds the time of a ping?",
                "No column has a usual name and holds times that are known; a date and a time of day in two columns are"
                " named by --date and --time",
                options,
                has_guess=False,
                check=one_of(self.sample.names),
            )
            name, how = self.ask(question)
            self._there(name, "pings.columns.at")
            found = (name,), self._clock(name), how
        columns, clock, why = found
        if clock is None:
            clock = self._unknown_form(columns)
        parts = ("at",) if len(columns) == 1 else ("date", "time")
        entries = [
            Entry(f"pings.columns.{part}", name, why) for part, name in zip(parts, columns, strict=True)
        ]
        return GuessedTimes((*self._time_format(clock), *entries), clock, columns)

    def _there(self, name: str, setting: str) -> str:
        refuse_unknown(name, self.sample.names, setting, self.sample.span)
        return name

    def _given_time(self) -> Found | None:
        named = {part: f"pings.columns.{part}" for part in ("at", "date", "time")}
        columns = [self._there(self.given[name], name) for name in named.values() if self.given.get(name)]
        if not columns:
            return None
        if len(columns) == 1 and not self.given.get(named["at"]):
            raise SettingsError(
                "Half of the time is named", where="flags --date, --time", fix="Name both, or --at alone."
            )
        return tuple(columns), self._clock(*columns), "Given."

    def _one_column(self) -> Found | None:
        times_of_day = by_name(self.sample.names, "time")
        for name in by_name(self.sample.names, "at"):
            clock = self._clock(name)
            if clock is None or (clock.is_midnight and [each for each in times_of_day if each != name]):
                continue
            return (name,), clock, f"By its name, and its values are times, such as {clock.example}."
        return None

    def _two_columns(self) -> Found | None:
        for date in by_name(self.sample.names, "date"):
            for time in by_name(self.sample.names, "time"):
                clock = self._clock(date, time) if time != date else None
                if clock is not None:
                    return (
                        (date, time),
                        clock,
                        f"By its name; both together are times, such as {clock.example}.",
                    )
        return None

    def _clock(self, *names: str) -> Clock | None:
        kinds = {self.sample.kinds[name] for name in names}
        if kinds <= {INSTANT, WALL}:
            example = next(iter(self.sample.values(names[0])), "")
            return Clock("auto", None, WALL in kinds, example, 1.0)
        rows = zip(*(self.sample.columns[name] for name in names), strict=True)
        texts = [" ".join(map(str, row)) for row in rows if all(value and value.strip() for value in row)]
        return clock_of(texts, self.now, self.given.get("pings.time_format"))

    def _unknown_form(self, columns: Sequence[str]) -> Clock:
        """The format of a column that no known format reads, which is asked for."""
        example = next(iter(self.sample.values(columns[0])), "")
        question = Question(
            "pings.time_format",
            f"How are times such as {example!r} written?",
            f"None of the known ways reads {' and '.join(map(repr, columns))} as times between 2000 and tomorrow.",
            check=reader,
        )
        return Clock(self.ask(question).value, None, True, example, 0.0)

    def _time_format(self, clock: Clock) -> list[Entry]:
        """The setting of the format of times, if it is not the default; else empty."""
        value, why = clock.time_format, "Given."
        if "pings.time_format" not in self.given and clock.other is not None:
            value, how = self.ask(self._which_order(clock, clock.other))
            why = f"{how} No row looked at could tell the day from the month."
        elif "pings.time_format" not in self.given:
            why = f"It reads {clock.share:.0%} of the times looked at, such as {clock.example}."
        return [] if value == "auto" else [Entry("pings.time_format", value, why)]

    def _which_order(self, clock: Clock, other: str) -> Question:
        return Question(
            "pings.time_format",
            f"Which comes first in {clock.example!r}, the day or the month?",
            f"In {self.sample.span} no number above 12 tells which is which.",
            tuple(Option(each, _order(each)) for each in (clock.time_format, other)),
            has_guess=False,
        )


def _order(time_format: str) -> str:
    return "the day first" if time_format.startswith("d") else "the month first"
