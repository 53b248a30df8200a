"""The step `locate`: which places hold each ping."""

from footfall.locate.finder import Search, shuffle_rows
from footfall.locate.index.tree import build

__all__ = ["Search", "build", "shuffle_rows"]
