"""Explains a published number: by hour and by dwell, and whether a recount of the day gives the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from footfall.aggregate.room import Room
from footfall.counting import Counting, count
from footfall.engines import Stage
from footfall.errors import SettingsError
from footfall.explain.ground import Ground, find_place
from footfall.explain.hours import BY_HOUR, Hour, SumHours, day_number, hours_of, visit_rules
from footfall.explain.published import Published
from footfall.publish.folder import Folder
from footfall.publish.reading import read_rows
from footfall.read.scaling import read_scaling
from footfall.schema import DWELL_BUCKETS, FOOTFALL, MEASURES, PLACE_DAYS, SHUFFLED, Place
from footfall.settings import DayRange
from footfall.suggestions import refuse_unknown

_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class NumberAnswer:
    """The answer on the numbers of a place and a day.

    Args:
        place: The place.
        day: The local day.
        zone: Its zone.
        run: The run that published it.
        measure: The measure to explain; None for all.
        row: The published row, by the columns of FOOTFALL.
        hours: Pings and devices of each local hour; empty where the row is suppressed.
        differs: The measures that a recount changes: published and recounted value. Empty if the row is suppressed,
            which is not recounted. Where the recount has fewer than k devices, `devices` alone, recounted as None; None
            too for measures that may be withheld by themselves, which a recount does not do.
        k: Hours with fewer devices are withheld.
    """

    place: Place
    day: date
    zone: str
    run: str
    measure: str | None
    row: dict[str, Any]
    hours: tuple[Hour, ...]
    differs: dict[str, tuple[Any, Any]]
    k: int

    @property
    def is_suppressed(self) -> bool:
        """Whether the table suppresses the row."""
        return bool(self.row["suppressed"])

    @property
    def buckets(self) -> dict[str, int]:
        """Visits by minutes of dwell; empty if the row is suppressed."""
        found: Sequence[int] = self.row["dwell_buckets"] or ()
        return dict(zip(DWELL_BUCKETS, found, strict=False))


def number_answer(
    ground: Ground, published: Published, asked: tuple[str, date, str | None], scratch: Path
) -> NumberAnswer:
    """The answer on the numbers of a place and a day.

    Args:
        ground: The pings and places.
        published: The published days.
        asked: The id of the place, the day, and a measure or None for all.
        scratch: A folder for the recount.

    Raises:
        SettingsError: There is no such place or measure.
        InputError: The day is not published.
    """
    place_id, day, measure = asked
    refuse_unknown_measure(measure)
    number, place = find_place(ground.places.places, place_id, ground.settings.places.path)
    published.refuse_unless_published(day)
    row, run = published.row(day, place_id), published.publisher(day)
    if row is None or run is None:
        raise SettingsError(
            f"The row of {place_id} is not among those published of {day}",
            where=f"output: {published.output}",
            fix="The place came later: count the day again, as `footfall run --days DAY` does.",
        )
    settings = ground.settings.model_copy(update={"days": DayRange(day, day)})
    ground, k = replace(ground, settings=settings), published.k(day, ground.settings.privacy.k)
    answer = NumberAnswer(place, day, settings.day_zone, run.run_id, measure, row, (), {}, k)
    if answer.is_suppressed:
        return answer
    again = recounted(ground, place, day, scratch)
    return replace(answer, hours=_hours(ground, number, day, k), differs=_differences(row, again, k))


def _differences(row: Mapping[str, Any], again: Mapping[str, Any], k: int) -> dict[str, tuple[Any, Any]]:
    """The measures that differ, published and recounted; of a recount of few devices only that these are few.

    What may be withheld by itself is not in the recount's numbers that are shown: they may be of few devices.
    """
    if row["devices"] != again["devices"] and 0 < again["devices"] < k:
        return {"devices": (row["devices"], None)}
    differs = {column.name: (row[column.name], again[column.name]) for column in MEASURES}
    for column in MEASURES:
        published, recounted = differs[column.name]
        if published == recounted or (column.is_withheld and published is None):
            del differs[column.name]
        elif column.is_withheld:
            differs[column.name] = published, None
    return differs


def refuse_unknown_measure(measure: str | None) -> None:
    """Raise SettingsError if there is no measure of that name."""
    if measure is not None:
        refuse_unknown(measure, [column.name for column in MEASURES], noun="measure", where="flag --measure")


def recounted(ground: Ground, place: Place, day: date, scratch: Path) -> dict[str, Any]:
    """The row of a place and day, recounted from the input, with nothing suppressed."""
    privacy = ground.settings.privacy.model_copy(update={"k": 1})
    alone = {"privacy": privacy, "period": "day", "look_back": None}  # the day, without its week or month
    settings = ground.settings.model_copy(update=alone)
    with (
        ground.progress.step("count the day again") as step,
        Folder.at(str(scratch), "recount", PLACE_DAYS).begin() as target,
    ):
        engine, scaling = ground.engine, read_scaling(settings.panel.scaling, settings.days)
        given = settings, ground.places.places, target, engine.workers, engine.memory, ground.now
        counting = Counting(*given, scaling=scaling)
        counts = count(ground.engine, ground.pings, ground.search, counting, step)
        rows = pa.Table.from_batches(
            read_rows([piece.path for piece in counts.pieces], day, FOOTFALL), FOOTFALL
        )
    at = rows["place_id"].to_pylist().index(place.place_id)
    found: dict[str, Any] = rows.slice(at, 1).to_pylist()[0]
    return found


def _hours(ground: Ground, number: int, day: date, k: int) -> tuple[Hour, ...]:
    settings, search = ground.settings, ground.search
    rules = visit_rules(settings.visit_gap // _MICRO, settings.visit_horizon // _MICRO, settings.day_zone)
    room = Room.of(ground.engine.memory, settings.scratch)
    stages = (
        Stage(ground.scan, SHUFFLED, search.parts),
        Stage(SumHours(number, day_number(day), rules, room), BY_HOUR),
    )
    with ground.progress.step("count by hour") as step:
        return hours_of(ground.engine.run(len(ground.pings.tasks), stages, step), k)
