"""Which place holds each ping, exactly as GEOS decides it."""

from footfall.locate.batches import locate as locate
from footfall.locate.index import Index as Index
from footfall.locate.tree import build as build
