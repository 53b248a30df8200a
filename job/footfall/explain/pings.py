"""Explains why a ping is counted or not: the rules, its repeats, its day, and where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from footfall.errors import InputError
from footfall.explain.ground import Ground
from footfall.explain.names import compared_device, file_named, input_name, read_instant
from footfall.explain.rows import FOUND, Findings, FoundRow, Seek
from footfall.explain.rules import RuleAnswer, device_answers, instant_text, rule_answers
from footfall.explain.wanted import ByLine, BySender, Repeats
from footfall.explain.whereabouts import Whereabouts, whereabouts
from footfall.local_time import LocalTime
from footfall.schema import SOUND, Place

_EPOCH = date(1970, 1, 1)
_DAY = 86_400_000_000
_FEW_REPEATS = 20


@dataclass(frozen=True)
class Moment:
    """The time of a ping: in UTC, as local time, and its local day.

    Args:
        utc: ISO 8601.
        local: The local time in the zone of days.
        day: The local day.
        zone: The zone.
        is_asked: Whether a run of the settings counts that day.
    """

    utc: str
    local: str
    day: date
    zone: str
    is_asked: bool


@dataclass(frozen=True)
class PingAnswer:
    """The answer on a ping: why it is counted or not.

    Args:
        row: The row; for a ping of the command line its file is empty.
        rules: The result of each rule, in order.
        moment: Its time; None if it has none or an invalid one.
        repeats: File and line of all rows of the same ping, with this one, in the order of the input.
        where: Where it lies; None if it has no valid coordinates.
        boundary: The setting for pings on a boundary.
    """

    row: FoundRow
    rules: tuple[RuleAnswer, ...]
    moment: Moment | None
    repeats: tuple[tuple[str, int], ...]
    where: Whereabouts | None
    boundary: str

    @property
    def reason(self) -> str | None:
        """The first rule that it breaks; None if it breaks none."""
        return next((rule.reason for rule in self.rules if rule.holds is False), None)

    @property
    def repeats_line(self) -> tuple[str, int] | None:
        """The file and line of the row that it repeats; None if it repeats none."""
        first = self.repeats[0] if self.repeats else None
        return None if first in (None, (self.row.file, self.row.line)) else first

    @property
    def is_counted(self) -> bool:
        """Whether it is counted in a place, on a day of the settings."""
        is_of_day = self.moment is None or self.moment.is_asked
        return not self.reason and is_of_day and not self.repeats_line and bool(self.counted_in)

    @property
    def counted_in(self) -> tuple[Place, ...]:
        """The places that count it."""
        return self.where.inside if self.where else ()


def by_line(ground: Ground, file: str, line: int) -> PingAnswer:
    """The answer on the row at a line of a file.

    Raises:
        InputError: The input has no such file, or there is no ping at the line.
    """
    path = file_named(ground, file)
    alone = ground.only(path)
    paths = tuple(each.path for each in alone.files)
    number, scan = paths.index(path), ground.scan_of(alone)
    step = f"read {path.rsplit('/', 1)[-1]}"
    found = Findings.of(ground.read(alone, Seek(scan, ByLine(number, 0, line)), FOUND, step))
    rows = found.placed(paths)
    if not rows and (within := found.range_of(number, line)) != (0, line):
        again = ground.read(alone, Seek(scan, ByLine(number, *within)), FOUND, step)
        rows = replace(Findings.of(again), lines=found.lines).placed(paths)
    if not rows:
        raise InputError(
            f"No ping stands at line {line}",
            where=path,
            fix="Lines count from 1, the header included, as in the quarantine; of Parquet they are rows.",
        )
    return explained(ground, rows[0])


def by_sender(ground: Ground, device: str, at: str) -> PingAnswer:
    """The answer on the ping of a device at an instant; if several rows match, on the first.

    Args:
        ground: The pings and places.
        device: Its id, in any spelling that a run treats as the same.
        at: The time, written as in the file or as ISO 8601.

    Raises:
        SettingsError: The time is invalid.
        InputError: The input has no such row.
    """
    compared, micros = compared_device(ground, device), read_instant(ground, at)
    seek = Seek(ground.scan, BySender(compared, micros))
    found = Findings.of(ground.read(ground.pings, seek, FOUND, "look for the ping"))
    rows = found.placed(tuple(file.path for file in ground.pings.files))
    if not rows:
        raise InputError(
            f"No ping of this device is of {instant_text(micros)}",
            where=input_name(ground),
            fix="Give the id and the time as they stand in the file; a time without an offset is of"
            f" {ground.settings.pings.time_zone}.",
        )
    return explained(ground, rows[0])


def by_point(ground: Ground, lon: float, lat: float, device: str | None, at: str | None) -> PingAnswer:
    """The answer on a ping at a point, which need not be in the input.

    Args:
        ground: The pings and places.
        lon: Degrees.
        lat: Degrees.
        device: Its device; None to leave out the rules on devices.
        at: Its time; None to leave out the rules on times.

    Raises:
        SettingsError: The time is invalid, or the device is not an id.
    """
    compared = None if device is None else compared_device(ground, device)
    micros = None if at is None else read_instant(ground, at)
    answer = explained(ground, FoundRow("", 0, device, compared, micros, lon, lat, None, SOUND, ""))
    not_asked = {"unreadable_row", "wrong_type:accuracy", "accuracy_too_poor"}
    not_asked |= {"missing_field:device"} if device is None else set()
    not_asked |= {"missing_field:at", "wrong_type:at"} if at is None else set()
    rules = (
        replace(rule, holds=None, value=None) if rule.reason in not_asked | {"nonexistent_time"} else rule
        for rule in answer.rules
    )
    return replace(answer, rules=tuple(rules))


def explained(ground: Ground, row: FoundRow) -> PingAnswer:
    """The answer on a row; repeats are searched only if it breaks no other rule."""
    scan = ground.scan
    answers = tuple(rule_answers(row, scan.rules, scan.extent(), ground.settings))
    is_kept = all(answer.holds is not False for answer in answers)
    answers += tuple(device_answers(row, scan, ground.settings, is_kept=is_kept))
    is_sound = all(answer.holds is not False for answer in answers)
    known = row.compared is not None and row.at is not None
    repeats: list[tuple[str, int]] = []
    if is_sound and known and row.lon is not None and row.lat is not None:
        wanted = Repeats(str(row.compared), int(row.at or 0), row.lon + 0.0, row.lat + 0.0)
        batches = ground.read(ground.pings, Seek(scan, wanted, kept=True), FOUND, "look for repeats")
        found = Findings.of(batches).placed(tuple(file.path for file in ground.pings.files))
        repeats = [(each.file, each.line) for each in found]
    return PingAnswer(
        row,
        answers,
        _moment(ground, row.at),
        tuple(repeats[:_FEW_REPEATS]),
        _whereabouts(ground, row, answers),
        ground.settings.boundary,
    )


def _moment(ground: Ground, at: int | None) -> Moment | None:
    if at is None:
        return None
    settings, rules = ground.settings, ground.scan.rules
    local = int(LocalTime.of(settings.day_zone).on_clocks(np.array([at], np.int64))[0])
    day = _EPOCH + timedelta(days=local // _DAY)
    is_asked = rules.asked[0] <= at < rules.asked[1]
    return Moment(instant_text(at), instant_text(local).removesuffix("Z"), day, settings.day_zone, is_asked)


def _whereabouts(ground: Ground, row: FoundRow, answers: Sequence[RuleAnswer]) -> Whereabouts | None:
    on_earth = any(answer.reason == "coordinate_out_of_range" and answer.holds for answer in answers)
    if not on_earth or row.lon is None or row.lat is None:
        return None
    return whereabouts(ground.search.finder(), ground.places.places, row.lon, row.lat)
