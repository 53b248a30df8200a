"""The differences of two runs as text, Markdown and JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from footfall.compare.runs import RunDay, RunsChange
from footfall.plurals import counted, shortened

NAMED = 5
"""The most files that are named."""

TITLES = {"suppressed_rows": "rows suppressed"}
"""The titles of sums of a day that are not their names."""


def runs_verdict(change: RunsChange) -> str:
    """One sentence: the same rows, or on how many days they differ."""
    days, differing = len(change.days), sum(not day.is_same for day in change.days)
    if not differing:
        return f"The same rows on {counted(days, 'day')}."
    alone = [sum(getattr(day, side) is None for day in change.days) for side in ("after", "before")]
    only = [
        f"{counted(n, 'day')} only the {which} run counted"
        for n, which in zip(alone, ("old", "new"), strict=True)
        if n
    ]
    return f"Different on {differing} of {counted(days, 'day')}{': ' + ', '.join(only) if only else ''}."


def runs_as_text(change: RunsChange) -> str:
    """The comparison as lines: code, settings and files, then the funnel, then the days."""
    lines = [runs_verdict(change), "", f"old  {_run(change, 'old')}", f"new  {_run(change, 'new')}"]
    given = list(given_lines(change))
    lines += ["", *(given or ["They were given the same: input, settings and code."])]
    if change.rows:
        lines += ["", "rows"]
        lines += [f"  {stage}: {steps}" for stage, steps in _steps(change.rows)]
    for day in change.days:
        lines += ["", f"{day.day}: {day_sentence(day)}"]
        lines += [f"  {name}: {before} -> {after}" for name, before, after in sums_of(day) if before != after]
    return "\n".join(lines) + "\n"


def runs_as_markdown(change: RunsChange) -> str:
    """The comparison as Markdown, with tables."""
    lines = [
        f"**{runs_verdict(change)}**",
        "",
        f"- old: {_run(change, 'old')}",
        f"- new: {_run(change, 'new')}",
    ]
    lines += [f"- {line}" for line in given_lines(change)]
    lines += ["", "| day | rows | sum | before | after |", "| --- | --- | --- | ---: | ---: |"]
    for day in change.days:
        same = "same" if day.is_same else "different"
        lines += [
            f"| {day.day} | {same} | {name} | {before} | {after} |" for name, before, after in sums_of(day)
        ]
    return "\n".join(lines) + "\n"


def runs_as_json(change: RunsChange) -> str:
    """The comparison as JSON."""
    document = {
        "old": change.old.run_id,
        "new": change.new.run_id,
        "changed": change.differs,
        "verdict": runs_verdict(change),
        "code": change.code and {"before": change.code[0], "after": change.code[1]},
        "settings": {name: {"before": old, "after": new} for name, (old, new) in change.settings.items()},
        "inputs": change.inputs,
        "rows": {stage: {"before": old, "after": new} for stage, (old, new) in change.rows.items()},
        "days": [
            {
                "day": str(day.day),
                "same": day.is_same,
                "before": _sums(day, "before"),
                "after": _sums(day, "after"),
            }
            for day in change.days
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"


def given_lines(change: RunsChange) -> Iterator[str]:
    """Lines on the code, the settings and the files that differ."""
    if change.code:
        yield f"code: {change.code[0]} -> {change.code[1]}"
    for name, (before, after) in change.settings.items():
        yield f"setting {name}: {_value(before)} -> {_value(after)}"
    for what, paths in change.inputs.items():
        if paths:
            yield f"input {what}: {shortened(map(_plain, paths), NAMED)}"


def day_sentence(day: RunDay) -> str:
    """A sentence on whether both runs counted the same rows of a day."""
    if day.before is None or day.after is None:
        return f"only the {'new' if day.before is None else 'old'} run counted it"
    if day.is_same:
        return "the same rows"
    return "other rows" if day.before.all_sums != day.after.all_sums else "other rows with the same sums"


def sums_of(day: RunDay) -> Iterator[tuple[str, str, str]]:
    """The sums of a day: title, old value and new value of each, as text."""
    sides = [{} if side is None else side.all_sums for side in (day.before, day.after)]
    for name in sides[1] or sides[0]:
        before, after = (f"{side[name]:,}" if name in side else "-" for side in sides)
        yield TITLES.get(name, name.replace("_", " ")), before, after


def _run(change: RunsChange, side: str) -> str:
    run = getattr(change, side)
    began = f", began {run.started:%Y-%m-%d %H:%M} UTC" if run.started else ""
    return f"{_plain(run.run_id)}, {run.state}{began}"


def _steps(rows: Mapping[str, tuple[int | None, int | None]]) -> Iterator[tuple[str, str]]:
    for stage, pair in rows.items():
        before, after = ("withheld" if each is None else f"{each:,}" for each in pair)
        yield stage.replace("_", " "), f"{before} -> {after}"


def _sums(day: RunDay, side: str) -> dict[str, int] | None:
    sums = getattr(day, side)
    return None if sums is None else sums.all_sums


def _value(value: Any) -> str:
    return (
        "not set"
        if value is None
        else _plain(value if isinstance(value, str) else json.dumps(value, default=str))
    )


def _plain(text: str) -> str:
    """The text without control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
