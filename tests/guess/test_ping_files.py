"""What `footfall init` guesses of pings, in files as vendors send them."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.guess.exports import columns, guessed, places, refusal, text_file

ZONE = ("--time-zone", "America/Guatemala")
VENDOR = "advertiser_id,id_type,utc_timestamp,latitude,longitude,horizontal_accuracy,country"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two places in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "1000")
    places(tmp_path / "places.geojson")
    return tmp_path


def vendor(file: Path) -> Path:
    """Three pings as brokers of advertising ids sell them, times in milliseconds."""
    return text_file(
        file,
        VENDOR,
        "6d92078a-8246-4ba4-ae5b-76104861e7dc,aaid,1677672000123,14.61,-90.51,12.5,GT",
        "6d92078a-8246-4ba4-ae5b-76104861e7dc,aaid,1677672060456,14.61,-90.51,8,GT",
        "00000000-0000-0000-0000-000000000000,idfa,1677672120789,14.62,-90.52,,GT",
    )


def test_the_columns_of_a_vendor_are_known_by_their_names(here: Path) -> None:
    """`id_type` is no id; epochs need no form, and days are those of the zone that is given."""
    settings = guessed(vendor(here / "pings.csv"), "places.geojson", *ZONE)
    assert columns(settings) == {
        "device": "advertiser_id",
        "lat": "latitude",
        "lon": "longitude",
        "at": "utc_timestamp",
        "accuracy": "horizontal_accuracy",
    }
    assert (settings.pings.time_format, settings.pings.time_zone) == ("auto", "UTC")
    assert settings.day_zone == "America/Guatemala"


@pytest.mark.parametrize("name", ["H_ACC_M", "acc", "hAcc"])
def test_a_short_name_of_the_accuracy_is_known(here: Path, name: str) -> None:
    """And that of heights is not taken for it."""
    header = f"maid,V_ACC_M,utc_timestamp,lat,lon,{name}"
    file = text_file(here / "short.csv", header, "a1b2,3,1677672000123,14.61,-90.51,12.5")
    assert columns(guessed(file, "places.geojson", *ZONE))["accuracy"] == name


def test_a_date_and_a_time_of_day_are_two_columns(here: Path) -> None:
    """Written without a zone, so they are local times of the one that is given."""
    file = text_file(
        here / "pings.csv",
        "Hashed Device ID,Date,Time of Day,Lat of Observation Point,Lon of Observation Point",
        "a1,2023-03-01,10:00:00,14.61,-90.51",
    )
    settings = guessed(file, "places.geojson", *ZONE)
    assert columns(settings) == {
        "device": "Hashed Device ID",
        "lat": "Lat of Observation Point",
        "lon": "Lon of Observation Point",
        "date": "Date",
        "time": "Time of Day",
    }
    assert settings.pings.time_zone == settings.day_zone == "America/Guatemala"


def test_a_date_that_is_written_as_midnight_is_no_time(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a time of day stands beside it: else all pings would be at midnight."""
    name = "maid,lat,lng,date,time"
    file = text_file(here / "pings.csv", name, "a,14.61,-90.51,2023-03-01T00:00:00,10:00:00")
    assert "Which column holds the time of a ping?" in refusal(capsys, 2, file, "places.geojson", *ZONE)
    file = text_file(here / "pings.csv", name, "a,14.61,-90.51,20230301,10:00:00")
    assert columns(guessed(file, "places.geojson", *ZONE))["time"] == "time"


def test_semicolons_and_decimal_commas_are_seen(here: Path) -> None:
    """As spreadsheets of half of Europe write them; a day above 12 tells its place."""
    file = text_file(
        here / "pings.txt",
        "DeviceId;Timestamp;Latitude;Longitude",
        "a;25.03.2023 10:00:00;14,61;-90,51",
        "b;01.03.2023 11:00:00;14,62;-90,52",
    )
    settings = guessed(file, "places.geojson", *ZONE)
    assert (settings.pings.delimiter, settings.pings.decimal) == (";", ",")
    assert settings.pings.time_format == "dd.MM.yyyy HH:mm:ss"


def test_tabs_and_bars_are_seen(here: Path) -> None:
    """Whichever gives each row as many fields as the header."""
    for delimiter in ("\t", "|"):
        lines = [line.replace(",", delimiter) for line in ("caid,ts,lat,lon", "a,1677672000,14.61,-90.51")]
        assert (
            guessed(text_file(here / "pings.csv", *lines), "places.geojson", *ZONE).pings.delimiter
            == delimiter
        )


def test_day_and_month_that_no_row_tells_apart_are_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even where guesses are taken: either is as likely."""
    file = text_file(here / "pings.csv", "maid,time,lat,lon", "a,03/04/2023 10:00:00,14.61,-90.51")
    for words in ([], ["--yes"]):
        said = refusal(capsys, 2, file, "places.geojson", *ZONE, *words)
        assert "Which comes first in '03/04/2023 10:00:00', the day or the month?" in said
        assert "--time-format 'dd/MM/yyyy HH:mm:ss'|'MM/dd/yyyy HH:mm:ss'" in said
    chosen = guessed(file, "places.geojson", *ZONE, "--time-format", "MM/dd/yyyy HH:mm:ss")
    assert chosen.pings.time_format == "MM/dd/yyyy HH:mm:ss"


def test_a_zone_is_asked_for_and_never_taken_in_silence(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cities near the places are offered; --yes takes the nearest, and the file says so."""
    file = text_file(here / "pings.csv", "maid,time,lat,lon", "a,2023-03-01 10:00:00,14.61,-90.51")
    said = refusal(capsys, 2, file, "places.geojson")
    assert "--time-zone America/Guatemala|America/" in said
    assert "--yes takes the first of each" in said
    assert guessed(file, "places.geojson", "--yes").pings.time_zone == "America/Guatemala"
    assert "Guessed, not known: pings.time_zone: America/Guatemala" in capsys.readouterr().out
    assert "# Guessed: nobody was asked." in Path("settings.yaml").read_text()


def test_a_column_that_is_named_utc_is_in_utc(here: Path) -> None:
    """Its days are still those of a place."""
    file = text_file(here / "pings.csv", "maid,utc_time,lat,lon", "a,2023-03-01 10:00:00,14.61,-90.51")
    settings = guessed(file, "places.geojson", *ZONE)
    assert (settings.pings.time_zone, settings.day_zone) == ("UTC", "America/Guatemala")


def test_the_zones_of_times_and_of_days_can_differ(here: Path) -> None:
    """Where an export is in UTC and does not say so."""
    file = text_file(here / "pings.csv", "maid,time,lat,lon", "a,2023-03-01 10:00:00,14.61,-90.51")
    settings = guessed(file, "places.geojson", "--pings-time-zone", "UTC", *ZONE)
    assert (settings.pings.time_zone, settings.day_zone) == ("UTC", "America/Guatemala")


@pytest.mark.parametrize(("zone", "written"), [("UTC", "UTC"), (None, "America/Guatemala")])
def test_timestamps_of_parquet_say_themselves_whether_they_have_a_zone(
    here: Path, zone: str | None, written: str
) -> None:
    """In a folder, of which the first file is looked at."""
    at = pa.array([datetime(2023, 3, 1, 10, tzinfo=UTC)], pa.timestamp("us", zone))
    table = pa.table({"caid": ["a"], "event_timestamp": at, "lat": [14.61], "lon": [-90.51]})
    (here / "pings").mkdir()
    for name in ("a.parquet", "b.parquet"):
        pq.write_table(table, here / "pings" / name)
    settings = guessed("pings", "places.geojson", *ZONE)
    assert columns(settings)["at"] == "event_timestamp"
    assert settings.pings.time_zone == written
    assert settings.day_zone == "America/Guatemala"


def test_globs_and_packed_files_are_looked_into(here: Path) -> None:
    """As `run` reads them."""
    for name in ("a", "b"):
        (here / f"{name}.csv.gz").write_bytes(gzip.compress(vendor(here / "x.csv").read_bytes()))
    settings = guessed("*.csv.gz", "places.geojson", *ZONE)
    assert settings.pings.path == "*.csv.gz"
    assert columns(settings)["device"] == "advertiser_id"


def test_several_inputs_become_a_list(here: Path) -> None:
    """The last one is the places."""
    vendor(here / "a.csv"), vendor(here / "b.csv")
    assert guessed("a.csv", "b.csv", "places.geojson", *ZONE).pings.path == ["a.csv", "b.csv"]


def test_a_file_whose_name_says_nothing_is_known_by_its_beginning(here: Path) -> None:
    """The format is set, since a run goes by names."""
    vendor(here / "export")
    assert guessed("export", "places.geojson", *ZONE).pings.format == "csv"


def test_an_unusual_name_is_asked_for_and_can_be_given(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the columns that could be it; a wrong one is refused with its like."""
    file = text_file(here / "pings.csv", "quien,cuando,lat,lon", "a,2023-03-01T10:00:00Z,14.61,-90.51")
    said = refusal(capsys, 2, file, "places.geojson", *ZONE, "--at", "cuando")
    assert "Which column holds the id of the device of a ping?" in said
    assert "--device quien" in said
    said = refusal(capsys, 2, file, "places.geojson", *ZONE, "--at", "cuando", "--device", "quein")
    assert "Did you mean 'quien'?" in said
    settings = guessed(file, "places.geojson", *ZONE, "--at", "cuando", "--device", "quien")
    assert columns(settings)["device"] == "quien"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["a,1677672000,14.61,-90.51", "b,1677672000,14.61,-90.51"],
            "The first line has no names of columns",
        ),
        (["just one", "column"], "Nothing separates the fields of the first line"),
        (["maid,ts,lat,lon"], "The file holds no row"),
        ([], "The file is empty"),
    ],
)
def test_what_is_no_table_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], lines: list[str], said: str
) -> None:
    """With the file."""
    message = refusal(capsys, 3, text_file(here / "pings.csv", *lines), "places.geojson", *ZONE)
    assert said in message
    assert "pings.csv" in message


def test_pings_that_lie_elsewhere_are_noted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And whether they would fit the other way round."""
    file = text_file(here / "pings.csv", "maid,ts,lat,lon", "a,1677672000,-89.9,14.61")
    guessed(file, "places.geojson", *ZONE)
    note = "with latitude and longitude exchanged 100% would: exchange --lat and --lon"
    assert note in capsys.readouterr().out
    assert "exchanged 100%" in Path("settings.yaml").read_text()


def test_a_usual_name_with_other_values_is_asked_about(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A latitude of -90.51 is none."""
    file = text_file(here / "pings.csv", "maid,ts,lat,lon", "a,1677672000,-90.51,14.61")
    said = refusal(capsys, 2, file, "places.geojson", *ZONE)
    assert "'lat' is called like it, but its values are not numbers from -90 to 90." in said
    assert "--lat lon" in said


def test_rows_that_cannot_be_used_are_counted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the rules of a run, on the first rows."""
    file = vendor(here / "pings.csv")
    guessed(file, "places.geojson", *ZONE)
    said = "2 of the first 3 rows can be used; the others: 1 missing_field:device."
    assert said in capsys.readouterr().out
