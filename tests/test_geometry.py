"""Polygons are made valid, joined and compared as GEOS does it."""

from typing import Any

import numpy as np
import pytest
import shapely

from footfall import geometry


def shapes(*texts: str) -> geometry.Shapes:
    """Shapes from well-known text."""
    return np.array([shapely.from_wkt(text) for text in texts], dtype=object)


def test_a_repaired_bow_tie_is_its_two_triangles() -> None:
    """What the rings enclose is covered; the crossing becomes a vertex."""
    (found,) = geometry.repaired(shapes("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"))
    assert found.equals(shapely.from_wkt("MULTIPOLYGON (((0 0, 1 1, 0 2, 0 0)), ((2 0, 2 2, 1 1, 2 0)))"))


def test_a_repaired_polygon_loses_spikes_and_keeps_holes() -> None:
    """A hole that touches the ring along an edge is cut out; a spike has no area."""
    spike, notch = geometry.repaired(
        shapes(
            "POLYGON ((0 0, 0 2, 2 2, 2 0, 1 0, 1 -5, 1 0, 0 0))",
            "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (0 1, 0 2, 1 2, 1 1, 0 1))",
        )
    )
    assert spike.equals(shapely.box(0, 0, 2, 2))
    assert notch.equals(shapely.from_wkt("POLYGON ((0 0, 0 1, 1 1, 1 2, 0 2, 0 4, 4 4, 4 0, 0 0))"))


def test_what_collapses_has_no_area() -> None:
    """A ring that goes there and back is empty after the repair; lines and points never have any."""
    found = geometry.repaired(shapes("POLYGON ((0 0, 1 1, 2 2, 0 0))", "POLYGON ((0 0, 0 1, 1 0, 0 0))"))
    assert geometry.without_area(found).tolist() == [True, False]
    assert geometry.without_area(shapes("POINT (0 0)", "LINESTRING (0 0, 1 1)")).all()


def test_validity_and_its_reason_are_told() -> None:
    """In the words of GEOS."""
    given = shapes("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", "POLYGON ((0 0, 0 1, 1 0, 0 0))")
    assert geometry.invalid(given).tolist() == [True, False]
    assert geometry.reason(given[0]) == "Self-intersection[1 1]"


@pytest.mark.parametrize(
    ("wkt", "flat"),
    [
        ("POLYGON Z ((0 0 5, 0 1 5, 1 0 5, 0 0 5))", "POLYGON ((0 0, 0 1, 1 0, 0 0))"),
        ("POLYGON M ((0 0 5, 0 1 5, 1 0 5, 0 0 5))", "POLYGON ((0 0, 0 1, 1 0, 0 0))"),
        ("POLYGON ZM ((0 0 5 6, 0 1 5 6, 1 0 5 6, 0 0 5 6))", "POLYGON ((0 0, 0 1, 1 0, 0 0))"),
    ],
)
def test_flat_shapes_have_neither_heights_nor_measures(wkt: str, flat: str) -> None:
    """A single one, beside null and beside one that is flat."""
    found = geometry.flat(np.array([shapely.from_wkt(wkt), None, shapely.box(0, 0, 1, 1)], dtype=object))
    assert found[0].wkt == flat
    assert found[1] is None
    assert geometry.to_wkb(found[[0]]) == [shapely.to_wkb(shapely.from_wkt(flat))]


def test_null_and_empty_shapes_are_absent() -> None:
    """Of whatever type they are empty."""
    given = np.array([None, *shapes("POLYGON EMPTY", "POINT EMPTY", "POINT (0 0)")], dtype=object)
    assert geometry.absent(given).tolist() == [True, True, True, False]


def test_collections_of_nothing_but_polygons_are_multipolygons() -> None:
    """Also nested ones, without what is empty; others stay what they are, and what is given stays as it was."""
    triangle, other = "((0 0, 0 1, 1 0, 0 0))", "((5 5, 5 6, 6 5, 5 5))"
    given = shapes(
        f"GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POLYGON {triangle}), POLYGON EMPTY, MULTIPOLYGON ({other}))",
        f"GEOMETRYCOLLECTION (POLYGON {triangle}, LINESTRING (0 0, 1 1))",
        "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION EMPTY)",
        f"POLYGON {triangle}",
    )
    before = [shape.wkt for shape in given]
    found = geometry.from_collections(given)
    assert [shape.wkt for shape in found] == [f"MULTIPOLYGON ({triangle}, {other})", *before[1:]]
    assert [shape.wkt for shape in given] == before


def test_what_is_finite_has_nothing_but_numbers() -> None:
    """Neither NaN nor infinity in any corner."""
    given = [shapely.box(0, 0, 1, 1), shapely.box(0, 0, np.inf, 1), shapely.Point(np.nan, 1)]
    assert geometry.finite(np.array([*given, *given[:1]], dtype=object)).tolist() == [
        True,
        False,
        False,
        True,
    ]


def test_joined_neighbours_have_no_edge_inside() -> None:
    """Neighbours melt together; what lies apart stays apart."""
    left, right, far = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(5, 5, 6, 6)
    found = geometry.joined(np.array([left, right, far]))
    assert found.is_valid
    assert found.equals(shapely.MultiPolygon([shapely.box(0, 0, 2, 1), far]))


def test_joined_shapes_that_lie_apart_keep_every_bit() -> None:
    """Their parts stand one after the other, corners where they were."""
    left, pair = (
        shapely.box(0.1, 0.2, 0.3, 0.7),
        shapely.MultiPolygon([shapely.box(1, 1, 2, 2), shapely.box(2, 2, 3, 3)]),
    )
    found = geometry.joined(np.array([left, pair], dtype=object))
    assert found.wkt == shapely.MultiPolygon([left, *pair.geoms]).wkt
    assert shapely.to_wkb(found) == shapely.to_wkb(shapely.MultiPolygon([left, *pair.geoms]))


def test_only_common_area_is_an_overlap() -> None:
    """A common edge or corner is none; a place in a place and twice the same place are."""
    box = shapely.box
    assert not geometry.overlapping(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 1, 3, 2)]))
    assert geometry.overlapping(np.array([box(0, 0, 4, 4), box(9, 9, 10, 10), box(1, 1, 2, 2)]))
    assert geometry.overlapping(np.array([box(0, 0, 1, 1), box(0, 0, 1, 1)]))


@pytest.mark.parametrize("written", [{}, {"byte_order": 0}, {"include_srid": True}, {"flavor": "iso"}])
def test_edges_are_those_of_all_rings_however_the_binary_is_written(written: dict[str, Any]) -> None:
    """Shells, holes and parts in turn; an edge of length zero is none, a height counts for nothing."""
    given = shapes(
        "POLYGON Z ((0 0 9, 0 4 9, 4 0 9, 0 0 9), (1 1 9, 2 1 9, 1 2 9, 1 1 9))",
        "POLYGON EMPTY",
        "MULTIPOLYGON (((5 5, 5 6, 5 6, 6 5, 5 5)), ((-0.0 7, 0.0 7, 8 8, 7 9, 0 7)))",
    )
    wkb = tuple(bytes(each) for each in shapely.to_wkb(shapely.set_srid(given, 4326), **written))
    found, offsets = geometry.edges(wkb)
    shell, hole = [[0, 0, 0, 4], [0, 4, 4, 0], [4, 0, 0, 0]], [[1, 1, 2, 1], [2, 1, 1, 2], [1, 2, 1, 1]]
    parts = [[5, 5, 5, 6], [5, 6, 6, 5], [6, 5, 5, 5], [0, 7, 8, 8], [8, 8, 7, 9], [7, 9, 0, 7]]
    assert found.tolist() == [*shell, *hole, *parts]
    assert offsets.tolist() == [0, 6, 6, 12]


def test_what_is_no_polygon_has_no_rings() -> None:
    """It is not passed over."""
    with pytest.raises(ValueError, match="Only polygons"):
        geometry.edges((shapely.Point(1, 2).wkb,))


def test_the_longest_jump_is_that_of_the_longitude() -> None:
    """Of one edge, not of the whole polygon, and also in a hole; none where all corners are the same."""
    given = shapes(
        "POLYGON ((3 3, 3 3, 3 3, 3 3))",
        "POLYGON ((-170 0, 0 50, 170 0, 0 -50, -170 0))",
        "POLYGON ((0 0, 0 9, 5 9, 5 0, 0 0), (1 1, 1 2, 4.5 1, 1 1))",
        "POLYGON ((3 3, 3 3, 3 3, 3 3))",
    )
    assert geometry.longest_jump(given).tolist() == [0, 170, 5, 0]


def test_an_edge_that_spans_the_world_has_no_jump_on_it_but_one_that_crosses_has() -> None:
    """In a plane of degrees from 0 to 360, where 180 is the middle."""
    given = shapes(
        "POLYGON ((0 0, 0 9, 170 9, 170 0, 0 0))",
        "POLYGON ((179 0, 179 1, 181 1, 181 0, 179 0))",
        "POLYGON ((3 3, 3 3, 3 3, 3 3))",
    )
    found = geometry.longest_jump_on_edges(given, lambda x, y: np.where(x > 180, x - 360, x))
    assert found.tolist() == pytest.approx([170 / 64, 360 - 2 / 64, 0])


def test_the_farthest_coordinates_count_in_both_directions() -> None:
    """Of each shape, in x and in y."""
    given = np.array([shapely.box(-5, 1, 3, 2), shapely.box(0, -9, 7, 8)])
    assert geometry.farthest(given).tolist() == [[5, 2], [7, 9]]


def test_clamped_coordinates_are_on_the_earth() -> None:
    """Those that were on it are not touched."""
    (found,) = geometry.clamped(shapes("POLYGON ((179 89, 179 90.5, 180.5 90.5, 180.5 89, 179 89))"))
    assert found.wkt == "POLYGON ((179 89, 179 90, 180 90, 180 89, 179 89))"


def test_wkb_keeps_every_bit() -> None:
    """There and back."""
    given = shapely.transform(shapely.box(0, 0, 1, 1), lambda points: points / 3 + np.pi)
    (wkb,) = geometry.to_wkb(np.array([given]))
    assert isinstance(wkb, bytes)
    assert (
        shapely.get_coordinates(shapely.from_wkb(wkb)).tobytes() == shapely.get_coordinates(given).tobytes()
    )
