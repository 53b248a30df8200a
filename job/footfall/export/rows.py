"""The rows of an export: long, one per place and day, week or month, or wide, one per place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from footfall import geometry
from footfall.export.places import KnownPlaces
from footfall.export.selection import Selection

Form = Literal["long", "wide"]


@dataclass(frozen=True)
class Rows:
    """The rows of an export, and what is needed to write them.

    Attributes:
        schema: The schema of each table.
        tables: The rows, one table after the other; can be iterated once.
        places: Names, categories and shapes of the places.
        place_ids: The ids of the places of all rows, sorted, each once.
        about: The explanations of columns by their names; simple columns have none.
    """

    schema: pa.Schema
    tables: Iterator[pa.Table]
    places: KnownPlaces
    place_ids: pa.Array
    about: dict[str, str]

    @property
    def shapes(self) -> geometry.Shapes:
        """The shapes of the places of the rows, without unknown places."""
        at = pc.index_in(self.place_ids, value_set=self.places.ids).drop_null()
        found: geometry.Shapes = self.places.shapes[at.to_numpy()]
        return found


def long_rows(selection: Selection, places: KnownPlaces) -> Rows:
    """One row per place and day, week or month, in the order of the published table.

    Returns:
        `place_id`, `name`, `category` and `parent_id` where they are known, `day` (or the name of the week or month,
        and its `first_day`), the measures, `suppressed`.
    """
    ids = _all_ids(selection)
    first = places.described(selection.rows(selection.parts[0]))
    tables = (places.described(selection.rows(part)) for part in selection.parts)
    return Rows(first.schema, tables, places, ids, _about(selection))


def wide_rows(selection: Selection, places: KnownPlaces) -> Rows:
    """One row per place, sorted by id.

    Returns:
        `place_id`, `name`, `category` and `parent_id` where they are known; for each measure a column per day, week or
        month, such as `visits_2023-03-01`; then for each whether the row was suppressed, such as
        `suppressed_2023-03-01`. All of a day are null for a place that was not among the places of that day.
    """
    ids, said = _all_ids(selection), _about(selection)
    names = [*selection.measures, "suppressed"]
    columns: dict[str, pa.Array] = {}
    for part in selection.parts:
        rows, when = selection.rows(part), selection.published.name(part)
        at = pc.index_in(ids, value_set=rows["place_id"].combine_chunks())
        for name in names:
            columns[f"{name}_{when}"] = rows[name].combine_chunks().take(at)
    whens = [selection.published.name(part) for part in selection.parts]
    in_order = {f"{name}_{when}": columns[f"{name}_{when}"] for name in names for when in whens}
    about = {f"{name}_{when}": f"{when}: {said[name]}" for name in names for when in whens}
    table = places.described(pa.table({"place_id": ids, **in_order}))
    return Rows(table.schema, iter([table]), places, ids, about)


def _all_ids(selection: Selection) -> pa.Array:
    """The ids of the places of all parts, sorted, each once."""
    found: set[str] = set()
    for part in selection.parts:
        found.update(selection.published.rows(part)["place_id"].to_pylist())
    return pa.array(sorted(found), pa.string())


def _about(selection: Selection) -> dict[str, str]:
    """The explanations of the measures and of `suppressed`, by column."""
    said = {measure.name: measure.about for measure in selection.published.measures}
    hidden = "too few devices to show a number: the measures are left out, and are not zero"
    return {**{name: said[name] for name in selection.measures}, "suppressed": hidden}
