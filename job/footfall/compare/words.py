"""The differences of published days as text, as Markdown for a pull request, and as JSON."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from footfall.compare.rows import ColumnChange, DayChange, Largest
from footfall.plurals import shortened
from footfall.schema import DWELL_BUCKETS

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

NAMED = 5
"""The most added or removed places, or numbers of a list, that are named."""

DAYS_OF_MARKDOWN = 14
"""The most changed days with tables in Markdown: a comment on GitHub has at most 65,536 characters."""


def verdict(changes: Sequence[DayChange]) -> str:
    """One sentence: the same, or how many rows differ."""
    rows = sum(change.rows[1] or 0 for change in changes)
    is_pair = [isinstance(change.day, str) for change in changes] == [True]
    if not any(change.differs for change in changes):
        return f"The same: {'' if is_pair else _count(len(changes), 'day') + ', '}{_count(rows, 'row')}."
    parts = [
        _count(sum(getter(change) for change in changes), what)
        for what, getter in (
            ("row added", lambda change: len(change.added)),
            ("row gone", lambda change: len(change.gone)),
            ("row changed", lambda change: change.changed),
        )
    ]
    days = sum(change.differs for change in changes)
    on_days = "" if is_pair else f" on {days} of {_count(len(changes), 'day')}"
    return f"Different{on_days}: {', '.join(parts)}, of {rows:,} now."


def as_text(changes: Sequence[DayChange], named: int) -> str:
    """The comparison as text, with a paragraph for each day that differs; `named` added or removed places are named."""
    lines = [verdict(changes)]
    for change in changes:
        if change.differs:
            lines += ["", f"{change.day}: {_of_day(change, named, _plain)}"]
            lines += [f"  {line}" for column in change.columns for line in _of_column(column)]
    return "\n".join(lines) + "\n"


def as_markdown(changes: Sequence[DayChange], named: int) -> str:
    """The comparison as Markdown, with a table for each day that differs."""
    lines = [f"**{verdict(changes)}**"]
    different = [change for change in changes if change.differs]
    for change in different[:DAYS_OF_MARKDOWN]:
        lines += ["", f"### {change.day}", "", _of_day(change, named, _code)]
        if change.columns:
            lines += ["", "| column | rows changed | before | after | largest changes |"]
            lines.append("| --- | ---: | ---: | ---: | --- |")
        for column in change.columns:
            sums = ["" if each is None else f"{each:,}" for each in (column.before, column.after)]
            cells = (column.name, f"{column.rows:,}", *sums)
            largest = "<br>".join(_of_value(column.name, each, _code) for each in column.largest)
            lines.append(f"| {' | '.join(cells)} | {largest} |")
    if len(different) > DAYS_OF_MARKDOWN:
        lines += ["", f"{len(different) - DAYS_OF_MARKDOWN} more days differ."]
    return "\n".join(lines) + "\n"


def as_json(changes: Sequence[DayChange], old: str, new: str) -> str:
    """The comparison as JSON, with every added and removed place."""
    document = {
        "old": old,
        "new": new,
        "changed": any(change.differs for change in changes),
        "verdict": verdict(changes),
        "days": [_day_document(change) for change in changes],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _day_document(change: DayChange) -> dict[str, Any]:
    return {
        "day": str(change.day),
        "rows": {"before": change.rows[0], "after": change.rows[1]},
        "added": list(change.added),
        "gone": list(change.gone),
        "changed": change.changed,
        "newly_suppressed": change.newly_suppressed,
        "no_longer_suppressed": change.no_longer_suppressed,
        "columns": [
            {
                "name": column.name,
                "rows": column.rows,
                "before": column.before,
                "after": column.after,
                "largest": [
                    {"place_id": each.place_id, "before": each.before, "after": each.after}
                    for each in column.largest
                ],
            }
            for column in change.columns
        ],
    }


def _of_day(change: DayChange, named: int, quote: Callable[[str], str]) -> str:
    if None in change.rows:
        side, rows = ("new", change.rows[1]) if change.rows[0] is None else ("old", change.rows[0])
        return f"only the {side} side has this day, with {_count(rows or 0, 'row')}"
    parts = [f"{_count(change.changed, 'row')} changed of {change.rows[1]:,}"]
    for places, what in ((change.added, "added"), (change.gone, "gone")):
        if places:
            names = f" ({shortened(map(quote, places), named)})" if named else ""
            parts.append(f"{len(places):,} {what}{names}")
    for rows, what in (
        (change.newly_suppressed, "newly suppressed"),
        (change.no_longer_suppressed, "no longer suppressed"),
    ):
        if rows:
            parts.append(f"{rows:,} {what}")
    return ", ".join(parts)


def _of_column(column: ColumnChange) -> list[str]:
    sums = f", sum {_number(column.before)} -> {_number(column.after)}" if column.before is not None else ""
    return [
        f"{column.name}: {_count(column.rows, 'row')}{sums}",
        *(f"  {_of_value(column.name, each, _plain)}" for each in column.largest),
    ]


def _of_value(name: str, value: Largest, quote: Callable[[str], str]) -> str:
    return f"{quote(value.place_id)}: {steps_of(name, value)}"


def steps_of(name: str, value: Largest) -> str:
    """The old and new value as text; for a list only of the numbers that differ."""
    before, after = value.before, value.after
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        # Of a long list only what differs is of interest.
        at = [position for position, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
        steps = (
            f"{_label(name, position)} {before[position]:,} -> {after[position]:,}" for position in at[:NAMED]
        )
        return f"{', '.join(steps)}{', ...' if len(at) > NAMED else ''}"
    return f"{_number(before)} -> {_number(after)}"


def _label(name: str, position: int) -> str:
    """The label of a position in a list: an hour, minutes of dwell, or days with a visit."""
    if name == "dwell_buckets" and position < len(DWELL_BUCKETS):
        return f"{DWELL_BUCKETS[position]} min"
    if name == "visits_by_weekday_hour":
        return f"{_WEEKDAYS[position // 24]} {position % 24:02}:00"
    if name == "devices_by_days":
        return ("1 day", "2 days", "3 days", "4 days or more")[position]
    return f"{position:02}:00" if name == "visits_by_hour" else f"[{position}]"


def _number(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if value != int(value) else f"{int(value):,}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _count(number: int, what: str) -> str:
    first, _, rest = what.partition(" ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{f' {rest}' if rest else ''}"


def _plain(text: str) -> str:
    """The name without control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _code(text: str) -> str:
    """A name as code in Markdown, so that it cannot act as markup, as a cell border or as a mention."""
    return f"`{_plain(text).translate({ord('`'): None, ord('|'): '¦'})}`"
