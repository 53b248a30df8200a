"""Calls that are refused, and what a call leaves of itself in its process."""

import multiprocessing
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import footfall
from tests.library.town import PINGS, PLACES, WKT, count

SOUND = PINGS.slice(0, 4)


@pytest.mark.parametrize(
    ("settings", "what", "fix"),
    [
        ({"vist_gap": "5min"}, "There is no setting 'vist_gap'", "Did you mean visit_gap?"),
        ({"place_id": "id"}, "There is no setting 'place_id'", "Did you mean places_columns_place_id?"),
        (
            {"resolution": 8},
            "There is no setting 'resolution'",
            "a setting of the job footfall, which a call counts by",
        ),
        ({"output": "out"}, "The setting 'output' is one of runs", "Leave it out."),
        ({"spark": {"memory": "1g"}}, "The setting 'spark' is one of runs", "Leave it out."),
        ({"pings_path": "x"}, "The setting 'pings_path' is one of runs", "Leave it out."),
        ({"k": 0}, "Setting `privacy.k` is 0", "give a whole number of at least 1"),
        ({"boundary": "opn"}, "Setting `boundary` is 'opn'", "did you mean open?"),
        (
            {"columns": {"divice": "x"}},
            "There is no setting `pings.columns.divice`",
            "`pings.columns.device`",
        ),
        ({"columns": "device"}, "Setting `pings.columns` is 'device'", "put one or more of these under it"),
        ({"k": 1, "privacy": {"k": 2}}, "Two keywords give the setting `privacy.k`", "Keep one of them."),
        ({"day": "2023-03-01", "days": "all"}, "Both `day` and `days` are given", "keep one of them"),
    ],
    ids=str,
)
def test_a_wrong_keyword_is_named_with_what_may_have_been_meant(
    settings: dict[str, Any], what: str, fix: str
) -> None:
    """By the errors of a settings file, without its file."""
    with pytest.raises(footfall.SettingsError) as caught:
        footfall.count(SOUND, PLACES, **settings)
    assert caught.value.what.startswith(what)
    assert fix in caught.value.fix
    assert "keyword" in caught.value.where
    assert "flag" not in caught.value.where


@pytest.mark.parametrize(
    ("pings", "places", "settings", "what"),
    [
        (
            SOUND.drop_columns(["lat"]),
            PLACES,
            {},
            "The table has no column `lat`. It has: `device`, `at`, `lon`",
        ),
        (SOUND.slice(0, 0), PLACES, {}, "The table holds no row"),
        (
            SOUND.set_column(2, "lat", pa.array([True] * 4)),
            PLACES,
            {},
            "The column `lat` cannot be a ping's lat",
        ),
        (SOUND, PLACES.drop(columns="place_id"), {}, "The places have no column 'place_id'"),
        (SOUND, PLACES.iloc[:0], {}, "The file of places holds no feature"),
        (
            SOUND,
            PLACES.set_crs(None, allow_override=True),
            {},
            "The places state no coordinate reference system",
        ),
        (
            SOUND,
            PLACES,
            {"places_crs": "EPSG:25832"},
            "The file states WGS 84, the settings ETRS89 / UTM zone 32N",
        ),
        (SOUND, WKT, {}, "The places are a table whose column 'shape' holds shapes"),
        (SOUND, WKT, {"places_columns": {"geometry": "shap"}}, "The places have no column 'shap'"),
        ([1, 2], PLACES, {}, "A builtins list does not speak Arrow"),
        (SOUND, 3, {}, "A builtins int does not speak Arrow"),
        ("nowhere.csv", PLACES, {}, "The path does not exist"),
        (SOUND, "nowhere.geojson", {}, "The file of places does not exist"),
        (SOUND, PLACES, {"days": "2023-03-02"}, "The input holds no ping that can be used on 2023-03-02"),
    ],
)
def test_an_input_that_is_not_what_it_should_be_is_refused(
    pings: Any, places: Any, settings: dict[str, Any], what: str
) -> None:
    """One error, by the rules for files."""
    with pytest.raises(footfall.InputError) as caught:
        count(pings, places, **settings)
    assert caught.value.what.startswith(what)


def test_pings_of_another_region_are_refused() -> None:
    """The gates of a run hold here: zeros that say nothing are no result."""
    far = SOUND.set_column(3, "lon", pa.array([100.0] * 4))
    with pytest.raises(footfall.GateRefused, match="pings near the places"):
        count(far, PLACES)
    assert count(far, PLACES, quality_places_apart="allow").table["pings"].to_pylist() == [0, 0]


def test_denied_categories_are_refused() -> None:
    """As in a run."""
    with pytest.raises(footfall.InputError, match="may not be counted: clinic"):
        count(
            SOUND,
            PLACES.assign(kind=["shop", "clinic"]),
            places_columns={"category": "kind"},
            privacy_deny_categories=["clinic"],
        )


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, no process and no thread, also where the call fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = threading.active_count()
    count(PINGS, PLACES)
    with pytest.raises(footfall.InputError):
        count(PINGS, PLACES, days="2023-03-02")
    assert list(tmp_path.iterdir()) == []
    assert multiprocessing.active_children() == []
    assert threading.active_count() == before


def test_threads_may_count_at_the_same_time() -> None:
    """Each gets its own rows."""
    found: dict[int, footfall.Counted] = {}
    tables = {n: pa.concat_tables([PINGS.set_column(2, "lat", pa.array([50.5] * 6))] * 1) for n in range(4)}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: count(tables[n].slice(0, n + 1), PLACES)}))
        for n in tables
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: each.table["pings"].to_pylist() for n, each in found.items()} == {
        0: [0, 1],
        1: [0, 2],
        2: [1, 2],
        3: [1, 2],
    }


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """Nothing runs it a second time."""
    script = tmp_path / "script.py"
    script.write_text(
        "import footfall\nfrom tests.library.town import PINGS, PLACES\n"
        "print(footfall.count(PINGS.slice(0, 4), PLACES, k=1).table['pings'].to_pylist())\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{Path(__file__).parents[2]}:{Path(footfall.__file__).parents[1]}"},
    )
    assert done.stdout == "[1, 2]\n"
