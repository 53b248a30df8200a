"""`footfall.count`: the same rows of whatever speaks Arrow as of files."""

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
from footfall.sample import sample_settings
from footfall.sample.generator import write_sample
from tests.library.town import COUNTS, PING_SOURCES, PINGS, PLACE_SOURCES, PLACES, SHAPES, count, counts

SOUND = PINGS.slice(0, 4)


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
