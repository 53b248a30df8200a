"""The step `locate`: which places hold each ping."""

from footfall.locate.finder import Search, locate
from footfall.locate.index.tree import build

__all__ = ["Search", "build", "locate"]
