"""The rows of an export: long, one per place and day, or wide, one per place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from footfall import geometry
from footfall.export.places import KnownPlaces
from footfall.export.selection import Selection
from footfall.schema import MEASURES

Form = Literal["long", "wide"]


@dataclass(frozen=True)
class Rows:
    """Rows for a file.

    Attributes:
        schema: Of each table.
        tables: The rows, a table after another; they can be gone through once.
        places: What is known of the places, by which shapes are found.
        place_ids: The places of all rows, sorted, each once.
        about: What the columns say, by name, without those that need no explanation.
    """

    schema: pa.Schema
    tables: Iterator[pa.Table]
    places: KnownPlaces
    place_ids: pa.Array
    about: dict[str, str]

    @property
    def shapes(self) -> geometry.Shapes:
        """The shapes of those places of the rows that are known."""
        at = pc.index_in(self.place_ids, value_set=self.places.ids).drop_null()
        found: geometry.Shapes = self.places.shapes[at.to_numpy()]
        return found


def long_rows(selection: Selection, places: KnownPlaces) -> Rows:
    """One row per place and day, days in their order, as they are published.

    Returns:
        `place_id`, `name` and `category` where they are known, `day`, the measures, `suppressed`.
    """
    ids = _all_ids(selection)
    first = places.described(selection.rows(selection.days[0]))
    tables = (places.described(selection.rows(day)) for day in selection.days)
    return Rows(first.schema, tables, places, ids, _about(selection.measures))


def wide_rows(selection: Selection, places: KnownPlaces) -> Rows:
    """One row per place, sorted by id.

    Returns:
        `place_id`, `name` and `category` where they are known; for each measure a column per day, such as
        `visits_2023-03-01`; then for each day whether the row was suppressed, such as `suppressed_2023-03-01`. All of
        a day are null for a place that was not among the places of that day.
    """
    ids = _all_ids(selection)
    columns: dict[str, pa.Array] = {}
    marks: dict[str, pa.Array] = {}
    about = {}
    for day in selection.days:
        rows = selection.rows(day)
        at = pc.index_in(ids, value_set=rows["place_id"].combine_chunks())
        for name in selection.measures:
            columns[f"{name}_{day}"] = rows[name].combine_chunks().take(at)
            about[f"{name}_{day}"] = f"on {day}: {_about([name])[name]}"
        marks[f"suppressed_{day}"] = rows["suppressed"].combine_chunks().take(at)
        about[f"suppressed_{day}"] = f"on {day}: {_about([])['suppressed']}"
    in_order = [f"{name}_{day}" for name in selection.measures for day in selection.days]
    measures = {name: columns[name] for name in in_order}
    table = places.described(pa.table({"place_id": ids, **measures, **marks}))
    return Rows(table.schema, iter([table]), places, ids, about)


def _all_ids(selection: Selection) -> pa.Array:
    """The places of all days, sorted, each once."""
    found: set[str] = set()
    for day in selection.days:
        found.update(selection.published.rows(day)["place_id"].to_pylist())
    return pa.array(sorted(found), pa.string())


def _about(measures: Sequence[str]) -> dict[str, str]:
    said = {measure.name: measure.about for measure in MEASURES if measure.name in measures}
    return {
        **said,
        "suppressed": "too few devices to show a number: the measures are left out, and are not zero",
    }
