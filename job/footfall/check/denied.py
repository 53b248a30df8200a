"""Refuses places of categories that may not be counted."""

from footfall.errors import InputError
from footfall.schema import Places
from footfall.settings import Settings


def refuse_denied(settings: Settings, places: Places) -> None:
    """Check that no place has a category of `privacy.deny_categories`.

    Raises:
        InputError: One has.
    """
    denied = {place.category for place in places} & set(settings.privacy.deny_categories)
    if denied:
        raise InputError(
            f"The places hold categories that may not be counted: {', '.join(sorted(map(str, denied)))}",
            where=f"{settings.places.path}, column {settings.places.columns.category}",
            fix="Take these places out of the file; privacy.deny_categories lists what is denied.",
        )
