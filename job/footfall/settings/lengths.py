"""Reads a list of lengths of visits."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from footfall.settings.values import DURATION_SCHEMA, duration_text, parse_duration

MOST_LENGTHS = 8
"""So many lengths of visits can be asked for."""

LENGTHS_SCHEMA = {"type": "array", "items": DURATION_SCHEMA, "minItems": 1, "maxItems": MOST_LENGTHS}


def parse_lengths(value: object) -> tuple[timedelta, ...]:
    """Read a list of durations in ascending order.

    Raises:
        ValueError: It is no such list, empty, too long, or one of its durations is none.
    """
    if not isinstance(value, list | tuple):
        raise ValueError("it is not a list of durations")
    if not 1 <= len(value) <= MOST_LENGTHS:
        raise ValueError(f"it has {len(value)} durations, and may have 1 to {MOST_LENGTHS}")
    found = []
    for each in value:
        try:
            found.append(parse_duration(each))
        except ValueError as error:
            raise ValueError(f"of {each!r}: {error}") from None
    for shorter, longer in pairwise(found):
        if longer == shorter:
            raise ValueError(f"it has {duration_text(longer)} twice")
        if longer < shorter:
            order = f"{duration_text(longer)} stands behind {duration_text(shorter)}"
            raise ValueError(f"{order}: each must be longer than the one before")
    return tuple(found)


def length_texts(lengths: tuple[timedelta, ...]) -> list[str]:
    """Write lengths as `parse_lengths` reads them."""
    return [duration_text(length) for length in lengths]


Lengths = Annotated[
    tuple[timedelta, ...],
    BeforeValidator(parse_lengths),
    PlainSerializer(length_texts, return_type=list[str]),
    WithJsonSchema(LENGTHS_SCHEMA),
]
