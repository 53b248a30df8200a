"""Detects files that are one page of a server's longer answer."""

from collections.abc import Iterator, Mapping
from typing import Any

LIMITED = "The server that wrote the file left features out: it says that its transfer limit was exceeded."

_WHOLE = ("numberMatched", "totalFeatures", "totalCount")
"""How servers call the number of all features that they have."""


def partial(collection: Mapping[str, Any]) -> Iterator[str]:
    """Notes on what the members of a collection say of features that are not in the file.

    Args:
        collection: The members of the collection but `features`, as `json` reads them.
    """
    properties = collection.get("properties")
    places = [collection, properties] if isinstance(properties, dict) else [collection]
    if any(place.get("exceededTransferLimit") is True for place in places):
        yield LIMITED
    links = collection.get("links")
    if isinstance(links, list) and any(
        isinstance(link, dict) and link.get("rel") == "next" for link in links
    ):
        yield "The file is one page of several: it holds a link to the next one, which is not followed."


def number_of_all(collection: Mapping[str, Any]) -> int:
    """How many features a collection says that there are, in the file and beyond it; 0 if it says nothing."""
    said = [collection.get(name) for name in _WHOLE]
    return max((each for each in said if isinstance(each, int) and not isinstance(each, bool)), default=0)
