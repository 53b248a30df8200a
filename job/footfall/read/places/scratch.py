"""Names that errors about places leave out."""

SCRATCH = "footfall-places-"
"""The prefix of temporary folders."""
