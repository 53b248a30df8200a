"""`footfall.count`: the same rows of whatever speaks Arrow as of files."""

import multiprocessing
import subprocess
import sys
import tempfile
import threading
import warnings
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import footfall
from footfall.cli import main
from footfall.sample import sample_settings, write_sample
from tests.library.town import COUNTS, PING_SOURCES, PINGS, PLACE_SOURCES, PLACES, SHAPES, WKT, counts

SOUND = PINGS.slice(0, 4)


def count(pings: Any, places: Any, **settings: Any) -> footfall.Counted:
    """Count without a word about the row that Cid's latitude is missing in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", footfall.FootfallWarning)
        return footfall.count(pings, places, **{"k": 1, **settings})


@pytest.mark.parametrize("source", PING_SOURCES)
def test_pings_of_each_source_give_the_same_rows(source: str) -> None:
    """A row for each place, and where each row went."""
    found = count(PING_SOURCES[source](), PLACES)
    assert counts(found.table) == COUNTS
    assert (found.funnel.scanned, found.funnel.kept, found.funnel.duplicate) == (6, 4, 1)
    assert found.unusable.select(["reason", "row", "device"]).to_pylist() == [
        {"reason": "missing_field:lat", "row": 4, "device": "cid"}
    ]


@pytest.mark.parametrize("source", PLACE_SOURCES)
def test_places_of_each_source_give_the_same_rows(source: str) -> None:
    """Whatever their shapes are written in, and in whatever reference system."""
    places, settings = PLACE_SOURCES[source]
    assert counts(count(PINGS, places(), **settings).table) == COUNTS


def test_files_give_the_same_rows_as_tables(tmp_path: Path) -> None:
    """Paths are read as a run reads them; rows that are of no use have a file and a line."""
    pings, places = tmp_path / "pings.parquet", tmp_path / "places.geojson"
    pq.write_table(PINGS, pings)
    PLACES.to_file(places)
    found = count(pings, places)
    assert counts(found.table) == COUNTS
    assert found.unusable.select(["file", "line"]).to_pylist() == [{"file": str(pings), "line": 5}]
    assert counts(count([str(pings)], PLACES).table) == COUNTS


def published(folder: Path) -> pa.Table:
    """The table that a run published, with the day as a column."""
    days = {
        path.parent.name[4:]: pq.ParquetFile(path).read()
        for path in sorted(folder.glob("footfall/*/*.parquet"))
    }
    return pa.concat_tables(
        [
            rows.append_column("day", pa.repeat(pa.scalar(date.fromisoformat(day)), len(rows)))
            for day, rows in days.items()
        ]
    )


def keywords(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a sample as keywords."""
    return {
        f"{section}_{key}": value
        for section in ("pings", "places")
        for key, value in settings[section].items()
        if key != "path"
    }


def test_the_bundled_sample_has_the_rows_that_the_command_publishes(tmp_path: Path) -> None:
    """Packed text with torn and repeated rows, of which each is counted."""
    assert main(["run", "--output", str(tmp_path)]) == 0
    settings = sample_settings("unused")
    found = count(settings["pings"]["path"], settings["places"]["path"], **keywords(settings))
    assert found.table.equals(published(tmp_path).select(found.table.column_names).cast(found.table.schema))
    assert (found.funnel.scanned, found.funnel.kept, found.funnel.duplicate) == (20_299, 20_000, 120)
    assert found.unusable.num_rows == 179


@pytest.mark.parametrize(
    "frame", [pa.table, pa.Table.to_pandas, polars.DataFrame], ids=["pyarrow", "pandas", "Polars"]
)
def test_a_sample_in_memory_has_the_rows_that_the_command_publishes(frame: Any, tmp_path: Path) -> None:
    """Of three days, with rows that are of no use."""
    files = write_sample(tmp_path, format="parquet", pings=5000)
    assert main(["run", "--settings", str(files.settings), "--output", str(tmp_path / "out")]) == 0
    settings = keywords(yaml.safe_load(files.settings.read_text()))
    found = count(frame(pq.read_table(files.pings)), geopandas.read_file(files.places), **settings)
    wanted = published(tmp_path / "out")
    assert found.table.equals(wanted.select(found.table.column_names).cast(found.table.schema))
    assert found.funnel.scanned == files.rows


def test_few_devices_are_suppressed_unless_k_says_otherwise() -> None:
    """The default is that of a run: 5."""
    found = footfall.count(SOUND, PLACES)
    assert found.table["suppressed"].to_pylist() == [True, True]
    assert found.table["pings"].to_pylist() == [None, None]
    assert "2 of them suppressed" in repr(found)


def test_times_without_a_zone_are_those_of_the_zone_that_is_set() -> None:
    """23:30 in Guatemala is the next day in UTC; the calendar is that of the pings unless `time_zone` is given."""
    late = pd.DataFrame(
        {"device": ["a"], "at": pd.to_datetime(["2023-03-01 23:30"]), "lat": [50.5], "lon": [10.5]}
    )
    found = count(late, PLACES, pings_time_zone="America/Guatemala")
    assert set(found.table["day"].to_pylist()) == {date(2023, 3, 1)}
    found = count(late, PLACES, pings_time_zone="America/Guatemala", time_zone="UTC")
    assert set(found.table["day"].to_pylist()) == {date(2023, 3, 2)}


def test_settings_are_keywords_with_underscores_for_dots() -> None:
    """Of a section, a mapping; values are what Python has for them."""
    named = SOUND.rename_columns(["who", "at", "y", "x"])
    columns = {"device": "who", "lat": "y", "lon": "x"}
    for settings in (
        {"columns": columns, "visit_gap": timedelta(minutes=5)},
        {"pings_columns": columns, "visit_gap": "5min"},
        {"columns": columns, "visit_gap": 300, "days": date(2023, 3, 1)},
    ):
        assert count(named, PLACES, **settings).table["visits"].to_pylist() == [1, 2]


def test_weeks_are_counted_beside_their_days() -> None:
    """Ann comes on two days of a week: she is one device of it."""
    pings = pa.table(
        {
            "device": ["ann", "ann", "bob"],
            "at": ["2023-03-06T08:00Z", "2023-03-08T08:00Z", "2023-03-09T08:00Z"],
            "lat": [50.5] * 3,
            "lon": [10.5] * 3,
        }
    )
    week = {"from": "2023-03-06", "to": "2023-03-12"}
    found = count(pings, PLACES, days=week, period="week", allow_empty=True)
    assert found.table.num_rows == 7 * 2
    assert found.periods is not None
    assert found.periods.select(["place_id", "first_day", "devices", "visits"]).to_pylist() == [
        {"place_id": "east", "first_day": date(2023, 3, 6), "devices": 0, "visits": 0},
        {"place_id": "west", "first_day": date(2023, 3, 6), "devices": 2, "visits": 3},
    ]


def test_the_result_speaks_arrow_and_is_a_frame_of_pandas_and_polars() -> None:
    """Whole numbers stay whole where some are null, days are days."""
    found = count(PINGS, PLACES)
    assert polars.DataFrame(found).equals(found.to_polars())
    assert pa.table(found).equals(found.to_arrow())
    assert len(found) == 2
    frame = found.to_pandas()
    assert (str(frame["pings"].dtype), frame["day"].dtype.kind) == ("Int64", "M")
    assert frame["dwell_seconds_p50"].isna().tolist() == [True, False]


def test_rows_that_cannot_be_used_are_warned_of() -> None:
    """At the line of the caller, with their reasons."""
    with pytest.warns(
        footfall.FootfallWarning, match="1 of 6 rows could not be used: 1 missing_field:lat"
    ) as told:
        found = footfall.count(PINGS, PLACES, k=1)
    assert told[0].filename == __file__
    assert repr(found).splitlines() == [
        "footfall of 2 rows, one for each place and day",
        "6 rows read: 4 kept, 1 repeated, 1 not usable, 0 of other days",
        "  1 missing_field:lat",
    ]


def test_what_was_done_to_places_is_noted() -> None:
    """A bow tie is repaired; a place in another system is reprojected."""
    crossed = pa.table({"place_id": ["bow"], "shape": ["POLYGON((10 50,11 51,11 50,10 51,10 50))"]})
    assert "Invalid polygons were repaired: bow" in " ".join(count(SOUND, crossed, **SHAPES).notes)
    assert "reprojected from ETRS89 / UTM zone 32N" in " ".join(count(SOUND, PLACES.to_crs(25832)).notes)


@pytest.mark.parametrize(
    ("settings", "what", "fix"),
    [
        ({"vist_gap": "5min"}, "There is no setting 'vist_gap'", "Did you mean visit_gap?"),
        ({"place_id": "id"}, "There is no setting 'place_id'", "Did you mean places_columns_place_id?"),
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
