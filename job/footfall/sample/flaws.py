"""The bad rows of a real export, added to good pings in known numbers."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from footfall.sample.people import Integers
from footfall.sample.pings import Pings

GOOD, DUPLICATE = "good", "duplicate"
PER_100_000 = {
    DUPLICATE: 600,
    "accuracy_too_poor": 300,
    "coordinate_zero": 200,
    "coordinates_swapped": 125,
    "missing_field:device": 75,
    "unreadable_row": 60,
    "wrong_type:at": 50,
    "coordinate_out_of_range": 45,
    "wrong_type:lat": 40,
}
"""Bad rows for each 100,000 good ones, by the reason that a run gives; at least one of each."""

TEXT_ONLY = frozenset({"unreadable_row", "wrong_type:at", "wrong_type:lat"})
"""Flaws that a row of typed columns cannot have."""

BLANK_DEVICE = -1


@dataclass(frozen=True)
class Rows:
    """Pings in the order of the file, and what is wrong with each.

    Attributes:
        pings: The rows; a blank device has the number `BLANK_DEVICE`.
        flaw: One reason per row, `GOOD` for most.
    """

    pings: Pings
    flaw: NDArray[np.str_]

    @classmethod
    def all_good(cls, pings: Pings) -> Self:
        """Rows without a flaw."""
        return cls(pings, np.full(pings.device.size, GOOD))


def flaw_counts(pings: int, *, typed: bool) -> dict[str, int]:
    """How many rows of each flaw go with so many good pings; `typed` leaves out those of text only."""
    counts = {flaw: max(1, round(pings * share / 100_000)) for flaw, share in PER_100_000.items()}
    return {flaw: count for flaw, count in counts.items() if not (typed and flaw in TEXT_ONLY)}


def add_flaws(pings: Pings, counts: dict[str, int], rng: np.random.Generator) -> Rows:
    """Add copies of some pings, each with a flaw, somewhere behind the ping it copies."""
    good = pings.device.size
    flaw = np.repeat(np.array(list(counts), dtype=np.str_), list(counts.values()))
    source = rng.integers(0, good, flaw.size)
    behind = np.maximum(source, rng.integers(0, good, flaw.size))
    order = np.argsort(np.concatenate([np.arange(good), behind]), kind="stable")
    flaws = np.concatenate([np.full(good, GOOD), flaw])
    return Rows(pings.then(_spoilt(pings.take(source), flaw)).take(order), flaws[order])


def _spoilt(pings: Pings, flaw: NDArray[np.str_]) -> Pings:
    swapped, zero = flaw == "coordinates_swapped", flaw == "coordinate_zero"
    lat = np.select(
        [swapped, zero, flaw == "coordinate_out_of_range"], [pings.lon, 0.0, pings.lat + 900], pings.lat
    )
    return replace(
        pings,
        device=np.where(flaw == "missing_field:device", BLANK_DEVICE, pings.device),
        lat=lat,
        lon=np.select([swapped, zero], [pings.lat, 0.0], pings.lon),
        accuracy=np.where(flaw == "accuracy_too_poor", pings.accuracy + 1500, pings.accuracy),
    )


def share_of_block(counts: dict[str, int], start: int, stop: int, pings: int) -> dict[str, int]:
    """The part of `counts` for pings `start` to `stop` of all `pings`; the parts add up exactly."""
    return {flaw: count * stop // pings - count * start // pings for flaw, count in counts.items()}


def row_numbers(flaw: NDArray[np.str_], wanted: str) -> Integers:
    """The numbers of the rows with the flaw `wanted`."""
    return np.flatnonzero(flaw == wanted)
