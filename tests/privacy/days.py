"""Small invented days whose every number is known: places of whole cells, and pings in the middle of cells."""

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from tests.one_process import OneProcess
from tests.run.conftest import runner

Cell = tuple[int, int]
"""A cell of a tenth of a degree, by its column and row."""

Box = tuple[int, int, int, int]
"""A place: its first column and row, and those behind its last."""

WIDE = 7000
"""Metres: from the middle of a cell, 5,530 to 5,570 m from its edges and 7,840 m from its corners, a circle reaches the
four cells beside it and no others."""

NOWHERE: Cell = (9, 9)
"""A cell of no place."""

FIRST, SECOND, THIRD = (date(2023, 3, day) for day in (1, 2, 3))


@dataclass(frozen=True)
class World:
    """Pings: for each day and cell how many each device sent, in devices' order; one list is one cell.

    All pings have the same accuracy, in metres.
    """

    pings: Mapping[tuple[date, Cell], Sequence[int]] = field(default_factory=dict)
    accuracy: int = 9

    @property
    def days(self) -> list[date]:
        """The days, in their order."""
        return sorted({day for day, _ in self.pings})

    def count(self, day: date, cell: Cell) -> int:
        """The pings of a day in a cell."""
        return sum(self.pings.get((day, cell), ()))

    def devices(self, day: date, box: Box) -> int:
        """The devices of a day in a place; each stays in its cell."""
        return sum(len(self.pings.get((day, cell), ())) for cell in cells(box))

    def write(self, path: Path) -> None:
        """Write the pings as CSV; lines are of one length, so that files of equally many pings have equal sizes."""
        lines = ["device,at,lon,lat,accuracy"]
        for (day, (column, row)), devices in sorted(self.pings.items()):
            for device, pings in enumerate(devices):
                lines += [
                    f"{column}{row}{device:03},{day} 12:{ping:02}:00,0.{column}5,0.{row}5,{self.accuracy}"
                    for ping in range(pings)
                ]
        path.write_text("\n".join(lines) + "\n")


def cells(box: Box) -> set[Cell]:
    """The cells of a place."""
    west, south, east, north = box
    return {(column, row) for column in range(west, east) for row in range(south, north)}


def beside(cell: Cell) -> set[Cell]:
    """The four cells beside a cell."""
    column, row = cell
    return {(column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)}


def write_places(path: Path, places: Mapping[str, Box]) -> None:
    """Write places as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"place_id": name},
            "geometry": json.loads(shapely.to_geojson(shapely.box(*(n / 10 for n in box)))),
        }
        for name, box in places.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def count(folder: Path, world: World, places: Mapping[str, Box], number: int = 1, **settings: Any) -> Path:
    """Run the job on the world in a folder; what the run leaves is in `out` there."""
    folder.mkdir(parents=True, exist_ok=True)
    world.write(folder / "pings.csv")
    write_places(folder / "places.geojson", places)
    places_read = {"path": str(folder / "places.geojson"), "parents": "containment"}
    given = {"places": places_read, "privacy": {"k": 5}, **settings}
    finished = runner(lambda: nullcontext(OneProcess()), folder, first=number)(**given)
    assert finished.refusal is None, finished.refusal
    return folder / "out"
