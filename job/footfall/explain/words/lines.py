"""What lines of all answers have in common."""

from footfall.schema import Place

MARGIN = 10
"""Titles of lines are so wide."""


def line(title: str, text: str) -> str:
    """A line with its title in front; one without goes on with the line above."""
    return f"{title:<{MARGIN}}{text}"


def named(place: Place) -> str:
    """A place by its id and, if it has one, its name."""
    return titled(place.place_id, place.name)


def titled(place_id: str, name: str | None) -> str:
    """The same of an id and a name."""
    return f"{place_id} ({name})" if name else place_id


def names(places: tuple[Place, ...]) -> str:
    """Several places, each by its id and name."""
    return ", ".join(map(named, places))


def metres(length: float) -> str:
    """A distance for people."""
    return f"{length / 1000:,.1f} km" if length >= 10_000 else f"{length:,.1f} m"
