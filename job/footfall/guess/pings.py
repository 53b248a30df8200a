"""Guesses the settings of pings from a sample of rows: columns, separators, and the format of times."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from footfall import stores
from footfall.guess.clocks import Clock
from footfall.guess.columns import Given, one_of, refuse_unknown
from footfall.guess.entries import Entry
from footfall.guess.names import by_name
from footfall.guess.questions import Ask, Option, Question
from footfall.guess.samples import Sample, sample_of
from footfall.guess.separators import CALLED
from footfall.guess.times import TimeColumns
from footfall.plurals import counted
from footfall.read.pings import ENDINGS
from footfall.read.pings.files import DataFile, find_files
from footfall.read.pings.parquet.kinds import NESTED

Floats = npt.NDArray[np.float64]

MOST_OF = 0.8
"""The least share of a column's values that must be valid for a part of a ping."""

_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?\s*")
_LIMITS = {"lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "accuracy": (0.0, 1e7)}
_WHAT = {
    "device": "the id of the device",
    "lat": "the latitude",
    "lon": "the longitude",
    "accuracy": "the accuracy in metres",
}


@dataclass(frozen=True)
class GuessedPings:
    """The guesses on pings.

    Attributes:
        entries: The settings, without those of time zones.
        clock: The format of times.
        time_columns: The columns of times.
        points: (n, 2) longitudes and latitudes of the sampled rows, in degrees.
    """

    entries: tuple[Entry, ...]
    clock: Clock
    time_columns: tuple[str, ...]
    points: Floats


def guess_pings(paths: Sequence[str], given: Given, ask: Ask, now: datetime) -> GuessedPings:
    """The guessed settings of the pings in files, folders and globs.

    Args:
        paths: The files, folders and globs.
        given: The settings that flags give, by their names.
        ask: Answers questions that the rows leave open.
        now: The current time.

    Raises:
        InputError: A path has no file, or the first file is invalid.
        SettingsError: A given column does not exist, or a question has no answer.
        InfrastructureError: A store does not answer.
    """
    found = find_files(paths)
    kind, files, why = _kind(found, given.get("pings.format"))
    sample = sample_of(files, kind, given.get("pings.delimiter"))
    path = paths[0] if len(paths) == 1 else list(paths)
    looked_at = f"{counted(len(files), 'file')} of {kind}; looked at: {sample.span}."
    entries = [Entry("pings.path", path, looked_at)]
    if why:
        entries.append(Entry("pings.format", kind, why))
    if sample.delimiter not in (None, ","):
        named = CALLED.get(str(sample.delimiter), repr(sample.delimiter))
        because = f"By {named} most rows have as many fields as the header, {len(sample.names)}."
        entries.append(Entry("pings.delimiter", str(sample.delimiter), because))
    return _Columns(sample, given, ask, entries).guess(now)


def _kind(found: Sequence[DataFile], named: str | None) -> tuple[str, Sequence[DataFile], str]:
    """The format of the files, the files of that format, and the reason if it must be set."""
    by_kind = {
        kind: [file for file in found if file.name.lower().endswith(ENDINGS[kind])] for kind in ENDINGS
    }
    there = [kind for kind, files in by_kind.items() if files]
    if named in ENDINGS:
        return str(named), by_kind[str(named)] or found, "Given."
    if len(there) == 1:
        return there[0], by_kind[there[0]], ""
    if there:
        kind = max(there, key=lambda each: len(by_kind[each]))
        return kind, by_kind[kind], f"Files of {' and '.join(there)} are there; most are {kind}."
    first = found[0]
    is_parquet = (
        bytes(stores.of(first.path).open(first.path, first.bytes, first.version).read(0, 4)) == b"PAR1"
    )
    kind = "parquet" if is_parquet else "csv"
    return kind, found, "The names of the files do not say it; the first one begins as such a file does."


@dataclass
class _Columns:
    """Guesses the columns of the parts of a ping."""

    sample: Sample
    given: Given
    ask: Ask
    entries: list[Entry]
    taken: list[str] = field(default_factory=list)

    def guess(self, now: datetime) -> GuessedPings:
        """All guesses on pings: those that were made before, then those on columns."""
        times = TimeColumns(self.sample, self.given, self.ask, now).guess()
        self.entries += times.entries
        self.taken += times.columns
        for part in ("device", "lat", "lon"):
            self._add(part, self._named(part, required=True))
        self._add("accuracy", self._named("accuracy", required=False))
        self._decimal()
        lon, lat = (self._degrees(part) for part in ("lon", "lat"))
        known = np.isfinite(lon) & np.isfinite(lat)
        points = np.column_stack([lon, lat])[known]
        return GuessedPings(tuple(self.entries), times.clock, times.columns, points)

    def _named(self, part: str, *, required: bool) -> tuple[str, str] | None:
        """The column of a part and the reason; None for an optional part without a column."""
        setting = f"pings.columns.{part}"
        if setting in self.given:
            return (self._there(self.given[setting], setting), "Given.") if self.given[setting] else None
        free = [name for name in self.sample.names if name not in self.taken and self._fits(part, name)]
        found = by_name(free, part)
        if found:
            others = f"; {', '.join(map(repr, found[1:3]))} could be, too" if found[1:] else ""
            return found[0], f"By its name, and its values are {self._what(part)}{others}."
        if not required:
            return None
        question = Question(
            setting,
            f"Which column holds {_WHAT[part]} of a ping?",
            self._why_none(part),
            tuple(Option(name) for name in free),
            has_guess=False,
            check=one_of(self.sample.names),
        )
        name, how = self.ask(question)
        return self._there(name, setting), how

    def _why_none(self, part: str) -> str:
        """The reason why no column can be this part of a ping."""
        named = by_name([name for name in self.sample.names if name not in self.taken], part)
        if named:
            return f"{named[0]!r} is called like it, but its values are not {self._what(part)}."
        return f"No column has a name that is usual for {_WHAT[part]}."

    def _there(self, name: str, setting: str) -> str:
        refuse_unknown(name, self.sample.names, setting, self.sample.span)
        return name

    def _fits(self, part: str, name: str) -> bool:
        values = self.sample.values(name)
        if not values or self.sample.kinds[name] == NESTED:
            return False
        if part == "device":
            fractions = sum(bool(re.fullmatch(r"[+-]?\d+[.,]\d+", value)) for value in values)
            return fractions < len(values) / 2
        low, high = _LIMITS[part]
        numbers = _numbers(values)
        return bool(np.mean((low <= numbers) & (numbers <= high)) >= MOST_OF)

    def _what(self, part: str) -> str:
        if part == "device":
            return "ids"
        low, high = _LIMITS[part]
        return "numbers from 0" if part == "accuracy" else f"numbers from {low:g} to {high:g}"

    def _add(self, part: str, found: tuple[str, str] | None) -> None:
        if found is not None:
            self.taken.append(found[0])
            self.entries.append(Entry(f"pings.columns.{part}", *found))

    def _degrees(self, part: str) -> Floats:
        name = next(str(e.value) for e in self.entries if e.name == f"pings.columns.{part}")
        return _numbers([value or "" for value in self.sample.columns[name]])

    def _decimal(self) -> None:
        """Add the setting for coordinates with a decimal comma, if they have one."""
        if "pings.decimal" in self.given:
            self.entries.append(Entry("pings.decimal", self.given["pings.decimal"], "Given."))
            return
        names = [str(e.value) for e in self.entries if e.name in ("pings.columns.lat", "pings.columns.lon")]
        values = [value for name in names for value in self.sample.values(name)]
        commas = sum("," in value for value in values)
        if commas > len(values) / 2:
            why = f"{commas:,} of {len(values):,} coordinates have a comma before their fraction."
            self.entries.append(Entry("pings.decimal", ",", why))


def _numbers(values: Sequence[str]) -> Floats:
    """Texts as numbers with a decimal point or comma; NaN for other texts."""
    return np.array(
        [float(value.strip().replace(",", ".")) if _NUMBER.fullmatch(value) else np.nan for value in values],
        float,
    )
