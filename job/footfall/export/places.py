"""The names, categories and shapes of the places of published rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall import geometry
from footfall.errors import InputError
from footfall.geometry.exchange import right_handed
from footfall.schema import Place
from footfall.settings import PlaceSettings

_NO_SHAPES = np.empty(0, dtype=object)
_MOST_NAMED = 5


@dataclass(frozen=True)
class KnownPlaces:
    """Places by their ids, as columns.

    Attributes:
        ids: Their ids, as text.
        words: What describes them: `name` and `category`, each where the settings name its column, and `parent_id`
            where they ask for parents.
        shapes: Their polygons in WGS84 degrees, outer rings counterclockwise.
        source: The file they were read from; None where none was.
    """

    ids: pa.Array
    words: dict[str, pa.Array] = field(default_factory=dict)
    shapes: geometry.Shapes = field(default_factory=lambda: _NO_SHAPES)
    source: str | None = None

    def positions(self, place_ids: pa.ChunkedArray) -> pa.Array:
        """The position of each id among the places; null for an unknown id."""
        return pc.index_in(place_ids.combine_chunks(), value_set=self.ids)

    def described(self, rows: pa.Table) -> pa.Table:
        """The rows with the columns of `words` after `place_id`; null for an unknown place."""
        at = self.positions(rows["place_id"])
        behind = rows.column_names.index("place_id") + 1
        for name, values in reversed(self.words.items()):
            rows = rows.add_column(behind, name, values.take(at))
        return rows

    def unknown(self, place_ids: pa.Array) -> Sequence[str]:
        """The ids that are not among the places, sorted.

        Raises:
            InputError: No id is among the places, so the file is of other places.
        """
        if self.source is None:
            return []
        missing = sorted(place_ids.filter(pc.is_null(pc.index_in(place_ids, value_set=self.ids))).to_pylist())
        if missing and len(missing) == len(place_ids):
            named = ", ".join(map(repr, missing[:_MOST_NAMED]))
            raise InputError(
                f"None of the published places is among the places: {named}",
                where=f"places.path: {self.source}",
                fix="Name the file that they were counted with by --places, and its column of ids by"
                " --places-columns-place-id; or leave names and shapes out by --no-places.",
            )
        return missing


NO_PLACES = KnownPlaces(pa.array([], pa.string()))
"""No names and no shapes."""


def known_places(places: Sequence[Place], settings: PlaceSettings) -> KnownPlaces:
    """The places of a file.

    Args:
        places: The places as they were read.
        settings: The settings of places: the file, and which of its columns are mapped.
    """
    words = {}
    for name in ("name", "category"):
        if getattr(settings.columns, name) is not None:
            words[name] = pa.array([getattr(place, name) for place in places], pa.string())
    if settings.columns.parent is not None or settings.parents == "containment":
        words["parent_id"] = pa.array([place.parent_id for place in places], pa.string())
    ids = pa.array([place.place_id for place in places], pa.string())
    return KnownPlaces(ids, words, right_handed([place.wkb for place in places]), settings.path)
