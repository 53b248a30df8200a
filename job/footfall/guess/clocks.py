"""Finds the format of the times of a sample, by trying all known formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from footfall.hints.formats import TIME_FORMATS, other_order
from footfall.read.pings.times.moments import Moment
from footfall.read.pings.times.texts import reader

FEWEST = 0.95
"""The least share of a column's values that a format must read; it is below 1, as files have broken rows."""

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH, _MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_DAY = 86_400_000_000
_TRIED = 20
_MOST = 500


@dataclass(frozen=True)
class Clock:
    """The format of a column of times.

    Attributes:
        time_format: The setting `pings.time_format` that reads them.
        other: The format with day and month exchanged, if it reads as many values; else None.
        is_wall: Whether some values have no zone: no offset, and not an epoch.
        example: One of the values.
        share: The share of the values that the format reads.
        is_midnight: Whether all values are midnights, as of dates that are written as times.
    """

    time_format: str
    other: str | None
    is_wall: bool
    example: str
    share: float
    is_midnight: bool = False


def clock_of(values: Sequence[str], now: datetime, known: str | None = None) -> Clock | None:
    """The format that reads most of these texts as times between 2000 and tomorrow; None if no format does.

    Args:
        values: The texts, none of them empty.
        now: The current time.
        known: The format, if it is known.
    """
    texts = list(dict.fromkeys(text.strip() for text in values))[:_MOST]
    if not texts:
        return None
    limits = (_FIRST - _EPOCH) // _MICRO, (now + timedelta(days=2) - _EPOCH) // _MICRO
    shares = {}
    for time_format in (known,) if known else TIME_FORMATS:
        if known or _share(texts[:_TRIED], time_format, limits) > 1 / 2:
            shares[time_format] = _share(texts, time_format, limits)
    best = max(shares, key=lambda each: shares[each], default=None)
    if best is None or shares[best] < FEWEST:
        return None
    exchanged = other_order(best)
    if known or exchanged is None or shares.get(exchanged, _share(texts, exchanged, limits)) < shares[best]:
        exchanged = None
    read = reader(best)
    moments = [(text, moment) for text in texts if (moment := read(text)) is not None]
    is_wall = any(moment.is_wall for _, moment in moments)
    is_midnight = all(moment.micros % _DAY == 0 for _, moment in moments)
    return Clock(best, exchanged, is_wall, moments[0][0], shares[best], is_midnight)


def _share(texts: Sequence[str], time_format: str, limits: tuple[int, int]) -> float:
    read = reader(time_format)
    return sum(_is_plausible(read(text), limits) for text in texts) / len(texts)


def _is_plausible(moment: Moment | None, limits: tuple[int, int]) -> bool:
    return moment is not None and limits[0] <= moment.micros < limits[1]
