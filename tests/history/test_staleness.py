"""Whether a published day is what a run would count now."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footfall.history.calendar import calendar
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.history.staleness import CurrentState, Verdict, concerns, verdict
from footfall.runs.facts import Input
from tests.history.manifests import NOON, SAME, day, manifest, put

PLACES = Input("places", "/in/places.geojson", 900, None, "aa")
PINGS = Input("pings", "/in/pings.csv", 5000, None, "bb")
SETTINGS = {"days": "all", "pings": {"path": "pings.csv"}, "places": {"path": "places.geojson"}}
NOW = CurrentState((PLACES, PINGS), SETTINGS, "c0de")


def judged(output: Path, now: CurrentState = NOW, **changes: Any) -> Verdict:
    """The verdict on 1 March, published with the code `c0de`, and with changes in its manifest."""
    versions = {"footfall": "0.1.0", "code": "c0de"}
    put(output, manifest("r1", day(1), versions=versions, **changes))
    (first,) = calendar(all_runs(run_files(str(output)), NOON))
    return verdict(first, now)


def test_a_day_is_current_while_nothing_changed(tmp_path: Path) -> None:
    """That only other days are asked for now changes no count."""
    assert judged(tmp_path) == Verdict(day(1), "current", ())


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ((PLACES, replace(PINGS, bytes=5001)), "input changed: /in/pings.csv"),
        ((PLACES, replace(PINGS, sha256="cc")), "input changed: /in/pings.csv"),
        ((replace(PLACES, sha256="cc"), PINGS), "input changed: /in/places.geojson"),
        ((PLACES, PINGS, replace(PINGS, path="/in/more.csv")), "input new: /in/more.csv"),
        ((PLACES,), "input gone: /in/pings.csv"),
    ],
)
def test_a_changed_input_makes_a_day_stale(tmp_path: Path, inputs: tuple[Input, ...], reason: str) -> None:
    """By its size or digest; a new file and one that is gone count as well."""
    told = judged(tmp_path, replace(NOW, inputs=inputs))
    assert (told.state, told.reasons) == ("stale", (reason,))


def test_objects_are_told_apart_by_their_mark(tmp_path: Path) -> None:
    """An object has no digest, but an ETag."""
    before = [{"role": "pings", "path": "s3://b/p.csv", "bytes": 9, "version": "e1", "sha256": None}]
    same = Input("pings", "s3://b/p.csv", 9, "e1", None)
    assert judged(tmp_path / "1", replace(NOW, inputs=(same,)), inputs=before).state == "current"
    other = replace(same, version="e2")
    assert judged(tmp_path / "2", replace(NOW, inputs=(other,)), inputs=before).state == "stale"


def test_the_file_of_another_day_makes_no_day_stale_by_coming(tmp_path: Path) -> None:
    """But one of the day itself does, and a neighbour that changed: zones and midnight reach into it."""
    other = replace(PINGS, path="/in/day=2023-03-02/a.csv")
    own = replace(PINGS, path="/in/20230301.csv")
    assert judged(tmp_path / "1", replace(NOW, inputs=(PLACES, PINGS, other))).state == "current"
    assert judged(tmp_path / "2", replace(NOW, inputs=(PLACES, PINGS, own))).state == "stale"
    before = [*SAME["inputs"], {**SAME["inputs"][1], "path": other.path, "bytes": 1}]  # type: ignore[index]
    now = replace(NOW, inputs=(PLACES, PINGS, other))
    assert judged(tmp_path / "3", now, inputs=before).reasons == (f"input changed: {other.path}",)


def test_code_and_settings_that_count_make_a_day_stale(tmp_path: Path) -> None:
    """Not those that say where results go."""
    settings = {**SETTINGS, "privacy": {"k": 5}, "output": "/elsewhere", "prices": {"currency": "EUR"}}
    told = judged(tmp_path, replace(NOW, settings=settings, code="ffff"))
    assert told.reasons == ("setting changed: privacy.k", "code changed: c0de, now ffff")


@pytest.mark.parametrize(("is_on", "reasons"), [(False, ()), (True, ("setting changed: pings.uncertainty",))])
def test_a_switch_that_was_unknown_then_was_off(
    tmp_path: Path, is_on: bool, reasons: tuple[str, ...]
) -> None:
    """A day of a version without the setting is stale once somebody turns it on."""
    settings = {**SETTINGS, "pings": {"path": "pings.csv", "uncertainty": is_on}}
    assert judged(tmp_path, replace(NOW, settings=settings)).reasons == reasons


def test_which_places_are_parts_of_others_makes_no_day_stale(tmp_path: Path) -> None:
    """Parents change totals of a run, and no row."""
    nested = {"path": "places.geojson", "parents": "containment", "columns": {"parent": "in"}}
    assert judged(tmp_path, replace(NOW, settings={**SETTINGS, "places": nested})).state == "current"


def test_a_day_that_failed_is_missing_with_the_reason(tmp_path: Path) -> None:
    """So that nobody has to look it up."""
    told = judged(tmp_path, state="failed", exit_code=3, refusal="No such file")
    assert told == Verdict(day(1), "missing", ("r1 failed: No such file",))


@pytest.mark.parametrize(
    ("path", "is_of_it"),
    [
        ("s3://b/pings/day=2023-03-01/part-0.parquet", True),
        ("/in/20230301.csv", True),
        ("/in/day=2023-03-02/part-0.parquet", False),
        ("/in/export-1234567890123.csv", True),
        ("/in/20231399.csv", True),
        ("/in/pings.csv", True),
    ],
)
def test_a_path_may_name_the_day_of_its_pings(path: str, is_of_it: bool) -> None:
    """A number that is no day of the calendar names none."""
    assert concerns(path, day(1)) is is_of_it
