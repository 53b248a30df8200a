"""Selects rows of the input: one by its line, those of a device, those that repeat a ping."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.read.pings.rows import Rows, Span
from footfall.schema import CALENDAR


class Wanted(Protocol):
    """A selection of rows; it is pickled, and used in workers."""

    @property
    def unread(self) -> tuple[Span, ...]:
        """The spans of instants in which no row is selected, so that readers may skip them."""

    def among(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """The mask of the selected rows among `rows`."""


@dataclass(frozen=True)
class ByLine:
    """The row at a line, counted from the start of a range of a file."""

    file: int
    range: int
    line: int
    unread: tuple[Span, ...] = ()

    def among(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """The mask of the row at the line among `rows`."""
        if (rows.file, rows.range) != (self.file, self.range):
            return np.zeros(len(rows), np.bool_)
        found: npt.NDArray[np.bool_] = rows.line(np.arange(len(rows))) == self.line
        return found


@dataclass(frozen=True)
class BySender:
    """The rows of a device at an instant, valid or not.

    Args:
        device: The id in the normalized spelling.
        at: Microseconds since 1970 UTC.
    """

    device: str
    at: int

    @property
    def unread(self) -> tuple[Span, ...]:
        """All instants but one, as two spans."""
        return _all_but(self.at)

    def among(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """The mask of rows of the device at the instant."""
        return _equal(rows.compared, self.device) & _at(rows, self.at)


@dataclass(frozen=True)
class Repeats:
    """The kept rows that are the same ping for a run.

    Args:
        device: The id in the normalized spelling.
        at: Microseconds since 1970 UTC.
        lon: Degrees.
        lat: Degrees.
    """

    device: str
    at: int
    lon: float
    lat: float

    @property
    def unread(self) -> tuple[Span, ...]:
        """All instants but one, as two spans."""
        return _all_but(self.at)

    def among(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """The mask of rows with the same device, instant and coordinates."""
        lon, lat = (column.to_numpy(zero_copy_only=False) for column in (rows.lon, rows.lat))
        found: npt.NDArray[np.bool_] = (lon == self.lon) & (lat == self.lat)
        found &= _equal(rows.compared, self.device) & _at(rows, self.at)
        return found


def _equal(values: pa.Array, wanted: str) -> npt.NDArray[np.bool_]:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    found: npt.NDArray[np.bool_] = (
        pc.equal(values, pa.scalar(wanted, values.type)).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return found


def _at(rows: Rows, at: int) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (
        pc.equal(rows.at.view(pa.int64()), at).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return found


def _all_but(at: int) -> tuple[Span, ...]:
    """The spans that hold every instant but one."""
    return (CALENDAR[0], at), (at + 1, CALENDAR[1])
