"""The step `locate`: which places hold each ping."""

from footfall.locate.batches import Search, locate
from footfall.locate.tree import build

__all__ = ["Search", "build", "locate"]
