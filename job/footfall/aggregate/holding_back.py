"""What is held back of days, weeks and months that are staged: all that would give suppressed rows away."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from footfall.aggregate.complements import Tallies, complemented, day_counts, suppressed
from footfall.aggregate.withholding import WITHHELD, Reaches, are_withheld, withhold, without
from footfall.geometry.overlaps import Overlaps
from footfall.periods import Period
from footfall.schema import FOOTFALL, Places
from footfall.shuffle.records import RINGED

Staged = Callable[[date], Iterable[pa.RecordBatch]]
Restage = Callable[[date, pa.Table], None]
PeriodRows = Callable[[Period], pa.Table]
PeriodRestage = Callable[[Period, pa.Table], None]


def hold_back(
    days: Sequence[date],
    tallies: Tallies,
    k: int,
    places: Places,
    staging: tuple[Staged, Restage],
    reaches: Reaches | None = None,
) -> None:
    """Hold back, in what is staged, the rows and numbers by which suppressed ones could be worked out.

    Args:
        days: The days that are staged.
        tallies: What was counted, by tally and day.
        k: Rows with fewer devices, but at least one, are suppressed already.
        places: All places.
        staging: Reads the rows of a day, and replaces them.
        reaches: Which places hold pings whose circles of accuracy reach others; None where nobody asks for circles.
    """
    overlaps, (staged, restage) = Overlaps(tuple(place.wkb for place in places)), staging
    for day in days if k > 1 else ():
        counts, fewer = day_counts(tallies, day), None
        if counts.is_safe(k) and (reaches is None or not counts.hidden):
            continue
        rows = pa.Table.from_batches(staged(day), FOOTFALL)
        if not counts.is_safe(k):
            fewer = complemented(rows, counts, k, overlaps)
        if reaches is not None:
            is_covered = counts.outside - tallies.get((RINGED, day), 0) >= k
            pairs = reaches.get(day, ())
            fewer = withhold(rows if fewer is None else fewer, pairs, overlaps, is_covered=is_covered)
        if fewer is not None:
            restage(day, fewer)


def hold_back_periods(
    periods: Sequence[Period], k: int, staged: Staged, table: tuple[PeriodRows, PeriodRestage]
) -> None:
    """Hold back, in what is staged of weeks or months, every row of which a day is suppressed.

    So a row that stays has only days whose rows stay, and its sums say nothing that those do not say. A number that is
    withheld on one of its days is withheld as well.

    Args:
        periods: The periods that are staged.
        k: Rows with fewer devices, but at least one, are suppressed already.
        staged: Reads the rows of a day, after `hold_back`.
        table: Reads the rows of a period, and replaces them.
    """
    rows_of, restage = table
    for period in periods if k > 1 else ():
        rows = rows_of(period)
        hidden = np.array(rows["suppressed"].to_numpy())
        withheld = are_withheld(rows)
        for day in period.days:
            of_day = pa.Table.from_batches(staged(day), FOOTFALL)
            hidden |= of_day["suppressed"].to_numpy()
            withheld |= are_withheld(of_day)
        was_hidden, was_withheld = rows["suppressed"].to_numpy(), are_withheld(rows)
        if not (np.array_equal(hidden, was_hidden) and np.array_equal(withheld, was_withheld)):
            restage(period, suppressed(without(rows, dict(zip(WITHHELD, withheld, strict=True))), hidden))
