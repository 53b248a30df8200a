"""Parts of lines that all answers use."""

from footfall.schema import Place

MARGIN = 10
"""The width of the titles of lines, in characters."""


def line(title: str, text: str) -> str:
    """A line with a title; with an empty title it continues the line above."""
    return f"{title:<{MARGIN}}{text}"


def named(place: Place) -> str:
    """The id of a place and, if it has one, its name."""
    return titled(place.place_id, place.name)


def titled(place_id: str, name: str | None) -> str:
    """An id and, if there is one, a name."""
    return f"{place_id} ({name})" if name else place_id


def names(places: tuple[Place, ...]) -> str:
    """Several places, each with its id and name."""
    return ", ".join(map(named, places))


def metres(length: float) -> str:
    """A distance as text, in metres or kilometres."""
    return f"{length / 1000:,.1f} km" if length >= 10_000 else f"{length:,.1f} m"
