"""Each case of docs/exactness.md, decided again by GEOS, by fractions and by footfall."""

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import shapely

from footfall.locate.finder import Finder
from footfall.locate.index.tree import build
from footfall.schema import Place

PAGE = (Path(__file__).parents[3] / "docs" / "exactness.md").read_text(encoding="utf-8")
CASE = re.compile(
    r"^(?P<title>.+), says (?P<says>inside|outside); exact arithmetic: (?P<exact>\w+)\.\n\n"
    r"```(?:text)?\nping  POINT \((?P<lon>\S+) (?P<lat>\S+)\)\nhex   (?P<hex>\S+ \S+)\nplace (?P<wkt>.+)\n```",
    re.MULTILINE,
)


class Written(NamedTuple):
    """A case as it is written on the page."""

    title: str
    says: str
    exact: str
    lon: float
    lat: float
    hex: str
    place: shapely.Polygon


CASES = [
    Written(
        found["title"],
        found["says"],
        found["exact"],
        float(found["lon"]),
        float(found["lat"]),
        found["hex"],
        shapely.from_wkt(found["wkt"]),
    )
    for found in CASE.finditer(PAGE)
]


def by_fractions(case: Written) -> str:
    """Inside, outside or on the boundary, by counting edges straight above the ping."""
    x, y, above = Fraction(case.lon), Fraction(case.lat), 0
    for ring in (case.place.exterior, *case.place.interiors):
        ends = [(Fraction(a), Fraction(b)) for a, b in ring.coords]
        for (x1, y1), (x2, y2) in pairwise(ends):
            in_line = (x - x1) * (y2 - y1) == (y - y1) * (x2 - x1)
            if in_line and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                return "boundary"
            if (x1 > x) != (x2 > x):
                above += y1 + (x - x1) * (y2 - y1) / (x2 - x1) > y
    return "inside" if above % 2 else "outside"


def by_geos(case: Written) -> str:
    """Inside, outside or on the boundary, by GEOS."""
    point = shapely.Point(case.lon, case.lat)
    if shapely.contains(case.place, point):
        return "inside"
    return "boundary" if shapely.covers(case.place, point) else "outside"


def test_the_page_has_cases() -> None:
    """None is passed over: as many as blocks of code with a ping."""
    assert len(CASES) == PAGE.count("\nping  POINT") > 4


@pytest.mark.parametrize("case", CASES, ids=[f"{n} {case.title}" for n, case in enumerate(CASES)])
def test_a_case_is_what_the_page_says(case: Written) -> None:
    """A valid place, the same ping in both spellings, and an engine that says something else than fractions."""
    assert shapely.is_valid(case.place)
    assert tuple(map(float.fromhex, case.hex.split())) == (case.lon, case.lat)
    assert by_fractions(case) == case.exact
    assert (case.says == "inside") != (case.exact == "inside")


@pytest.mark.parametrize("case", CASES, ids=[f"{n} {case.title}" for n, case in enumerate(CASES)])
@pytest.mark.parametrize(("boundary", "inside"), [("open", ["inside"]), ("closed", ["inside", "boundary"])])
def test_footfall_decides_a_case_as_geos_does(case: Written, boundary: str, inside: list[str]) -> None:
    """By the index and the finder of a run, whatever exact arithmetic says."""
    index = build((Place("p", None, None, shapely.to_wkb(case.place)),))
    ping, *_ = Finder(index, boundary).find(np.array([case.lon]), np.array([case.lat]))
    assert (len(ping) == 1) == (by_geos(case) in inside)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.title.startswith(("GEOS", "Footfall"))],
    ids=lambda case: case.title,
)
def test_geos_agrees_with_fractions_where_others_err(case: Written) -> None:
    """Cases of GEOS, and of footfall that follows it, are named as theirs."""
    assert by_geos(case) == case.exact
