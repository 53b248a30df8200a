"""`python -m footfall` is the command `footfall`."""

from footfall.cli import entry_point

if __name__ == "__main__":  # workers that are spawned import this module as well
    entry_point()
