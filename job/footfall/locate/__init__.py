"""The step `locate`: which places hold each ping."""

from footfall.locate.finder import Search, shuffled
from footfall.locate.index.tree import build

__all__ = ["Search", "build", "shuffled"]
