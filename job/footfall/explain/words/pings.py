"""The answer on a ping, as lines."""

from collections.abc import Iterator

from footfall.explain.geodesy import MEASURED_BY
from footfall.explain.pings import PingAnswer
from footfall.explain.rules import RuleAnswer
from footfall.explain.words.lines import line, metres, names, titled

MARKS = {True: "ok", False: "NO", None: " -"}
"""The mark of a rule that holds, is broken, or cannot be decided."""

_LONGEST_ROW = 200


def of_ping(answer: PingAnswer) -> Iterator[str]:
    """The lines of the answer on a ping: a sentence, then the evidence."""
    yield verdict(answer)
    yield ""
    row = answer.row
    if row.file:
        yield line("row", f"{row.file}, line {row.line:,}")
        yield line("", row.raw[:_LONGEST_ROW] + ("..." if len(row.raw) > _LONGEST_ROW else ""))
    if answer.moment:
        moment = answer.moment
        yield line("time", f"{moment.utc}, on clocks {moment.local} ({moment.zone})")
        not_asked = "" if moment.is_asked else ", which the settings do not ask for"
        yield line("day", f"{moment.day}{not_asked}; a visit is of the day on which it starts")
    for number, rule in enumerate(answer.rules):
        yield line("" if number else "rules", _rule(rule))
    yield from _repeats(answer)
    yield from _where(answer)


def verdict(answer: PingAnswer) -> str:
    """A sentence on whether a ping is counted, and why."""
    is_there, moment = bool(answer.row.file), answer.moment
    if answer.reason:
        rule = next(rule for rule in answer.rules if rule.holds is False)
        said = f" It has {rule.value}; the rule is {rule.limit}." if rule.limit and rule.value else ""
        return f"{'Not counted' if is_there else 'It would not be counted'}: {answer.reason}.{said}"
    if moment and not moment.is_asked:
        return f"Not counted by these settings: it is of {moment.day}, which is not among their days."
    if answer.repeats_line:
        file, number = answer.repeats_line
        return f"Not counted once more: it is the same ping as {_at(file, number, answer)}, which is counted."
    if answer.counted_in:
        each = (
            f"in each of {len(answer.counted_in)} places that overlap here: "
            if len(answer.counted_in) > 1
            else "in "
        )
        day = f", on {moment.day}" if moment else ""
        return f"{'Counted' if is_there else 'It would be counted'} {each}{names(answer.counted_in)}{day}."
    kept = "Kept, and in no place" if is_there else "It would be kept, and in no place"
    where = answer.where
    if where and where.on_boundary:
        return f"{kept}: it lies exactly on the boundary of {names(where.on_boundary)} (boundary: {answer.boundary})."
    if where and where.nearest:
        near = where.nearest
        hole = f" It lies in a hole of {names(where.in_holes_of)}." if where.in_holes_of else ""
        return f"{kept}: {metres(near.metres)} {near.side} of {titled(near.place_id, near.name)}.{hole}"
    return f"{kept}."


def _rule(rule: RuleAnswer) -> str:
    found = f": {rule.value}" if rule.value is not None and rule.holds is not None else ""
    limit = f" ({rule.limit})" if rule.limit and rule.holds is not None else ""
    broken = f"  <- {rule.reason}" if rule.holds is False else ""
    return f"{MARKS[rule.holds]}  {rule.asks}{found}{limit}{broken}"


def _at(file: str, number: int, answer: PingAnswer) -> str:
    """The number of a line, with its file if that is another one."""
    return f"line {number:,} of {'the same file' if file == answer.row.file else file}"


def _repeats(answer: PingAnswer) -> Iterator[str]:
    others = [each for each in answer.repeats if each != (answer.row.file, answer.row.line)]
    if others:
        places = ", ".join(_at(file, number, answer) for file, number in others)
        yield line("repeats", f"the same device, instant and coordinates also at {places}; all count once")
    elif answer.repeats:
        yield line("repeats", "none: no other kept row has this device, instant and coordinates")


def _where(answer: PingAnswer) -> Iterator[str]:
    where = answer.where
    if where is None:
        return
    yield line("inside", names(where.inside) or "no place")
    if where.on_boundary:
        yield line("boundary", f"exactly on that of {names(where.on_boundary)}; boundary: {answer.boundary}")
    if where.in_holes_of:
        yield line("hole", f"in one of {names(where.in_holes_of)}")
    if where.nearest:
        near = where.nearest
        far = f"{titled(near.place_id, near.name)}, {metres(near.metres)} away; the ping is on its {near.side} side"
        yield line("nearest", f"{far} ({MEASURED_BY})")
