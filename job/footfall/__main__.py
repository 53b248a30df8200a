"""`python -m footfall` is the command `footfall`."""

from footfall.cli import entry_point

entry_point()
