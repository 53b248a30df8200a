"""The files of `footfall export`, read by programs that have nothing to do with it."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
from shapely.geometry import shape

from footfall.cli import export, main
from footfall.export import FORMATS
from tests.compare.test_rows import row
from tests.export.town import FLAGS, publish, write_town


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the town in it."""
    monkeypatch.chdir(tmp_path)
    write_town(tmp_path)
    return tmp_path


def exported(file: str, *words: str) -> Path:
    """The file that the command writes."""
    assert main(["export", file, *FLAGS, *words]) == 0
    return Path(file)


def records(file: Path) -> list[dict[str, str]]:
    """The records of CSV as Python's own reader gives them."""
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_flag_knows_each_format() -> None:
    """The command names them without importing their libraries."""
    assert tuple(FORMATS) == export.FORMATS


def test_csv_has_a_row_for_each_place_and_day_with_ids_as_they_are() -> None:
    """Zeros of an id stay, a name may hold quotes and commas, and an empty name is empty."""
    rows = records(exported("counts.csv"))
    assert [(each["place_id"], each["name"], each["day"], each["pings"]) for each in rows] == [
        ("007", "=1+1", "2023-03-01", "10"),
        ("A", 'Café "Sol", the old', "2023-03-01", "0"),
        ("B", "", "2023-03-01", ""),
        ("007", "=1+1", "2023-03-02", "20"),
        ("A", 'Café "Sol", the old', "2023-03-02", "7"),
    ]


def test_a_suppressed_row_is_empty_in_csv_and_a_zero_is_not() -> None:
    """`suppressed` says which is which, also where only a dwell is not known."""
    rows = records(exported("counts.csv"))
    told = [(each["visits"], each["dwell_seconds_p25"], each["suppressed"]) for each in rows]
    assert told[1:4] == [("0", "60", "false"), ("", "", "true"), ("1", "", "false")]


def test_lists_are_columns_in_csv() -> None:
    """A column for each hour and for each bucket of minutes."""
    first = records(exported("counts.csv"))[0]
    assert (first["visits_by_hour_00"], first["visits_by_hour_23"]) == ("1", "0")
    assert (first["dwell_buckets_under_5"], first["dwell_buckets_over_240"]) == ("1", "0")


def test_a_list_whose_length_settings_decide_is_text_in_csv(here: Path) -> None:
    """Only where a run was asked for it."""
    publish(here / "more", {"2023-03-01": [row("007", 10, visits_of_at_least=[3, 1]), row("A", None)]})
    words = ["--output", "more", *FLAGS[2:]]
    assert main(["export", "counts.csv", *words]) == 0
    assert [each["visits_of_at_least"] for each in records(Path("counts.csv"))] == ["[3,1]", ""]
    assert main(["export", "other.csv", *FLAGS]) == 0
    assert "visits_of_at_least" not in records(Path("other.csv"))[0]


def test_csv_begins_with_a_mark_only_where_it_is_asked_for() -> None:
    """By which Excel knows that it is UTF-8."""
    assert exported("counts.csv").read_bytes().startswith(b'"place_id"')
    assert exported("marked.csv", "--bom").read_bytes().startswith(b'\xef\xbb\xbf"place_id"')


def test_without_a_file_csv_goes_to_stdout(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """And nothing else does."""
    exported("counts.csv")
    capsysbinary.readouterr()
    assert main(["export", *FLAGS]) == 0
    assert capsysbinary.readouterr().out == Path("counts.csv").read_bytes()


def test_wide_has_a_column_for_each_measure_and_day() -> None:
    """A place that is not there on a day has neither a number nor a mark on it."""
    rows = records(exported("wide.csv", "--wide", "--measure", "pings", "--measure", "visits"))
    assert list(rows[0]) == [
        *(
            "place_id",
            "name",
            "pings_2023-03-01",
            "pings_2023-03-02",
            "visits_2023-03-01",
            "visits_2023-03-02",
        ),
        *("suppressed_2023-03-01", "suppressed_2023-03-02"),
    ]
    assert [list(each.values())[2:] for each in rows] == [
        ["10", "20", "1", "1", "false", "false"],
        ["0", "7", "0", "1", "false", "false"],
        ["", "", "", "", "true", ""],
    ]


def cells(file: Path) -> list[list[Any]]:
    """The cells of the first sheet."""
    return [list(each) for each in openpyxl.load_workbook(file)["footfall"].iter_rows(max_col=5)]


def test_a_workbook_has_ids_and_names_as_text_and_days_as_dates() -> None:
    """No id loses its zeros, and a name that looks like a formula is none."""
    header, first, _, hidden, *_ = cells(exported("counts.xlsx"))
    assert [cell.value for cell in header] == ["place_id", "name", "day", "pings", "devices"]
    assert [str(cell.value) for cell in first] == ["007", "=1+1", "2023-03-01 00:00:00", "10", "2"]
    assert [cell.data_type for cell in first] == ["s", "s", "d", "n", "n"]
    assert first[2].is_date
    assert [str(cell.value) for cell in hidden] == ["B", "None", "2023-03-01 00:00:00", "None", "None"]


def test_a_workbook_says_that_devices_of_days_are_no_distinct_devices() -> None:
    """On the sheet that explains the columns."""
    about = openpyxl.load_workbook(exported("counts.xlsx"))["about"]
    said = {name.value: text.value for name, text in about.iter_rows()}
    assert "added up over days they are device-days" in said["devices"]
    assert "not zero" in said["suppressed"]


def test_geojson_is_right_handed_and_in_degrees() -> None:
    """RFC 7946: outer rings counterclockwise, no member `crs`, the box west, south, east, north."""
    found = json.loads(exported("counts.geojson").read_text(encoding="utf-8"))
    assert "crs" not in found
    assert found["bbox"] == pytest.approx([-90.50, 14.60, -90.29, 14.61])
    assert [shape(each["geometry"]).exterior.is_ccw for each in found["features"]] == [True] * 5
    assert found["features"][0]["properties"]["visits_by_hour"] == [1] + [0] * 23
    assert found["features"][2]["properties"]["pings"] is None
    assert found["features"][0]["properties"]["day"] == "2023-03-01"


def test_geoparquet_states_its_version_its_system_and_its_boxes() -> None:
    """As GeoParquet 1.1 asks; GeoPandas reads it, by a box too."""
    file = exported("counts.parquet")
    said = json.loads(pq.read_schema(file).metadata[b"geo"])
    column = said["columns"][said["primary_column"]]
    assert (said["version"], column["encoding"], column["geometry_types"]) == ("1.1.0", "WKB", ["Polygon"])
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert column["bbox"] == pytest.approx([-90.50, 14.60, -90.29, 14.61])
    read = geopandas.read_parquet(file)
    assert read.crs.to_epsg() in (4326, None)
    assert list(read["place_id"]) == ["007", "A", "B", "007", "A"]
    assert read["day"].iloc[0] == date(2023, 3, 1)
    near = geopandas.read_parquet(file, bbox=(-90.51, 14.5, -90.48, 14.7))
    assert list(near["place_id"]) == ["007", "007"]


def test_flatgeobuf_is_read_by_gdal_as_qgis_does() -> None:
    """With its columns by type; the format has no dates, so a day is its midnight."""
    read = pyogrio.read_dataframe(exported("counts.fgb"))
    assert read.crs.to_epsg() == 4326
    assert {*read.geom_type} == {"MultiPolygon"}
    by_key = read.set_index(["place_id", "day"])
    assert by_key.loc[("007", "2023-03-01"), "visits_by_hour_00"] == 1
    assert by_key.loc[("A", "2023-03-01"), "pings"] == 0
    assert by_key["pings"].isna().sum() == 1


def test_wide_maps_have_one_feature_for_each_place() -> None:
    """Which is what a map of days needs."""
    read = geopandas.read_file(exported("wide.geojson", "--wide"))
    assert list(read["place_id"]) == ["007", "A", "B"]
    assert list(read["visits_2023-03-02"].fillna(-1)) == [1, 1, -1]


def test_without_places_there_are_no_names() -> None:
    """And the places need not be there."""
    Path("places.geojson").unlink()
    assert main(["export", "counts.csv", "--output", "out", "--no-places"]) == 0
    assert list(records(Path("counts.csv"))[0])[:3] == ["place_id", "day", "pings"]


def test_a_place_that_is_part_of_another_names_it() -> None:
    """By containment nothing lies in another here; by a column, B is part of A. Without either there is no column."""
    alone = records(exported("alone.csv", "--places-parents", "containment"))
    assert {each["parent_id"] for each in alone} == {""}
    named = json.loads(Path("places.geojson").read_text())
    for feature, parent in zip(named["features"], [None, None, "A"], strict=True):
        feature["properties"]["in"] = parent
    Path("places.geojson").write_text(json.dumps(named))
    rows = records(exported("counts.csv", "--day", "2023-03-01", "--places-columns-parent", "in"))
    assert [(each["place_id"], each["parent_id"]) for each in rows] == [("007", ""), ("A", ""), ("B", "A")]
    assert "parent_id" not in records(exported("plain.csv"))[0]
