"""Sums, digests and checks of staged weeks and months, whose rows are read back."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall import plurals
from footfall.check.digests import digest_of
from footfall.check.funnel import Tallies, days_counted
from footfall.check.measures import Mask, bools, measures, place_numbers
from footfall.check.totals import Staged, broken_laws
from footfall.periods import Period, period_of, whole
from footfall.periods.columns import PERIOD_MEASURES, ROWS
from footfall.runs.facts import PeriodSums
from footfall.runs.outcome import PlacesTotals
from footfall.schema import FOOTFALL, Places
from footfall.settings import Settings
from footfall.table import Numbers

Rows = Callable[[Period], pa.Table]
"""Returns the staged rows of a period, ROWS of `periods.columns`."""

_OF_DAYS = ("place_id", "pings", "devices", "visits", "suppressed")


def with_periods(
    totals: PlacesTotals, periods: Sequence[Period], rows: Rows, days: Staged, places: Places
) -> PlacesTotals:
    """The totals with the sums of periods added, and the number of their rows that break each law.

    Args:
        totals: Those of the days.
        periods: The periods of the run.
        rows: Reads the rows of a period.
        days: Reads the rows of a day.
        places: The places of the run.
    """
    ids = pa.array([place.place_id for place in places], pa.string())
    broken = Counter[str]()
    sums = []
    for period in periods:
        table = rows(period)
        numbers, known = measures(table, PERIOD_MEASURES)
        hidden = bools(table["suppressed"])
        each = {
            **broken_laws(PERIOD_MEASURES, numbers, known, ~hidden),
            **_unlike_its_days(period, numbers, hidden, days, place_numbers(table["place_id"], ids)),
            "each place has one row": _astray(table, period, ids),
        }
        broken.update({f"{period.kind}s: {law}": n for law, n in each.items()})
        sums.append(_sums(period, table, numbers, hidden))
    return replace(totals, periods=tuple(sums), broken={**totals.broken, **broken})


def left_out(settings: Settings, days: Sequence[date], tallies: Tallies) -> Iterator[str]:
    """Warnings: periods that are not published because days are missing, and missing days before them for `look_back`.

    Args:
        settings: The settings of the run.
        days: The days of the run.
        tallies: The counts of the steps.
    """
    if settings.period == "day":
        return
    kind, published = settings.period, list(whole(settings.period, days))
    for period in sorted({period_of(kind, day) for day in days} - set(published)):
        there = sum(day in set(days) for day in period.days)
        lacking = plurals.counted(len(period.days), "day")
        yield f"Of {period.name} {there} of {lacking} are counted: its rows are not published"
    pings = set(days_counted(tallies))
    for period in published if settings.look_back else ():
        before = [period.first - timedelta(days=n) for n in range(1, (settings.look_back or 0) + 1)]
        none = sum(day not in pings for day in before)
        if none:
            many = plurals.counted(len(before), "day")
            what = "devices that are counted as new there may have been there"
            yield f"Of the {many} before {period.name}, {none} hold no ping of the input: {what}"


def _sums(period: Period, rows: pa.Table, numbers: Mapping[str, Numbers], hidden: Mask) -> PeriodSums:
    return PeriodSums(
        period=period.name,
        first=period.first,
        last=period.last,
        rows=len(rows),
        pings=int(numbers["pings"].sum()),
        visits=int(numbers["visits"].sum()),
        places_visited=int(np.count_nonzero((numbers["pings"] > 0) | hidden)),
        suppressed_rows=int(np.count_nonzero(hidden)),
        digest=digest_of(rows, ROWS, ("place_id",), PERIOD_MEASURES),
    )


def _astray(rows: pa.Table, period: Period, ids: pa.Array) -> int:
    """The number of places without exactly one row of the period, plus rows of other periods or places."""
    places = place_numbers(rows["place_id"], ids)
    right = (places >= 0) & bools(pc.equal(rows["first_day"], pa.scalar(period.first, pa.date32())))
    found = np.bincount(places[right], minlength=len(ids))
    return int(np.count_nonzero(found != 1) + np.count_nonzero(~right))


def _unlike_its_days(
    period: Period, numbers: Mapping[str, Numbers], hidden: Mask, days: Staged, places: Numbers
) -> dict[str, int]:
    """The number of rows of a period that contradict the rows of its days, by law."""
    size = int(places.max(initial=-1)) + 1
    sums = {name: np.zeros(size, np.int64) for name in ("pings", "devices", "visits")}
    most, few = np.zeros(size, np.int64), np.zeros(size, np.bool_)
    schema = pa.schema([FOOTFALL.field(name) for name in _OF_DAYS])
    for day in period.days:
        rows = pa.Table.from_batches(days(day, _OF_DAYS), schema)
        if len(rows) != size:
            return {"they have the places of their days": len(hidden)}
        for name, so_far in sums.items():
            so_far += rows[name].fill_null(0).to_numpy()
        most = np.maximum(most, rows["devices"].fill_null(0).to_numpy())
        few |= bools(rows["suppressed"])
    shown, at = ~hidden, places
    devices = numbers["devices"]
    wrong = {
        "no row is shown of which a day is suppressed": few[at],
        "pings are those of the days": numbers["pings"] != sums["pings"][at],
        "visits are those of the days": numbers["visits"] != sums["visits"][at],
        "devices are as many as on one day at least, and as on all days at most": (devices < most[at])
        | (devices > sums["devices"][at]),
    }
    return {law: int(np.count_nonzero(each & shown)) for law, each in wrong.items()}
