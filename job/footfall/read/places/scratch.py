"""Names that errors about places leave out."""

SCRATCH = "places-"
"""Stands in the names of temporary folders."""
