"""The cells that a place is cut into: the edges of a ping's cell decide as those of the whole place."""

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from numpy.random import default_rng
from shapely import Polygon

from footfall import geometry
from footfall.locate.index.cells import FAR, LEVEL
from footfall.locate.index.parts import Cuts, Parts
from footfall.locate.kernel import INSIDE, OUTSIDE, UNDECIDED

from .pings import Points, beside
from .shapes import comb, regions, slivers, square_with_islands, star
from .verdicts import verdicts_of

Floats = npt.NDArray[np.float64]


class Cell(NamedTuple):
    """What is left of a place in one cell."""

    parity: int
    edges: Floats


def edges_of(shape: shapely.Geometry) -> Floats:
    """The place's edges."""
    return geometry.edges((shapely.to_wkb(shape),))[0]


def cut(edges: Floats, box: tuple[int, int, float, int, int], parity: int = 0) -> dict[tuple[int, int], Cell]:
    """The cells of a box (first column, first row, cells per degree, columns, rows) by column and row in the world."""
    whole = replace(Parts.whole(edges, np.array([0, len(edges)])), parity=np.array([parity]))
    grid = np.array([[*box[:2], *box[3:]]])
    parts = Cuts(whole, grid, np.array([LEVEL - round(np.log2(box[2]))])).cut().parts
    return {
        (int(parts.column[i]), int(parts.row[i])): Cell(
            int(parts.parity[i]), parts.edges[slice(*parts.spans[i])]
        )
        for i in range(len(parts.place))
    }


def verdict(point: Points, cell: Cell) -> int:
    """The compiled loop's verdict by the edges of one cell."""
    return verdicts_of(point[np.newaxis], cell.edges, cell.parity)[0]


def around(edges: Floats, scale: float, border: int) -> tuple[int, int, float, int, int]:
    """The box of cells around edges, with a border of some cells."""
    west, south = np.floor(edges.reshape(-1, 2).min(axis=0) * scale).astype(int) - border
    east, north = np.floor(edges.reshape(-1, 2).max(axis=0) * scale).astype(int) + border
    return int(west), int(south), scale, int(east - west + 1), int(north - south + 1)


def points_of(box: tuple[int, int, float, int, int], edges: Floats) -> Points:
    """Pings all over a box: by chance, on corners and sides of its cells, beside those, and on vertices."""
    chance = default_rng(len(edges))
    low, size = np.array(box[:2]) / box[2], np.array(box[3:]) / box[2]
    corners = (chance.integers(0, box[3:], (40, 2)) + box[:2]) / box[2]
    spots = beside(np.vstack([corners, edges[chance.integers(0, len(edges), 40), :2]]))
    points = np.vstack([chance.uniform(low, low + size, (1500, 2)), spots])
    return points[((low <= points) & (points < low + size)).all(axis=1)]


SHAPES = {
    "star": (star(default_rng(1), 60), 16.0),
    "fine star": (star(default_rng(2), 12, -73.98, 40.75, 1e-3), 2.0**15),
    "regions": (regions(default_rng(3), 10, 2, 0.125, -1, -1)[0], 16.0),
    "holes and islands": (square_with_islands()[2], 4.0),
    "comb": (comb(40), 8.0),
    "turned comb": (shapely.transform(comb(40), lambda xy: xy[:, ::-1]), 8.0),
    "sliver": (slivers()[3], 64.0),
}


@pytest.mark.parametrize("border", [0, 2, -2], ids=["its box", "a larger box", "a part of its box"])
@pytest.mark.parametrize("name", SHAPES)
def test_the_edges_of_a_cell_decide_as_the_whole_place(name: str, border: int) -> None:
    """For each ping the verdict of its cell, or outside where there is none, is that of all edges together."""
    edges = edges_of(SHAPES[name][0])
    box = around(edges, SHAPES[name][1], border)
    cells = cut(edges, box)
    points = points_of(box, edges)
    places = np.floor(points * box[2]).astype(int)
    empty = Cell(0, np.empty((0, 4)))
    verdicts = [
        verdict(p, cells.get((x, y), empty)) for p, (x, y) in zip(points, places.tolist(), strict=True)
    ]
    assert verdicts == verdicts_of(points, edges, 0)
    assert {INSIDE, OUTSIDE} <= set(verdicts) or name in ("sliver", "comb", "turned comb")


def test_the_verdict_of_all_edges_is_that_of_geos_or_undecided_on_the_boundary() -> None:
    """The rule that the cells keep is the right one: a star's pings, its vertices among them."""
    shape = star(default_rng(4), 40)
    edges, points = edges_of(shape), default_rng(5).uniform(-1, 1, (2000, 2))
    points = np.vstack([points, edges[:, :2]])
    expected = np.where(shapely.contains_xy(shape, points), INSIDE, OUTSIDE)
    expected[2000:] = UNDECIDED
    assert verdicts_of(points, edges, 0) == expected.tolist()


def test_cutting_a_cell_again_decides_as_cutting_once() -> None:
    """Two steps down the tree: far edges and parity of the first cut are cut into the cells of the second."""
    edges = edges_of(star(default_rng(6), 300))
    box = around(edges, 4.0, 0)
    for (column, row), cell in cut(edges, box).items():
        finer = (column * 8, row * 8, 32.0, 8, 8)
        cells = cut(cell.edges, finer, cell.parity)
        points = points_of(finer, edges)[::10]
        places = np.floor(points * 32).astype(int).tolist()
        small = [cells.get((x, y), Cell(0, np.empty((0, 4)))) for x, y in places]
        found = [verdict(point, each) for point, each in zip(points, small, strict=True)]
        assert found == verdicts_of(points, edges, 0)


def test_a_square_keeps_its_sides_where_they_are_and_nothing_inside() -> None:
    """A square from 0.5 to 3.5 in cells of one degree: parity inside, a far edge left of its right side."""
    cells = cut(edges_of(shapely.box(0.5, 0.5, 3.5, 3.5)), (0, 0, 1.0, 4, 4))
    assert len(cells) == 16
    inside = {cell: kept for cell, kept in cells.items() if not len(kept.edges)}
    assert inside == {(x, y): inside[x, y] for x in (1, 2) for y in (1, 2)}
    assert all(kept.parity == 1 for kept in inside.values())
    assert cells[0, 1].edges.tolist() in ([[0.5, 0.5, 0.5, 3.5]], [[0.5, 3.5, 0.5, 0.5]])
    assert cells[0, 1].parity == 1
    assert len(cells[3, 3].edges) == 2


def test_a_chain_of_edges_to_the_right_of_a_cell_becomes_one_far_edge() -> None:
    """Ten edges zigzag upwards at x = 5, from 0.25 in the row to above it: one end counts, and what lies above it."""
    zigzag = [(5 + i % 2 / 4, 0.25 + i / 12) for i in range(11)]
    cell = cut(np.array([[*a, *b] for a, b in pairwise(zigzag)]), (0, 0, 1.0, 1, 1))[0, 0]
    assert cell.edges.tolist() == [[FAR, 0.25, FAR, FAR]]
    assert [verdict(np.array([0.5, y]), cell) for y in (0.1, 0.3, 0.9)] == [OUTSIDE, INSIDE, INSIDE]


def test_a_place_wholly_beside_the_box_leaves_nothing() -> None:
    """Right, left, above and below: no cell at all, although the ring is crossed twice to the right."""
    for lon, lat in ((5, 0.25), (-5, 0.25), (0.25, 5), (0.25, -5)):
        assert cut(edges_of(shapely.box(lon, lat, lon + 0.5, lat + 0.5)), (0, 0, 1.0, 1, 1)) == {}


def test_edges_as_flat_as_the_smallest_double_stay_in_their_cells() -> None:
    """From y = -1e-310 to 1e-310 over 99 degrees: the slope overflows, the cells must not lose the edge."""
    edges = edges_of(Polygon([(1, -1e-310), (100, 1e-310), (100, -2e-310)]))
    cells = cut(edges, (1, -1, 1.0, 100, 2))
    for x in range(1, 100):
        for y in (-1.5e-310, -0.5e-310, 0.0, 0.5e-310):
            point, empty = np.array([x + 0.5, y]), Cell(0, np.empty((0, 4)))
            assert verdict(point, cells.get((x, -1 if y < 0 else 0), empty)) == verdict(point, Cell(0, edges))
