"""The step `locate`: which places hold each ping."""

from footfall.locate.finder import Search
from footfall.locate.index.tree import build
from footfall.locate.prepared import search_in

__all__ = ["Search", "build", "search_in"]
