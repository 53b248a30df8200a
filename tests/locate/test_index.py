"""The index as bytes: written, mapped, always the same, and bounded in size."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
import shapely
from numpy.random import default_rng

from footfall.locate.index.leaves import EDGE, EDGES, LAST
from footfall.locate.index.stored import Index, load
from footfall.locate.index.tree import build

from .oracles import found, geos
from .pings import all_kinds, anywhere, inside_boxes, outline
from .shapes import as_places, comb, regions, star, stars

ARRAYS = ("grid", "box", "cells", "nodes", "leaves")


def arrays(index: Index) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an index by name."""
    return {name: getattr(index, name) for name in ARRAYS}


def edges_of_leaves(index: Index) -> list[int]:
    """Each leaf's number of edges, of all places in it."""
    found, at, edges = [], 0, 0
    while at < len(index.leaves):
        head = int(index.leaves[at])
        edges += head & EDGES
        at += 1 + EDGE * (head & EDGES)
        if head >> LAST & 1:
            found.append(edges)
            edges = 0
    return found


def edges_per_leaf(index: Index) -> npt.NDArray[np.int64]:
    """How many leaves have so many edges."""
    return np.bincount(edges_of_leaves(index))


def some_places() -> list[shapely.Geometry]:
    """Stars and regions, so that the tree has several levels."""
    return [*stars(default_rng(1), 50), *regions(default_rng(2), 8, 3, 0.125), star(default_rng(3), 500)]


def test_what_was_saved_is_loaded_bit_for_bit(tmp_path: Path) -> None:
    """All arrays with their types and shapes, and the polygons."""
    index = build(as_places(some_places()))
    again = load(index.save(tmp_path))
    for name, array in arrays(index).items():
        loaded = getattr(again, name)
        assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)
        assert loaded.tobytes() == array.tobytes()
    assert again.wkb.equals(index.wkb)
    assert (again.bytes, again.fullest) == (index.bytes, index.fullest)
    assert len(index.nodes) > 10


def test_a_loaded_index_answers_as_the_one_that_was_built(tmp_path: Path) -> None:
    """The compiled loop takes mapped arrays, which are read-only."""
    shapes = some_places()
    index = build(as_places(shapes))
    points = all_kinds(default_rng(4), shapes, 1000)
    again = load(index.save(tmp_path))
    for rule in ("open", "closed", "half_open"):
        for ours, theirs in zip(found(index, points, rule), found(again, points, rule), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_loading_maps_the_file_and_copies_nothing(tmp_path: Path) -> None:
    """The arrays are read-only views; neither numpy nor Arrow takes memory of the size of the index."""
    index = build(as_places(some_places()))
    path = index.save(tmp_path)
    before = pa.total_allocated_bytes()
    again = load(path)
    assert pa.total_allocated_bytes() - before < index.bytes / 100
    for array in arrays(again).values():
        assert not array.flags.writeable
        assert not array.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        again.cells[0] = 1


def test_equal_places_give_the_same_file_and_others_another(tmp_path: Path) -> None:
    """The name is the content's digest, so that a worker never takes one index for another."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    path, again = (build(as_places(some_places())).save(folder) for folder in (first, second))
    assert path.name == again.name
    assert path.read_bytes() == again.read_bytes()
    assert build(as_places(some_places()[1:])).save(first).name != path.name


LARGE = {
    "300 equal squares": lambda: [shapely.box(0, 0, 1, 1)] * 300,
    "300 hemispheres": lambda: [shapely.box(-180, -90, 0, 90)] * 300,
    "40 equal stars": lambda: [star(default_rng(5), 500)] * 40,
    "comb of 10,000 vertices": lambda: [comb(5000)],
    "star of 10,000 vertices": lambda: [star(default_rng(6), 10_000)],
    "2,000 places in one cell, and one far away": lambda: [
        shapely.box(-179, -89, -178, -88),
        *(shapely.box(x, y, x + 1e-5, y + 1e-5) for x, y in default_rng(7).uniform(0, 1, (2000, 2))),
    ],
}


@pytest.mark.parametrize("name", LARGE)
def test_no_places_make_an_index_larger_than_its_bound_or_inexact(name: str) -> None:
    """At most 32 MiB and 512 bytes per edge, beside the polygons; pings are found also where that ends the cutting."""
    shapes = LARGE[name]()
    index = build(as_places(shapes))
    edges = len(outline(shapes)[1])
    assert sum(array.nbytes for array in arrays(index).values()) <= 2**25 + 512 * edges
    assert index.bytes == sum(a.nbytes for a in arrays(index).values()) + sum(map(len, index.wkb.to_pylist()))
    points = np.vstack([anywhere(default_rng(8), shapes, 200), inside_boxes(default_rng(9), shapes, 100)])
    pairs, _ = found(index, points, "open")
    np.testing.assert_array_equal(pairs, geos(shapes, points, "open"))
    assert len(pairs) > 50


def test_cells_hold_few_edges_and_the_inside_of_a_place_holds_none() -> None:
    """Of a square's 263,169 cells only those on its sides have a leaf; in a star's leaves are at most six edges."""
    square = build(as_places([shapely.box(0, 0, 1, 1)]))
    assert len(square.cells) == 513 * 513
    assert (square.cells == 1).sum() == 511 * 511
    assert edges_per_leaf(square).tolist() == [0, 4 * 511, 4]
    spiky = build(as_places([star(default_rng(9), 200)]))
    assert 2 < len(edges_per_leaf(spiky)) <= 7


@pytest.mark.parametrize(("pings", "side"), [(0, 65), (20_000, 65), (800_000, 257), (20_000_000, 513)])
def test_fewer_pings_have_a_coarser_root_grid(pings: int, side: int) -> None:
    """A square of one degree, and the largest root grid that has at most a cell for eight pings, or 16,384 cells."""
    index = build(as_places([shapely.box(0, 0, 1, 1)]), pings)
    assert len(index.cells) == side * side


def test_a_coarser_root_grid_finds_the_same_places() -> None:
    """On all shapes, with pings on their edges and corners."""
    shapes = some_places()
    points = all_kinds(default_rng(4), shapes, 1000)
    few, many = (build(as_places(shapes), pings) for pings in (1, 2**60))
    assert few.grid[3] * few.grid[4] <= 2**14 < many.grid[3] * many.grid[4]
    for rule in ("open", "closed", "half_open"):
        for ours, theirs in zip(found(few, points, rule), found(many, points, rule), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_no_cell_is_finer_than_seven_millimetres() -> None:
    """Ten triangles with one vertex in common: cells of 2^-24 degrees, whose shift is 30 - 24, end the cutting."""
    fan = [shapely.Polygon([(0.1, 0.2), (1, i), (1, i + 0.5)]) for i in range(-5, 5)]
    assert build(as_places([shapely.union_all(fan)])).nodes[:, 0].min() == 6


def test_one_place_far_away_leaves_no_crowded_cell_in_a_city() -> None:
    """40,000 shops of a town, 0.2 degrees wide, fall into 64 cells of a root grid that reaches over the ocean.

    For a million pings, which is 25 for each shop, these cells of 2,500 edges are cut; not one by one until there is
    nothing left to cut, as for any number of pings.
    """
    corners = default_rng(7).uniform(0, 0.2, (40_000, 2))
    shops = [shapely.box(x, y, x + 1e-4, y + 1e-4) for x, y in corners]
    shapes = [*shops, shapely.box(50, 25, 50.1, 25.1)]
    index = build(as_places(shapes), 10**6)
    assert max(edges_of_leaves(index)) < 200
    assert index.bytes < build(as_places(shapes)).bytes
    points = inside_boxes(default_rng(9), shapes, 2)
    pairs, _ = found(index, points, "open")
    np.testing.assert_array_equal(pairs, geos(shapes, points, "open"))


def test_for_few_pings_cells_are_left_as_they_are() -> None:
    """A hundred pings are found sooner than one cell is cut; the finds are the same."""
    shapes = some_places()
    coarse, fine = build(as_places(shapes), 100), build(as_places(shapes))
    assert len(coarse.nodes) < len(fine.nodes) / 10
    points = all_kinds(default_rng(4), shapes, 1000)
    for ours, theirs in zip(found(coarse, points, "open"), found(fine, points, "open"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
