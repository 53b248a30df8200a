"""Answers as lines of text."""

from footfall.explain.words.numbers import of_number
from footfall.explain.words.pings import of_ping, verdict
from footfall.explain.words.places import of_place

__all__ = ["of_number", "of_ping", "of_place", "verdict"]
