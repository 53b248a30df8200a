"""Which place gets which colour: five classes with about as many places in each."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from footfall.report.words import DASH, number

DARKEST = 4

SUPPRESSED = "suppressed, on some days or all"


@dataclass(frozen=True)
class Shades:
    """The classes of one map.

    Attributes:
        measure: "visits", or "pings" when there is no visit at all.
        limits: The largest value of each class, ascending.
        lows: The smallest value of each class.
    """

    measure: str
    limits: tuple[int, ...]
    lows: tuple[int, ...]

    def of(self, place: dict[str, Any] | None) -> str:
        """Name the CSS class of a place; one that is not listed is None. A sum of some days only is no shade."""
        if place is None:
            return "unlisted"
        value = place[self.measure]
        if place["suppressed"] or place["partial"] or value is None:
            return "suppressed"
        return self.step(bisect_left(self.limits, value)) if value else "none"

    def step(self, index: int) -> str:
        """Spread few classes over the whole scale, from the lightest to the darkest."""
        last = len(self.limits) - 1
        return f"shade{round(index * DARKEST / last) if last else DARKEST // 2}"


@dataclass(frozen=True)
class Key:
    """One line of the legend."""

    shade: str
    label: str
    places: int


def shades(places: Sequence[dict[str, Any]], classes: int = DARKEST + 1) -> Shades:
    """Cut the places' values into classes of about equal size; equal values are never parted."""
    measure = "visits" if any(place["visits"] for place in places) else "pings"
    whole = [place for place in places if not place["suppressed"] and not place["partial"]]
    values = sorted(place[measure] for place in whole if place[measure])
    ends = (len(values) * (i + 1) // classes for i in range(classes))
    limits = sorted({values[end - 1] for end in ends if end})
    lows = [values[0] if i == 0 else next(v for v in values if v > limits[i - 1]) for i in range(len(limits))]
    return Shades(measure, tuple(limits), tuple(lows))


def legend(scale: Shades, drawn: Sequence[str]) -> list[Key]:
    """List the classes with their ranges, and the grey ones only where the map has them.

    Args:
        scale: The classes.
        drawn: The class of every place on the map.
    """
    have = Counter(drawn)
    ranges = [span(low, high) for low, high in zip(scale.lows, scale.limits, strict=True)]
    keys = [Key(scale.step(i), label, have[scale.step(i)]) for i, label in enumerate(ranges)]
    others = {"none": f"no {scale.measure}", "suppressed": SUPPRESSED, "unlisted": "not listed"}
    return keys[::-1] + [Key(shade, label, have[shade]) for shade, label in others.items() if have[shade]]


def span(low: int, high: int) -> str:
    """Write a range of whole numbers: "12-87", or "12" when there is one."""
    return number(low) if low == high else f"{number(low)}{DASH}{number(high)}"
