"""A reader that lives as long as the soak, as a process of its own: `python -m tests.soak.reader FOLDER`.

It reads each day again and again, by itself, and counts the newest part of one by the library, as a notebook would.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path

import footfall
from tests.soak.arrivals import DAYS, counted, parts_in
from tests.soak.outputs import Output, opened

SEEN = "reader.json"
"""The file that says how many days were read and how many parts counted."""

SECONDS_BETWEEN_DAYS = 0.2


class WentBack(Exception):
    """A day shows less than it did before."""


def look(output: Output, day: date, before: int) -> int:
    """How many parts of a day are published now.

    Raises:
        WentBack: They were more before.
        AssertionError: The rows are those of no number of parts.
    """
    parts = parts_in(output.rows(day), day)
    if parts < before:
        raise WentBack(f"{day} showed {before} parts, and now {parts}")
    return parts


def count(output: Output, day: date) -> None:
    """Count the first part of a day by the library.

    Raises:
        AssertionError: It gives other numbers than arithmetic.
    """
    part = output.input(f"pings/day={day}/part-0001.csv")
    places = output.input("places.geojson")
    rows = footfall.count(part, places, k=1).to_arrow().sort_by("place_id")
    due = counted(day, 1)
    for name in ("pings", "devices", "visits"):
        if rows[name].to_pylist() != due[name].to_pylist():
            raise AssertionError(f"the library counts {rows[name]} {name} on {day}, not {due[name]}")


def rounds(root: Path) -> Iterator[tuple[int, int]]:
    """Read and count without end: how many days were read and how many parts counted so far."""
    output, shown = opened(root), dict.fromkeys(DAYS, 0)
    for number, day in enumerate(cycle(DAYS), 1):
        shown[day] = look(output, day, shown[day])
        if number % len(DAYS) == 0:
            count(output, DAYS[number // len(DAYS) % len(DAYS)])
        yield number, number // len(DAYS)


def main() -> None:
    """Read until the process is ended."""
    root = Path(sys.argv[1])
    for days, parts in rounds(root):
        (root / SEEN).write_text(json.dumps({"days read": days, "parts counted by the library": parts}))
        time.sleep(SECONDS_BETWEEN_DAYS)


if __name__ == "__main__":
    main()
