"""The answer on a place, as lines."""

from collections.abc import Iterator

from footfall.explain.geodesy import MEASURED_BY
from footfall.explain.nearby import BANDS
from footfall.explain.places import PlaceAnswer, PlaceDay
from footfall.explain.shapes import Shape
from footfall.explain.words.lines import line, metres, named
from footfall.plurals import counted


def of_place(answer: PlaceAnswer) -> Iterator[str]:
    """The lines of the answer on a place: its shape, then day by day."""
    category = f", {answer.place.category}" if answer.place.category else ""
    yield f"{named(answer.place)}{category}"
    yield from _shape(answer.shape)
    for day in answer.days:
        yield ""
        yield from _place_day(day, answer)
    if not answer.days:
        yield ""
        yield "No day holds a ping, and none is published."
    yield ""
    yield f"Rows near it are kept rows, repeated ones included; distances are {MEASURED_BY}."
    if any(None in (*day.near.values(), *day.bad.values()) for day in answer.days):
        yield f"Not shown: rows of fewer than {answer.k} devices, and rows that would give such ones away."


def _shape(shape: Shape) -> Iterator[str]:
    parts = [
        f"{shape.square_metres:,.0f} m2",
        counted(shape.parts, "part"),
        counted(shape.holes, "hole"),
        counted(shape.vertices, "vertex", "vertices"),
    ]
    if shape.slivers:
        parts.append(f"{counted(shape.slivers, 'part')} less than 1 m wide")
    yield line("shape", ", ".join(parts))
    for note in shape.notes:
        yield line("", note)
    for number, overlap in enumerate(shape.overlaps):
        sliver = ", less than 1 m wide" if overlap.is_sliver else ""
        relation = {"shares": "shares ground with"}.get(overlap.relation, overlap.relation)
        yield line(
            "" if number else "overlaps",
            f"{relation} {overlap.place_id}: {overlap.square_metres:,.0f} m2{sliver}",
        )
    if not shape.overlaps:
        yield line("overlaps", "none")


def _place_day(day: PlaceDay, answer: PlaceAnswer) -> Iterator[str]:
    yield f"{day.day} ({answer.zone})"
    yield line("why", day.verdict)
    row = day.row
    if row is None:
        yield line("table", f"published by {day.run} without this place" if day.run else "not published")
    elif day.is_suppressed:
        yield line("table", f"suppressed, published by {day.run}")
    else:
        numbers = ", ".join(f"{row[name]:,} {name}" for name in ("pings", "devices", "visits"))
        yield line("table", f"{numbers}, published by {day.run}")
    bands = [f"{band} {_shown(day.near[band])}" for band in BANDS]
    yield line("near", ", ".join(bands))
    if day.metres is not None:
        yield line("nearest", f"outside: {metres(day.metres)} to the {day.side}")
    for number, (reason, rows) in enumerate(day.bad.items()):
        yield line("" if number else "not kept", f"inside: {reason} {_shown(rows)}")
    yield line(
        "pings", f"{day.pings:,} kept rows on that day in all{', none around it' if day.is_beyond else ''}"
    )


def _shown(number: int | None) -> str:
    return "(not shown)" if number is None else f"{number:,}"
