"""Answers in lines that a person reads."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from footfall.explain.geodesy import MEASURED_BY
from footfall.explain.nearby import BANDS
from footfall.explain.numbers import NumberAnswer
from footfall.explain.pings import PingAnswer
from footfall.explain.places import PlaceAnswer, PlaceDay
from footfall.explain.rules import RuleAnswer
from footfall.explain.shapes import Shape
from footfall.plurals import counted
from footfall.schema import DWELL_BUCKETS, MEASURES, Place

MARKS = {True: "ok", False: "NO", None: " -"}
_MARGIN = 10
_LONGEST_ROW = 200


def of_ping(answer: PingAnswer) -> Iterator[str]:
    """Why a ping is counted or not: a sentence, then what it was found by."""
    yield verdict(answer)
    yield ""
    row = answer.row
    if row.file:
        yield _line("row", f"{row.file}, line {row.line:,}")
        yield _line("", row.raw[:_LONGEST_ROW] + ("..." if len(row.raw) > _LONGEST_ROW else ""))
    if answer.moment:
        moment = answer.moment
        yield _line("time", f"{moment.utc}, on clocks {moment.local} ({moment.zone})")
        not_asked = "" if moment.is_asked else ", which the settings do not ask for"
        yield _line("day", f"{moment.day}{not_asked}; a visit is of the day on which it starts")
    for number, rule in enumerate(answer.rules):
        yield _line("" if number else "rules", _rule(rule))
    yield from _repeats(answer)
    yield from _where(answer)


def verdict(answer: PingAnswer) -> str:
    """In a sentence, whether a ping is counted, and why."""
    is_there, moment = bool(answer.row.file), answer.moment
    if answer.reason:
        rule = next(rule for rule in answer.rules if rule.holds is False)
        said = f" It has {rule.value}; the rule is {rule.limit}." if rule.limit and rule.value else ""
        return f"{'Not counted' if is_there else 'It would not be counted'}: {answer.reason}.{said}"
    if moment and not moment.is_asked:
        return f"Not counted by these settings: it is of {moment.day}, which is not among their days."
    if answer.repeats_line:
        file, line = answer.repeats_line
        return f"Not counted once more: it is the same ping as line {line:,} of {file}, which is counted."
    if answer.counted_in:
        names = ", ".join(_named(place) for place in answer.counted_in)
        each = (
            f"in each of {len(answer.counted_in)} places that overlap here: "
            if len(answer.counted_in) > 1
            else "in "
        )
        day = f", on {moment.day}" if moment else ""
        return f"{'Counted' if is_there else 'It would be counted'} {each}{names}{day}."
    kept = "Kept, and in no place" if is_there else "It would be kept, and in no place"
    where = answer.where
    if where and where.on_boundary:
        return f"{kept}: it lies exactly on the boundary of {_names(where.on_boundary)} (boundary: {answer.boundary})."
    if where and where.nearest:
        near = where.nearest
        hole = f" It lies in a hole of {_names(where.in_holes_of)}." if where.in_holes_of else ""
        return f"{kept}: {_metres(near.metres)} {near.side} of {_titled(near.place_id, near.name)}.{hole}"
    return f"{kept}."


def of_place(answer: PlaceAnswer) -> Iterator[str]:
    """Why a place has the numbers it has, day by day."""
    category = f", {answer.place.category}" if answer.place.category else ""
    yield f"{_named(answer.place)}{category}"
    yield from _shape(answer.shape)
    for day in answer.days:
        yield ""
        yield from _place_day(day, answer)
    if not answer.days:
        yield ""
        yield "No day holds a ping, and none is published."
    yield ""
    yield f"Rows near it are kept rows, repeated ones included; distances are {MEASURED_BY}."


def of_number(answer: NumberAnswer) -> Iterator[str]:
    """What the numbers of a place and a day are made of."""
    yield f"{_named(answer.place)} on {answer.day} ({answer.zone}), published by {answer.run}"
    if answer.is_suppressed:
        yield ""
        yield (
            f"Suppressed: fewer than {answer.k} devices were there, or the row would give such a one away."
            " What it is made of is not told either."
        )
        return
    yield ""
    for column in MEASURES:
        value = answer.row[column.name]
        if pa.types.is_list(column.type) or answer.measure not in (None, column.name):
            continue
        yield f"  {column.name:<19}{_number(value):>10}  {column.about}"
    if answer.measure is None or not answer.measure.startswith("dwell"):
        yield from _hours(answer)
    if answer.measure is None or answer.measure.startswith("dwell") or answer.measure == "single_ping_visits":
        yield from _dwell(answer)
    yield ""
    yield from _recount(answer)


def _rule(rule: RuleAnswer) -> str:
    found = f": {rule.value}" if rule.value is not None and rule.holds is not None else ""
    limit = f" ({rule.limit})" if rule.limit and rule.holds is not None else ""
    broken = f"  <- {rule.reason}" if rule.holds is False else ""
    return f"{MARKS[rule.holds]}  {rule.asks}{found}{limit}{broken}"


def _repeats(answer: PingAnswer) -> Iterator[str]:
    others = [each for each in answer.repeats if each != (answer.row.file, answer.row.line)]
    if others:
        places = ", ".join(f"line {line:,} of {file}" for file, line in others)
        yield _line("repeats", f"the same device, instant and coordinates also at {places}; all count once")
    elif answer.repeats:
        yield _line("repeats", "none: no other kept row has this device, instant and coordinates")


def _where(answer: PingAnswer) -> Iterator[str]:
    where = answer.where
    if where is None:
        return
    yield _line("inside", _names(where.inside) or "no place")
    if where.on_boundary:
        yield _line(
            "boundary", f"exactly on that of {_names(where.on_boundary)}; boundary: {answer.boundary}"
        )
    if where.in_holes_of:
        yield _line("hole", f"in one of {_names(where.in_holes_of)}")
    if where.nearest:
        near = where.nearest
        far = f"{_titled(near.place_id, near.name)}, {_metres(near.metres)} away; the ping is on its {near.side} side"
        yield _line("nearest", f"{far} ({MEASURED_BY})")


def _shape(shape: Shape) -> Iterator[str]:
    parts = [
        f"{shape.square_metres:,.0f} m2",
        counted(shape.parts, "part"),
        counted(shape.holes, "hole"),
        counted(shape.vertices, "vertex", "vertices"),
    ]
    if shape.slivers:
        parts.append(f"{counted(shape.slivers, 'part')} less than 1 m wide")
    yield _line("shape", ", ".join(parts))
    for note in shape.notes:
        yield _line("", note)
    for number, overlap in enumerate(shape.overlaps):
        sliver = ", less than 1 m wide" if overlap.is_sliver else ""
        relation = {"shares": "shares ground with"}.get(overlap.relation, overlap.relation)
        yield _line(
            "" if number else "overlaps",
            f"{relation} {overlap.place_id}: {overlap.square_metres:,.0f} m2{sliver}",
        )
    if not shape.overlaps:
        yield _line("overlaps", "none")


def _place_day(day: PlaceDay, answer: PlaceAnswer) -> Iterator[str]:
    yield f"{day.day} ({answer.zone})"
    yield _line("why", day.verdict)
    row = day.row
    if row is None:
        yield _line("table", f"published by {day.run} without this place" if day.run else "not published")
    elif day.is_suppressed:
        yield _line("table", f"suppressed, published by {day.run}")
    else:
        numbers = ", ".join(f"{row[name]:,} {name}" for name in ("pings", "devices", "visits"))
        yield _line("table", f"{numbers}, published by {day.run}")
    told = [f"{band} {_few(day.near[band], answer.k)}" for band in BANDS]
    yield _line("near", ", ".join(told))
    if day.metres is not None:
        yield _line("nearest", f"outside: {_metres(day.metres)} to the {day.side}")
    for number, (reason, rows) in enumerate(day.bad.items()):
        yield _line("" if number else "not kept", f"inside: {reason} {_few(rows, answer.k)}")
    yield _line(
        "pings", f"{day.pings:,} kept rows on that day in all{', none around it' if day.is_beyond else ''}"
    )


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
        yield f"  <k: of fewer than {answer.k} devices, so not told; nor is one more hour where the sum would tell."


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
        yield f"  {name}: published {_number(published)}, counted again {_number(again)}"
    yield f"Ask `footfall plan --from {answer.day} --to {answer.day}` what changed since."


def _few(number: int | None, k: int) -> str:
    if number is None:
        return f"(of fewer than {k} devices)"
    return f"{number:,}"


def _line(title: str, text: str) -> str:
    return f"{title:<{_MARGIN}}{text}"


def _named(place: Place) -> str:
    return _titled(place.place_id, place.name)


def _titled(place_id: str, name: str | None) -> str:
    return f"{place_id} ({name})" if name else place_id


def _names(places: tuple[Place, ...]) -> str:
    return ", ".join(map(_named, places))


def _metres(metres: float) -> str:
    return f"{metres / 1000:,.1f} km" if metres >= 10_000 else f"{metres:,.1f} m"


def _number(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:,.1f}" if isinstance(value, float) and value != int(value) else f"{int(value):,}"
