"""The step `locate`: which places hold each ping."""

from footfall.locate.batches import Batches, Search, locate
from footfall.locate.tree import build

__all__ = ["Batches", "Search", "build", "locate"]
