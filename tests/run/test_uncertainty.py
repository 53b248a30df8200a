"""Runs that count pings certainly inside and possibly inside, by the circles of their accuracy."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from tests.run.conftest import Counts

SHOPS = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"place_id": "A", "name": "Shop A"},
  "geometry": {"type": "Polygon", "coordinates": [[[0,0],[0.001,0],[0.001,0.001],[0,0.001],[0,0]]]}},
 {"type": "Feature", "properties": {"place_id": "B", "name": "Shop B"},
  "geometry": {"type": "Polygon", "coordinates": [[[0.002,0],[0.003,0],[0.003,0.001],[0.002,0.001],[0.002,0]]]}}]}"""
"""Two squares of 111 m, with a street of 111 m between them."""

PINGS = """device,at,lon,lat,acc
d1,2023-03-01 10:00:00,0.0005,0.0005,50
d2,2023-03-01 10:00:00,0.0001,0.0005,20
d3,2023-03-01 10:00:00,0.0011,0.0005,20
d4,2023-03-01 10:00:00,0.0015,0.0005,60
d5,2023-03-01 10:00:00,0.0005,0.0005,
d6,2023-03-01 10:00:00,0.0011,0.0005,10
"""
"""In the middle of A, 55 m from its edge; 11 m from the edge in A; 11 m beside A; in the middle of the street, 56 m
from both; in A with no accuracy; beside A, with a circle that ends in the street."""

ASKED: dict[str, Any] = {"columns": {"accuracy": "acc"}, "uncertainty": True}
NAMES = ("pings", "certain_pings", "possible_pings")


@pytest.fixture
def street(folder: Path) -> Path:
    """A folder with two shops at a street."""
    (folder / "places.geojson").write_text(SHOPS)
    (folder / "pings.csv").write_text(PINGS)
    return folder


def pings(folder: Path, **asked: Any) -> dict[str, Any]:
    """The settings of pings."""
    return {"path": str(folder / "pings.csv"), **ASKED, **asked}


def table(
    folder: Path, names: Sequence[str] = NAMES, part: str = "footfall/day=2023-03-01"
) -> dict[str, Any]:
    """Some columns of the published rows, by place."""
    (path,) = (folder / "out" / part).glob("*.parquet")
    rows = pq.ParquetFile(path).read().to_pylist()
    return {row["place_id"]: tuple(row[name] for name in names) for row in rows}


def test_pings_are_certainly_in_by_their_centre_and_possibly_in(run: Counts, street: Path) -> None:
    """In A are d1, d2 and d5, of which only d1 is certain; d3 and d4 may be in A, d4 may be in B as well."""
    assert run(pings=pings(street)).refusal is None
    assert table(street) == {"A": (3, 1, 5), "B": (0, 0, 1)}


def test_nothing_else_changes(run: Counts, street: Path) -> None:
    """All other columns, and the numbers of the funnel, are those of a run that was not asked; its digest too."""
    run(pings=pings(street, uncertainty=False))
    names = pq.read_schema(next((street / "out").rglob("footfall.parquet"))).names
    others = [name for name in names if name not in NAMES[1:]]
    before, digest = table(street, others), totals(street, 1)
    assert table(street) == {"A": (3, None, None), "B": (0, None, None)}
    run(pings=pings(street))
    assert table(street, others) == before
    assert totals(street, 2)[0] == digest[0]
    run(pings=pings(street, uncertainty=False))
    assert totals(street, 3) == digest


def totals(folder: Path, number: int) -> tuple[Any, Any]:
    """The counts of rows that a manifest has, and the digest of its day."""
    manifest = json.loads((folder / f"out/runs/run-{number}/manifest.json").read_text())
    return manifest["counts"], manifest["digests"]


def test_of_repeated_pings_the_widest_circle_counts(run: Counts, street: Path) -> None:
    """d1 again with 60 m is not certain, d6 again with 20 m is possible; each counts once. d7 is quarantined."""
    again = ["d1,2023-03-01 10:00:00,0.0005,0.0005,60", "d6,2023-03-01 10:00:00,0.0011,0.0005,20"] * 2
    (street / "pings.csv").write_text(
        PINGS + "\n".join([*again, "d7,2023-03-01 10:00:00,0.0011,0.0005,500\n"])
    )
    run(pings=pings(street, accuracy_limit=100))
    assert table(street) == {"A": (3, 0, 6), "B": (0, 0, 1)}


def test_who_is_near_and_not_inside_is_withheld_where_few_are(run: Counts, street: Path) -> None:
    """Near A are d3 and d4, near B d4 alone: with k of 2 its number would tell of one device."""
    run(pings=pings(street), privacy={"k": 2})
    assert table(street) == {"A": (3, 1, 5), "B": (0, 0, None)}
    run(pings=pings(street), privacy={"k": 4}, output=str(street / "more/out"))
    assert table(street / "more", (*NAMES, "suppressed")) == {
        "A": (*[None] * 3, True),
        "B": (*[None] * 3, True),
    }


def test_weeks_are_sums_of_their_days(run: Counts, street: Path) -> None:
    """A second day with d1 in A at 10 m; with k of 2, B's number of the first day is withheld, and so of the week."""
    more = [f"{d},2023-03-02 10:00:00,0.0005,0.0005,10" for d in ("d1", "d2")]
    (street / "pings.csv").write_text(PINGS + "\n".join(more) + "\n")
    week = {"period": "week", "days": {"from": "2023-02-27", "to": "2023-03-05"}, "allow_empty": True}
    where = "footfall_week/week=2023-W09"
    assert run(pings=pings(street), **week).refusal is None
    assert table(street, part=where) == {"A": (5, 3, 7), "B": (0, 0, 1)}
    assert run(pings=pings(street), privacy={"k": 2}, **week).refusal is None
    assert table(street, part=where) == {"A": (5, 3, 7), "B": (0, 0, None)}


@pytest.mark.parametrize(("boundary", "inside"), [("open", 0), ("closed", 1)])
def test_a_ping_on_the_boundary_is_possible_whatever_the_setting(
    run: Counts, street: Path, boundary: str, inside: int
) -> None:
    """And never certain: half of its circle is outside."""
    (street / "pings.csv").write_text("device,at,lon,lat,acc\nd1,2023-03-01 10:00:00,0.001,0.0005,1\n")
    run(pings=pings(street), boundary=boundary, quality={"no_ping_inside": "allow"})
    assert table(street)["A"] == (inside, 0, 1)


def test_circles_need_a_column_of_accuracies(run: Counts, street: Path) -> None:
    """The error names both settings."""
    with pytest.raises(ValidationError, match=r"`uncertainty` needs `columns.accuracy`"):
        run(pings={"path": str(street / "pings.csv"), "uncertainty": True})
