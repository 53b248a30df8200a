"""How answers are judged, drawn and made small."""

import numpy as np
import shapely
from bench.exactness.arithmetic import verdicts
from bench.exactness.drawing import drawn, level, words
from bench.exactness.engines import ENGINES
from bench.exactness.judging import Chunk, Score
from bench.exactness.results import is_as_geos
from bench.exactness.shrinking import wkt

LEFT, RIGHT = shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)
POINTS = np.array([[0.5, 1.0], [1.5, 1.0], [3.0, 1.0], [9.0, 9.0]])
"""In the left one; in both; on the side of the right one; in none."""

SHAPES = np.array([LEFT, RIGHT])
CHUNK = Chunk(SHAPES, POINTS, np.array([11, 11, 1, 11]), verdicts(SHAPES, POINTS))
TRUTH = np.array([0, 2, 3])
"""Pairs as ping * 2 + place: the first ping in the left place, the second in both."""


def judged(engine: str, *found: int) -> Score:
    """The score of an engine that found these pairs."""
    score = Score(engine)
    score.add(CHUNK, np.array(found, np.int64), {"open": TRUTH})
    return score


def test_the_right_answer_differs_nowhere() -> None:
    """All pings are counted, by kind."""
    score = judged("footfall", 0, 2, 3)
    assert (score.on.sum(), score.beside.sum(), score.pings.sum()) == (0, 0, 4)
    assert score.pings[11] == 3
    assert is_as_geos(score)


def test_a_pair_on_a_boundary_is_told_from_one_beside() -> None:
    """The third ping, called inside, lies on a side; the fourth does not, and the second was lost in one place."""
    score = judged("duckdb", 0, 2, 5, 6)
    assert (score.on.sum(), score.on[1], score.beside.sum(), score.beside[11]) == (1, 1, 2, 2)
    assert (score.boundary_pairs, score.boundary_found) == (1, 1)
    assert not is_as_geos(score)


def test_the_rule_that_geos_has_not_may_err_where_geos_errs_alone() -> None:
    """Pair 3 is lost by both, pair 2 by footfall alone."""
    excused, wrong = Score("footfall_half_open"), Score("footfall_half_open")
    excused.add(CHUNK, np.array([0, 2]), {"open": np.array([0, 2])})
    wrong.add(CHUNK, np.array([0]), {"open": np.array([0, 2])})
    assert (excused.beyond_geos, wrong.beyond_geos) == (0, 1)
    assert is_as_geos(excused)
    assert not is_as_geos(wrong)


def test_an_engine_that_gives_one_place_may_give_any_that_holds_the_ping() -> None:
    """The second ping in the right place alone; a lost first one is wrong."""
    assert judged("clickhouse", 0, 3).beside.sum() == 0
    assert judged("clickhouse", 3).beside.sum() == 1
    assert ENGINES["clickhouse"].one_place


def test_wrong_pairs_are_kept_with_how_they_were_wrong() -> None:
    """Found or not, on a boundary or beside."""
    suspects = judged("duckdb", 0, 2, 5).suspects
    assert [(s.lon, s.lat) for s in suspects[True, True]] == [(3.0, 1.0)]
    assert [(s.lon, s.lat) for s in suspects[False, False]] == [(1.5, 1.0)]
    assert suspects[True, False] == []


def test_text_keeps_all_digits() -> None:
    """What is read back is the same polygon, to the last bit."""
    shape = shapely.Polygon([(0.1, 1 / 3), (1e-14, 2), (-1, 1e-300)])
    assert shapely.equals_exact(shapely.from_wkt(wkt(shape)), shape)


def test_shares_are_drawn_by_tens_and_in_words() -> None:
    """Zero has a cell of its own."""
    assert [words(share) for share in (0, 2e-6, 1.2e-4, 0.0042, 0.012, 0.98)] == [
        "0",
        "2 ppm",
        "120 ppm",
        "0.42%",
        "1.2%",
        "98%",
    ]
    assert [level(share) for share in (1e-9, 2e-4, 2e-3, 2e-2, 0.2, 1.0)] == [1, 2, 3, 4, 5, 5]
    assert drawn(["vertex"], []).count("<rect") == 0
