"""The answer on a number, as lines."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from footfall.explain.numbers import NumberAnswer
from footfall.explain.words.lines import named
from footfall.schema import DWELL_BUCKETS, MEASURES
from footfall.table import Column

_WITHHELD = {column.name for column in MEASURES if column.is_withheld}


def of_number(answer: NumberAnswer) -> Iterator[str]:
    """The lines of the answer on the numbers of a place and a day."""
    yield f"{named(answer.place)} on {answer.day} ({answer.zone}), published by {answer.run}"
    if answer.is_suppressed:
        yield ""
        yield (
            f"Suppressed: fewer than {answer.k} devices were there, or the row would give such a one away."
            " What it is made of is not shown either."
        )
        return
    yield ""
    for column in MEASURES:
        value = answer.row[column.name]
        is_asked = answer.measure == column.name
        if pa.types.is_list(column.type) or not (is_asked or _is_shown(column, value, answer)):
            continue
        yield f"  {column.name:<19}{_number(value):>10}  {column.about}"
    if answer.measure is None or not answer.measure.startswith("dwell"):
        yield from _hours(answer)
    if answer.measure is None or answer.measure.startswith("dwell") or answer.measure == "single_ping_visits":
        yield from _dwell(answer)
    yield ""
    yield from _recount(answer)


def _is_shown(column: Column, value: Any, answer: NumberAnswer) -> bool:
    """Whether to show a column among all; optional ones that the run did not count are left out."""
    return answer.measure is None and not (column.is_optional and value is None)


def _hours(answer: NumberAnswer) -> Iterator[str]:
    yield ""
    yield "  hour      pings   devices  visits that start"
    for hour, (sums, visits) in enumerate(zip(answer.hours, answer.row["visits_by_hour"], strict=True)):
        if sums.pings == 0 and not visits:
            continue
        pings, devices = ("<k" if each is None else f"{each:,}" for each in (sums.pings, sums.devices))
        yield f"  {hour:02}:00{pings:>11}{devices:>10}{visits:>20,}"
    yield "  Hours without pings are left out; a device that is there in several hours is in each."
    if any(sums.pings is None for sums in answer.hours):
        yield f"  <k: of fewer than {answer.k} devices, so not shown; nor is one that the sum would give away."


def _dwell(answer: NumberAnswer) -> Iterator[str]:
    yield ""
    yield "  minutes    visits"
    for bucket in DWELL_BUCKETS:
        yield f"  {bucket:<8}{answer.buckets[bucket]:>9,}"
    singles = answer.row["single_ping_visits"]
    yield f"  {'unknown':<8}{singles:>9,}  visits of one ping, in no quartile"


def _recount(answer: NumberAnswer) -> Iterator[str]:
    if not answer.differs:
        yield "Counted again from the input: the same in every measure."
        return
    yield "Counted again from the input, it is not the same:"
    for name, (published, again) in answer.differs.items():
        yield f"  {name}: published {_number(published)}, counted again {_again(name, again, answer.k)}"
    yield f"Ask `footfall plan --from {answer.day} --to {answer.day}` what changed since."


def _again(name: str, value: Any, k: int) -> str:
    if value is None and name == "devices":
        return f"fewer than {k}, so no number is shown"
    if value is None and name in _WITHHELD:
        return "another number, which is not shown as it may be of few devices"
    return _number(value)


def _number(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:,.1f}" if isinstance(value, float) and value != int(value) else f"{int(value):,}"
