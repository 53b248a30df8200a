"""What a call asks for: its settings, and its places."""

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
    """The settings of a call, and its places.

    Args:
        places: What was given as places.
        keywords: The settings, by keyword.
        pings: The path of the pings, or what messages call them.
        scratch: A folder for what is fetched.
        used: The settings and sections that the call has a use for; None for all.
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
