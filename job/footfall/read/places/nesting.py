"""Places that are parts of others, as shops of a mall: by a column that names the parent, or by their shapes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from footfall.errors import InputError
from footfall.geometry.nesting import shares_outside, smallest_around
from footfall.geometry.overlaps import NOTHING
from footfall.plurals import shortened
from footfall.read.places.features import Features
from footfall.read.places.ids import text
from footfall.schema import Place, Places
from footfall.settings import PlaceSettings

Rows = Mapping[str, int]
"""The first feature of each place, by its id."""


def nested(places: Places, features: Features, settings: PlaceSettings) -> tuple[Places, list[str]]:
    """The places with their parents, if the settings ask for them.

    Args:
        places: All places; `parent_id` is what their column says.
        features: What they were made of.
        settings: The columns, and how parents are known.

    Returns:
        The places, whose parents are places and in no circle; and notes (sentences) on parents that were passed over,
        and on places that lie outside their parents.

    Raises:
        InputError: Places are parts of each other in a circle, or none of the parents is a place; with
            `places.invalid: refuse` one of them is not.
    """
    if settings.parents == "containment":
        return _by_shapes(places)
    if settings.columns.parent is None:
        return places, []
    ids = [text(each) for each in features.values(settings.columns.place_id)]
    rows = {
        place_id: number
        for place_id, number in reversed([*zip(ids, features.numbers.tolist(), strict=True)])
        if place_id is not None
    }
    known, unknown = _known(places, rows, settings)
    _refuse_circles(known, rows, settings)
    return known, [*unknown, *_outside(known, rows, settings)]


def _by_shapes(places: Places) -> tuple[Places, list[str]]:
    around = smallest_around([place.wkb for place in places])
    found = tuple(
        replace(place, parent_id=places[parent].place_id) if parent >= 0 else place
        for place, parent in zip(places, around.parents.tolist(), strict=True)
    )
    nearly = [
        f"{places[inner].place_id} ({_percent(share)} outside {places[outer].place_id})"
        for inner, outer, share in around.nearly
    ]
    notes = [] if (around.parents >= 0).any() else ["No place lies in another, so that none has a parent."]
    if nearly:
        notes.append(
            f"Places lie nearly in another one, which is not taken for their parent: {shortened(nearly)}."
        )
    return found, notes


def _known(places: Places, rows: Rows, settings: PlaceSettings) -> tuple[Places, list[str]]:
    """The places without parents that are no places, and a note on those."""
    named = [place for place in places if place.parent_id is not None]
    unknown = {place.place_id for place in named if place.parent_id not in rows}
    if not named:
        return places, [f"No place has a parent in the column {settings.columns.parent!r}."]
    if not unknown:
        return places, []
    said = shortened(
        f"{place.parent_id} (of {place.place_id}, feature {rows[place.place_id]})"
        for place in named
        if place.place_id in unknown
    )
    if settings.invalid == "refuse" or len(unknown) == len(named):
        raise InputError(
            f"Parents are not among the places: {said}",
            where=_where(settings),
            fix="Name in that column the id of another place of the file, or nothing.",
        )
    kept = tuple(replace(place, parent_id=None) if place.place_id in unknown else place for place in places)
    return kept, [f"Parents are not among the places, and were passed over: {said}."]


def _refuse_circles(places: Places, rows: Rows, settings: PlaceSettings) -> None:
    """Raise InputError for places that are, by their parents and the parents of these, parts of themselves."""
    circles = [*_circles({place.place_id: place.parent_id for place in places})]
    if circles:
        said = shortened(" in ".join([*each, each[0]]) for each in circles)
        features = shortened(rows[place_id] for each in circles for place_id in each)
        raise InputError(
            f"Places are parts of themselves: {said}; features {features}",
            where=_where(settings),
            fix="Leave the column empty for the outermost place.",
        )


def _circles(parents: Mapping[str, str | None]) -> Iterable[Sequence[str]]:
    """Each circle of places once, from a place to its parent."""
    done: set[str] = set()
    for start in parents:
        way: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in way:
            way[at] = None
            at = parents[at]
        if at in way:
            passed = [*way]
            yield passed[passed.index(at) :]
        done.update(way)


def _outside(places: Places, rows: Rows, settings: PlaceSettings) -> list[str]:
    """A note on the places that do not lie in their parents as a whole, those first that lie outside most."""
    by_id = {place.place_id: place for place in places}
    children: list[tuple[Place, Place]] = [
        (place, by_id[place.parent_id]) for place in places if place.parent_id is not None
    ]
    if not children:
        return []
    shares = shares_outside([child.wkb for child, _ in children], [parent.wkb for _, parent in children])
    found = [
        (
            share,
            f"{child.place_id} ({_percent(share)} outside {parent.place_id}, feature {rows[child.place_id]})",
        )
        for (child, parent), share in zip(children, shares.tolist(), strict=True)
        if share > NOTHING
    ]
    said = shortened(words for _, words in sorted(found, key=lambda each: -each[0]))
    lost = "so that totals over top-level places lack what they have there"
    return [f"Places lie outside their parents, {lost}: {said}."] if found else []


def _percent(share: float) -> str:
    return "under 0.1%" if share < 0.001 else f"{share:.1%}"


def _where(settings: PlaceSettings) -> str:
    return f"{settings.path}, column {settings.columns.parent}"
