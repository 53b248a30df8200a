"""What the fields of a ping hold, and the first thing that is wrong with them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fields:
    """The parts of some rows as they were read.

    Args:
        at: Type INSTANT, as `times.instants` gives it.
        lat: float64, as `numbers` gives it.
        lon: As `lat`.
        accuracy: As `lat`; None where the column is not mapped.
        blank: For `device`, `at`, `lat`, `lon` and `accuracy`, where the field was `blank`; a part that never was may
            be left out.
        never: Where clocks skipped the time, see `times.instants`; None where they never did.
        torn: Where a row could not be taken apart; None where all could.
    """

    at: pa.Array
    lat: pa.Array
    lon: pa.Array
    accuracy: pa.Array | None = None
    blank: dict[str, Mask] = field(default_factory=dict)
    never: Mask | None = None
    torn: Mask | None = None


def blank(values: pa.Array) -> Mask:
    """Where a column holds nothing: null, or text of nothing but spaces."""
    raise NotImplementedError


def numbers(values: pa.Array) -> pa.Array:
    """A column of text or numbers as float64; null where there is no finite decimal number."""
    raise NotImplementedError


def defects(fields: Fields) -> npt.NDArray[np.int8] | None:
    """For each row the number of the first of REASONS that its fields show, or SOUND; None where all are sound."""
    raise NotImplementedError
