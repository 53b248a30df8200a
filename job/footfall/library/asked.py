"""The settings and places of a call."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from footfall.library.given import CALLED_PLACES, paths_of, place_table
from footfall.read.places import PlaceInput, read_places
from footfall.read.places.fetched import read_places_anywhere
from footfall.settings import Settings
from footfall.settings.keywords import from_keywords


def placed_in(
    places: Any,
    keywords: Mapping[str, Any],
    pings: str | list[str],
    scratch: Path,
    used: Sequence[str] | None = None,
) -> tuple[Settings, PlaceInput]:
    """The settings of a call, and its places as a run reads them.

    Args:
        places: The argument `places`.
        keywords: The settings, by keyword.
        pings: The path of the pings, or their name in messages.
        scratch: A folder for files that are fetched from a store.
        used: The settings and sections that the call uses; other keywords are refused. None for all.
    """
    inputs: dict[str, Any] = {"pings.path": pings, "output": str(scratch)}
    path = paths_of(places)
    if path is not None:
        settings = from_keywords(keywords, {**inputs, "places.path": path}, used)
        return settings, read_places_anywhere(settings.places, scratch)
    table, shapes = place_table(places)
    known = {} if shapes is None else {"places.columns.geometry": shapes}
    settings = from_keywords(keywords, {**inputs, **known, "places.path": CALLED_PLACES}, used)
    return settings, read_places(settings.places, table)
