"""Hints on rows that could not be used, found by trying other settings on a sample of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from footfall.hints.formats import TIME_FORMATS, meaning_of, other_order
from footfall.hints.trials import Sample, samples_of
from footfall.read.pings.csv.lines import fields_of
from footfall.read.pings.times.texts import reader
from footfall.runs.outcome import Funnel
from footfall.schema import InputFile
from footfall.settings import JobSettings, PingSettings

_TIMES = ("wrong_type:at", "implausible_time", "nonexistent_time")
_NUMBERS = ("wrong_type:lat", "wrong_type:lon", "wrong_type:accuracy")
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar", " ": "a space"}


class Input(NamedTuple):
    """The files of pings that were read, their format (`csv`, `parquet`), and some rows that could not be used."""

    files: Sequence[InputFile]
    format: str
    rows: Sequence[Mapping[str, Any]]


def hints(settings: JobSettings, found: Input, funnel: Funnel, now: datetime) -> tuple[str, ...]:
    """Sentences on which setting would read rows that could not be used, or what is wrong with them.

    There are none if few rows are bad and all times plausible. A setting is named only if it reads all rows of the
    sample.

    Args:
        settings: The settings of the run.
        found: The files and a sample of bad rows.
        funnel: The numbers of rows by what happened to them.
        now: When the run began.

    Raises:
        InputError: A file was changed, or is missing.
    """
    bad = sum(funnel.quarantined.values())
    if bad * 2 <= funnel.read and not funnel.quarantined["implausible_time"]:
        return ()
    samples = samples_of(found.rows, found.files, found.format, settings.pings)
    return tuple(dict.fromkeys(hint for sample in samples for hint in _hints(settings, sample, now)))


def _hints(settings: JobSettings, sample: Sample, now: datetime) -> Iterator[str]:
    if sample.reason == "unreadable_row":
        yield from _of_malformed_rows(settings.pings, sample)
        return
    is_one = len(sample.rows) == 1
    rows = (
        f"row of {sample.reason} that was"
        if is_one
        else f"{len(sample.rows)} rows of {sample.reason} that were"
    )
    for changes in _changes(settings.pings, sample):
        tried = settings.model_copy(update={"pings": settings.pings.model_copy(update=changes)})
        if sample.readable(tried, now) == len(sample.rows):
            written = " with ".join(f"pings.{name}: {value!r}" for name, value in changes.items())
            yield f"{written} reads the {rows} tried{_or_the_other_order(tried, sample, changes, now)}."
            return
    texts = sample.values(settings.pings, "at", "date", "time") if sample.reason in _TIMES else []
    meaning = meaning_of(texts[0]) if texts else None
    if meaning:
        yield f"The time {texts[0]!r} of the {rows} tried {meaning}."


def _changes(pings: PingSettings, sample: Sample) -> Iterator[dict[str, str]]:
    """Other settings to try, single ones first."""
    decimal = {"decimal": "," if pings.decimal == "." else "."}
    if sample.reason in _NUMBERS:
        yield decimal
    if sample.reason in _TIMES:
        first = sample.values(pings, "at", "date", "time")[:1]
        others = [each for each in TIME_FORMATS if each != pings.time_format]
        times = [{"time_format": each} for each in others if all(map(reader(each), first))]
        yield from times
        yield from ({**time, **decimal} for time in times)


def _or_the_other_order(tried: JobSettings, sample: Sample, changes: Mapping[str, str], now: datetime) -> str:
    """A clause to add if the format with day and month exchanged reads the rows as well; else empty."""
    exchanged = other_order(changes.get("time_format", ""))
    if exchanged is None:
        return ""
    pings = tried.pings.model_copy(update={"time_format": exchanged})
    if sample.readable(tried.model_copy(update={"pings": pings}), now) < len(sample.rows):
        return ""
    return f"; so does {exchanged!r}, and only the source of the data can say which is right"


def _of_malformed_rows(pings: PingSettings, sample: Sample) -> Iterator[str]:
    """What is wrong with all rows of the sample, which cannot be split into fields."""
    names = len(sample.names)
    for delimiter, called in _DELIMITERS.items():
        sizes = {len(fields_of(row, delimiter) or ()) for row in sample.rows}
        if delimiter != pings.delimiter and sizes == {names}:
            header = _DELIMITERS.get(pings.delimiter, repr(pings.delimiter))
            yield f"The rows are separated by {called}, and the header by {header}: make them the same."
            return
    rows = [fields_of(row, pings.delimiter) or [] for row in sample.rows]
    sizes = {len(row) for row in rows}
    if len(sizes) != 1 or not rows[0]:
        return
    (size,) = sizes
    if size == names + 1 and all(not row[-1].strip() for row in rows):
        yield "The rows end with a delimiter, and the header does not: end it with one, or take them out of the rows."
    else:
        yield f"The rows have {size} {'field' if size == 1 else 'fields'}, and the header has {names}."
