"""Applies each rule to one row, in the order of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf

import numpy as np
import pyarrow as pa

from footfall.clean import Rules, broken
from footfall.explain.rows import FoundRow
from footfall.implausible import LOOKS_AT, fixes_of
from footfall.locate.extent import Bools, Extent
from footfall.read.pings.rows import Ints, Rows
from footfall.scan import Scan
from footfall.schema import INSTANT, REASONS, SOUND
from footfall.settings import Settings

ASKS = {
    "unreadable_row": "the row can be taken apart",
    "missing_field:device": "a device is named",
    "missing_field:at": "a time is given",
    "missing_field:lat": "a latitude is given",
    "missing_field:lon": "a longitude is given",
    "wrong_type:at": "the time can be read",
    "wrong_type:lat": "the latitude is a number",
    "wrong_type:lon": "the longitude is a number",
    "wrong_type:accuracy": "the accuracy, if given, is a number",
    "nonexistent_time": "clocks showed this time",
    "implausible_time": "a ping can be of this time",
    "coordinates_swapped": "longitude and latitude are not exchanged",
    "coordinate_out_of_range": "the coordinates are on the earth",
    "coordinate_zero": "the coordinates are not 0, 0",
    "accuracy_too_poor": "the accuracy is good enough",
    "too_many_pings": "its device sent no more pings on that day than one can",
    "shared_coordinate": "no more devices sent from its coordinate on that day than can be there",
    "too_fast": "its device was never faster on that day than one can be",
}
"""What a rule requires, by the reason of rows that break it."""

_UNITS = {"too_many_pings": "pings", "shared_coordinate": "devices", "too_fast": "km/h"}
"""What the limits of the rules on devices are of."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class RuleAnswer:
    """The result of a rule for a row.

    Args:
        reason: The name of the rule, which is the reason of rows that break it.
        asks: What the rule requires.
        value: The value of the row as text; None if it has none.
        limit: The limit of the rule as text; None if it has none.
        holds: Whether the row keeps the rule; None if that cannot be decided, as for an invalid value.
    """

    reason: str
    asks: str
    value: str | None
    limit: str | None
    holds: bool | None


def rule_answers(row: FoundRow, rules: Rules, extent: Extent | None, settings: Settings) -> list[RuleAnswer]:
    """The result of each rule for a row, in the order of a run.

    Args:
        row: The row.
        rules: The rules of the settings.
        extent: The extent of the places if rules use it, else None.
        settings: The settings, for names of columns and limits.
    """
    on_values = broken(rows_of(row), rules, extent)
    known = {"implausible_time": row.at is not None}
    both = row.lon is not None and row.lat is not None
    known |= dict.fromkeys(("coordinates_swapped", "coordinate_out_of_range", "coordinate_zero"), both)
    answers = []
    for number, reason in enumerate(REASONS):
        if reason in LOOKS_AT:
            continue  # see device_answers
        if reason not in on_values and reason != "accuracy_too_poor":
            holds = _of_fields(number, row.defect)
        elif not known.get(reason, True):
            holds = None
        else:
            holds = not bool(on_values.get(reason, np.zeros(1, np.bool_))[0])
        answers.append(
            RuleAnswer(
                reason, ASKS.get(reason, reason), *_value_and_limit(reason, row, rules, settings), holds
            )
        )
    return answers


def device_answers(row: FoundRow, scan: Scan, settings: Settings, *, is_kept: bool) -> list[RuleAnswer]:
    """What each rule on devices that is asked says of a row.

    Args:
        row: The row.
        scan: What a run of the settings does.
        settings: What has the limits.
        is_kept: Whether nothing else speaks against the row: of others the rules on devices are not asked.
    """
    limits = {reason: limit for reason, limit in settings.devices.limits.items() if limit is not None}
    at, (begin, end) = row.at, scan.rules.asked
    known = is_kept and None not in (row.compared, row.lon, row.lat) and at is not None and begin <= at < end
    broken: Mapping[str, Bools] = {}
    if known and scan.implausible is not None:
        broken = scan.implausible.broken(fixes_of(rows_of(row), None, scan.implausible.zone))
    return [
        RuleAnswer(
            reason,
            ASKS[reason],
            None,
            f"at most {limit:,g} {_UNITS[reason]}",
            not bool(broken[reason][0]) if broken else None,
        )
        for reason, limit in limits.items()
    ]


def rows_of(row: FoundRow) -> Rows:
    """The row as `Rows`, the form in which readers return rows."""
    at, lon, lat, accuracy = row.at, row.lon, row.lat, row.accuracy
    return Rows(
        file=0,
        range=0,
        device=pa.array([row.device], pa.string()),
        compared=pa.array([row.compared], pa.string()),
        at=pa.array([at], pa.int64()).view(INSTANT),
        lon=pa.array([lon], pa.float64()),
        lat=pa.array([lat], pa.float64()),
        accuracy=pa.array([accuracy], pa.float64()),
        defect=np.array([row.defect], np.int8),
        line=_line,
        raw=lambda chosen: pa.array([row.raw for _ in chosen], pa.string()),
    )


def instant_text(micros: int) -> str:
    """An instant as ISO 8601 text in UTC."""
    return (_EPOCH + timedelta(microseconds=micros)).isoformat().replace("+00:00", "Z")


def _line(chosen: Ints) -> Ints:
    return np.ones(len(chosen), np.int64)


def _of_fields(number: int, defect: int) -> bool | None:
    """Whether the fields of a row keep a rule; None for rules after the first broken one, which are not known."""
    if defect == SOUND or number < defect:
        return True
    return False if number == defect else None


def _value_and_limit(
    reason: str, row: FoundRow, rules: Rules, settings: Settings
) -> tuple[str | None, str | None]:
    both = None if row.lon is None or row.lat is None else f"lon {row.lon!r}, lat {row.lat!r}"
    if reason == "accuracy_too_poor":
        limit = None if rules.accuracy_limit == inf else f"at most {rules.accuracy_limit:g} m"
        none_given = "not given" if settings.pings.columns.accuracy else "no column is mapped"
        return none_given if row.accuracy is None else f"{row.accuracy:g} m", limit or "no limit is set"
    if reason == "implausible_time":
        begin, end = (instant_text(micros) for micros in rules.plausible)
        return None if row.at is None else instant_text(row.at), f"from {begin} until before {end}"
    if reason == "coordinates_swapped":
        return both, "near the places as they stand, or far from them both ways"
    if reason == "coordinate_out_of_range":
        return both, "lon -180 to 180, lat -90 to 90"
    if reason == "coordinate_zero":
        return both, None
    values = {
        "missing_field:device": row.device,
        "wrong_type:lat": None if row.lat is None else repr(row.lat),
        "wrong_type:lon": None if row.lon is None else repr(row.lon),
        "wrong_type:accuracy": None if row.accuracy is None else f"{row.accuracy:g} m",
    }
    return values.get(reason), None
