"""Finds stale days: those whose published counts a run of today would change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from footfall.history.calendar import DayRecord
from footfall.plurals import shortened
from footfall.runs.facts import Input
from footfall.settings import OF_ENGINES

NOT_COUNTING = (
    *("output", "catalog", "days", "period", "look_back", "panel.count", "quality"),
    *("places.parents", "places.columns.parent"),
    *(*OF_ENGINES, "prices", "lineage"),
)
"""Settings that change no count of a day, only where, when and whether something is published."""

_DAY_IN_PATH = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_LISTED = 3


@dataclass(frozen=True)
class CurrentState:
    """The input, the settings and the digest of the code with which a run would count now."""

    inputs: Sequence[Input]
    settings: Mapping[str, Any]
    code: str


@dataclass(frozen=True)
class Verdict:
    """Whether a day must be counted: its state, and the reasons."""

    day: date
    state: Literal["current", "stale", "missing", "running"]
    reasons: tuple[str, ...]


def verdict(record: DayRecord, now: CurrentState) -> Verdict:
    """The verdict on a day: whether it must be counted."""
    if record.state == "running":
        return Verdict(record.day, "running", (f"by {record.latest.run_id}" if record.latest else "",))
    manifest = record.publisher.manifest if record.publisher else None
    if manifest is None:
        latest = record.latest
        why = () if latest is None else (f"{latest.run_id} {latest.state}: {latest.trouble}",)
        return Verdict(record.day, "missing", why)
    reasons = (
        *changed_inputs(record.day, manifest.inputs, now.inputs),
        *_changed_settings(manifest.settings, now.settings),
        *_changed_code(manifest.versions, now.code),
    )
    return Verdict(record.day, "stale" if reasons else "current", reasons)


def concerns(path: str, day: date, neighbours: int = 0) -> bool:
    """Whether a file may hold pings of a day.

    Args:
        path: Its path. If it names days, as `day=2023-03-01` or `20230301`, the file has these; else it may have any.
        day: The day.
        neighbours: The number of days before and after a named one of which it may also have pings.
    """
    named = days_named(path)
    return not named or any(abs((each - day).days) <= neighbours for each in named)


def days_named(path: str) -> list[date]:
    """The days that a path names, as `day=2023-03-01` or `20230301`."""
    named = []
    for year, month, number in _DAY_IN_PATH.findall(path):
        try:
            named.append(date(int(year), int(month), int(number)))
        except ValueError:
            continue  # no day of the calendar
    return named


def changed_inputs(day: date, before: Sequence[Input], now: Sequence[Input]) -> tuple[str, ...]:
    """The reasons by which changed files make a day stale; empty if there are none.

    Changed and deleted files of the day before and after count as well: their pings can lengthen visits over midnight,
    and days in names may be of another zone. New ones do not: else each new file would make the day before stale.
    """
    neighbours = {"changed": 1, "new": 0, "gone": 1}
    found = {
        what: [path for path in paths if concerns(path, day, neighbours[what])]
        for what, paths in input_changes(before, now).items()
    }
    return tuple(f"input {what}: {shortened(paths, _LISTED)}" for what, paths in found.items() if paths)


def _differs(old: Input, new: Input) -> bool:
    if old.bytes != new.bytes:
        return True
    either = ((old.version, new.version), (old.sha256, new.sha256))
    return any(a is not None and b is not None and a != b for a, b in either)


def setting_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The old and new values of settings that affect counts and differ, by their dotted names.

    A setting that one of the two versions does not have is as one that is not set, or off.
    """
    old, new = _flat(before), _flat(now)
    off = {name for name in {*old} ^ {*new} if old.get(name) is False or new.get(name) is False}
    return {
        name: (old.get(name), new.get(name))
        for name in sorted({*old, *new} - off)
        if old.get(name) != new.get(name) and not {name, name.split(".")[0]} & {*NOT_COUNTING}
    }


def input_changes(before: Sequence[Input], now: Sequence[Input]) -> dict[str, list[str]]:
    """The paths of files by how they differ: `changed`, `new` or `gone`."""
    old, new = {each.path: each for each in before}, {each.path: each for each in now}
    return {
        "changed": [path for path in new if path in old and _differs(old[path], new[path])],
        "new": [path for path in new if path not in old],
        "gone": [path for path in old if path not in new],
    }


def _changed_settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    changed = [*setting_changes(before, now)]
    return (f"setting changed: {shortened(changed, _LISTED)}",) if changed else ()


def _changed_code(versions: Mapping[str, str], code: str) -> tuple[str, ...]:
    before = versions.get("code")
    if before == code:
        return ()
    return (f"code changed: {before or versions.get('footfall', 'an unknown version')}, now {code}",)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping) and not {"from", "to"} <= value.keys():
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
