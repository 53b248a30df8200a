"""Days of devices, and of coordinates, whose rows are not kept: written once, and looked up by workers."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.clean import Reasons
from footfall.local_time import DAY, LocalTime
from footfall.read.pings.rows import Rows, Span
from footfall.schema import OTHER_DAY, REASONS, SOUND
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.fixes import BY_COORDINATE, BY_DEVICE, GROUP, By, Fixes

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

LOOKS_AT: dict[str, By] = {
    "too_many_pings": BY_DEVICE,
    "shared_coordinate": BY_COORDINATE,
    "too_fast": BY_DEVICE,
}
"""Whether a rule is on days of devices or of coordinates, in the order of REASONS."""


@dataclass(frozen=True)
class Implausible:
    """The days of devices and coordinates that were found; pickled and sent to workers.

    Args:
        file: Called in a worker, gives the path of the file that `save` wrote.
        zone: That of local days.
    """

    file: Callable[[], Path]
    zone: LocalTime

    def judged(self, rows: Rows, reasons: Reasons | None, asked: Span) -> Reasons | None:
        """The reasons of rows with those of the rules on devices, where nothing else speaks against a row.

        Args:
            rows: The rows.
            reasons: What `judge` says of them.
            asked: First and end instant of the days to count: of others, rows get OTHER_DAY.
        """
        kept = np.arange(len(rows)) if reasons is None else np.flatnonzero(reasons == SOUND)
        fixes = fixes_of(rows, None if reasons is None else kept, self.zone)
        found = np.full(len(kept), SOUND, np.int8)
        for reason, mask in reversed(self.broken(fixes).items()):
            found[mask] = REASONS.index(reason)
        if not (found != SOUND).any():
            return reasons
        found[(found != SOUND) & ((fixes.at < asked[0]) | (fixes.at >= asked[1]))] = OTHER_DAY
        judged = np.full(len(rows), SOUND, np.int8) if reasons is None else reasons.copy()
        judged[kept] = found
        return judged

    def broken(self, fixes: Fixes) -> dict[str, Bools]:
        """Which pings break each rule, by the rule's name and in the order of REASONS."""
        groups = _groups(str(self.file()))
        return {reason: groups[reason].hold(*fixes.named(by), fixes.day) for reason, by in LOOKS_AT.items()}


def fixes_of(rows: Rows, kept: Longs | None, zone: LocalTime) -> Fixes:
    """The kept rows as fixes.

    Args:
        rows: The rows.
        kept: The numbers of those that are kept; None for all.
        zone: That of local days.
    """
    columns = rows.compared, rows.at.view(pa.int64()), rows.lon, rows.lat
    if kept is not None:
        columns = tuple(column.take(pa.array(kept)) for column in columns)
    device, at, lon, lat = columns
    micros = at.to_numpy()
    degrees = (each.to_numpy() + 0.0 for each in (lon, lat))  # no -0.0
    return Fixes(*fingerprints(device), zone.on_clocks(micros) // DAY, micros, *degrees)


def save(groups: Iterable[bytes], folder: Path) -> Path:
    """Write GROUP records as one file, named by its content, whose order is always the same."""
    found = np.sort(np.frombuffer(b"".join(groups), GROUP))
    path = folder / f"implausible-{hashlib.sha256(found.tobytes()).hexdigest()[:16]}.npy"
    with path.open("wb") as file:
        np.save(file, found)
    return path


class _Groups:
    """Triples of numbers that can be searched: each column is ranked, then the ranks of the columns before with it."""

    def __init__(self, *columns: npt.NDArray[np.generic]) -> None:
        self._levels: list[tuple[npt.NDArray[np.generic], Longs]] = []
        number = np.zeros(len(columns[0]), np.int64)
        for column in columns:
            values, rank = np.unique(column, return_inverse=True)
            pairs, number = np.unique(number * len(values) + rank, return_inverse=True)
            self._levels.append((values, pairs))

    def hold(self, *columns: npt.NDArray[np.generic]) -> Bools:
        """Which triples are among them."""
        there = np.full(len(columns[0]), len(self._levels[0][0]) > 0)
        number = np.zeros(len(there), np.int64)
        for column, (values, pairs) in zip(columns, self._levels, strict=True):
            if not there.any():
                break
            rank, is_known = _ranked(values, column)
            number, is_pair = _ranked(pairs, number * len(values) + rank)
            there &= is_known & is_pair
        return there


def _ranked(known: npt.NDArray[np.generic], asked: npt.NDArray[np.generic]) -> tuple[Longs, Bools]:
    """Where each number stands among the known ones, which are sorted, and whether it is one of them."""
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return at, known[at] == asked


@lru_cache(maxsize=2)
def _groups(path: str) -> dict[str, _Groups]:
    """What `save` wrote, by reason."""
    found = np.load(path)
    chosen = {reason: found[found["reason"] == REASONS.index(reason)] for reason in LOOKS_AT}
    return {reason: _Groups(some["one"], some["other"], some["day"]) for reason, some in chosen.items()}
