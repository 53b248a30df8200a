"""Pings that are looked up a second time, by GEOS alone."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
import shapely

from footfall.locate import Search, build

from .shapes import as_places
from .tables import LEFT, RIGHT, kept, located, search, tallies


@pytest.mark.parametrize("boundary", ["open", "closed", "half_open"])
def test_pings_are_looked_up_a_second_time_and_agree(tmp_path: Path, boundary: str) -> None:
    """All of five pings, in two places, in one, in none, on a boundary."""
    pings = [
        kept("two", 1.5, 1),
        kept("one", 0.5, 1),
        kept("none", 9, 9),
        kept("side", 3, 1),
        kept("both", 2, 2),
    ]
    asked = replace(search([LEFT, RIGHT], tmp_path, boundary), audit_every=1)
    sums = tallies(located(pings, asked))
    assert (sums["audited", None], sums["audit_failed", None]) == (5, 0)


def test_an_index_that_gives_wrong_answers_is_found_out(tmp_path: Path) -> None:
    """The index of one place, sent with the polygon of another: pings in both or in neither agree, two do not."""
    index = build(as_places([LEFT]))
    wrong = replace(index, wkb=pa.array([shapely.to_wkb(RIGHT)], pa.large_binary()))
    pings = [kept("left", 0.5, 1), kept("both", 1.5, 1), kept("right", 2.5, 1), kept("none", 9, 9)]
    asked = Search(partial(Path, wrong.save(tmp_path)), "open", parts=1, audit_every=1)
    sums = tallies(located(pings, asked))
    assert (sums["audited", None], sums["audit_failed", None]) == (4, 2)
