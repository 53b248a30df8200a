"""The compiled reading of times by patterns of digits, such as `dd/MM/yyyy HH:mm:ss`."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import part
from footfall.read.pings.times.dates import UNKNOWN, day_of, fraction, whole
from footfall.read.pings.times.letters import Element

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

_FIELDS = ("year", "month", "day", "hour", "minute", "second", "micro")
_YEAR, _MONTH, _DAY, _HOUR, _MINUTE, _SECOND, _MICRO, _LITERAL = range(len(_FIELDS) + 1)

NO_STEPS: Longs = np.empty((0, 2), np.int64)
"""The steps of patterns that only Python can read, and of formats that are not patterns."""


def steps_of(tokens: list[Element | str]) -> Longs:
    """The steps of a pattern: (steps, 2) a field and the number of its digits, or _LITERAL and a byte.

    Args:
        tokens: The tokens of a pattern; literals begin with a quote.

    Returns:
        The steps; NO_STEPS if a token is anything else.
    """
    steps: list[tuple[int, int]] = []
    for token in tokens:
        if isinstance(token, Element):
            is_fraction = token.field == "micro" and token.most <= 9
            behind_fraction = bool(steps) and steps[-1][0] == _MICRO
            if token.field not in _FIELDS or behind_fraction or not (is_fraction or _is_plain(token)):
                return NO_STEPS
            steps.append((_FIELDS.index(token.field), token.most))
        elif token in ("[", "]") or not token.isascii():
            return NO_STEPS
        else:
            steps += [(_LITERAL, ord(letter)) for letter in token[1:]]
    fields = [step for step, _ in steps if step != _LITERAL]
    return np.array(steps, np.int64) if len(set(fields)) == len(fields) else NO_STEPS


def _is_plain(token: Element) -> bool:
    return token.is_fixed and token.most in ((2, 4) if token.field == "year" else (2,))


@part
def moment_by_steps(data: Bytes, begin: int, end: int, steps: Longs) -> int:
    """The wall time of a text; UNKNOWN if it does not follow the steps, or there are none."""
    year, month, day, hour, minute, second, micro = 0, 1, 1, 0, 0, 0, 0
    at = begin
    for number in range(len(steps)):
        step, argument = steps[number, 0], steps[number, 1]
        if step == _MICRO:
            micro, at = fraction(data, at, end, argument)
            value = micro
        elif step == _LITERAL:
            value = 0 if at < end and data[at] == argument else -1
            at += 1
        else:
            value = whole(data, at, at + argument) if at + argument <= end else -1
            at += argument
        if value < 0:
            return UNKNOWN
        if step == _YEAR:
            year = value + 2000 if argument == 2 else value
        elif step == _MONTH:
            month = value
        elif step == _DAY:
            day = value
        elif step == _HOUR:
            hour = value
        elif step == _MINUTE:
            minute = value
        elif step == _SECOND:
            second = value
    if at != end or hour > 23 or minute > 59 or second > 59:
        return UNKNOWN
    date = day_of(year, month, day)
    return UNKNOWN if date == UNKNOWN else date + ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro
