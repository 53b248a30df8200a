"""Where settings come from: file, environment and flags, and what is said when they are wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from footfall import jobs
from footfall.errors import SettingsError
from footfall.sample import sample_settings
from footfall.settings import DayRange
from footfall.settings.names import settings_page
from footfall.settings.sources import Loaded, load, setting_names, with_sample
from footfall.settings.strict_yaml import StoredFile
from footfall.settings.values import parse_day

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
LEAST = "pings: {path: pings.csv}\nplaces: {path: shops.shp}\noutput: ./out\n"

GUATEMALA = """\
pings:
  path: data/pings.csv
  format: csv
  time_zone: America/Guatemala
  columns: {device: Hashed Device ID, lat: Lat of Observation Point, lon: Lon of Observation Point, date: Date, time: Time of Day}
places:
  path: data/shops.shp
  columns: {place_id: ARGOSCODE}
output: ./out
days: all            # or day: 2023-03-01, or {from: 2023-03-01, to: 2023-03-31}
visit_gap: 30min
boundary: open
privacy: {k: 1}
"""  # noqa: E501


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file with the least that is required."""
    return written(tmp_path, LEAST)


def written(folder: Path, content: str) -> Path:
    """A settings file of this content."""
    path = folder / "settings.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def given(loaded: Loaded) -> dict[str, str]:
    """The origins that are not the default."""
    return {name: origin for name, origin in loaded.origins.items() if origin != "default"}


def test_the_file_of_a_real_export_works_as_written(tmp_path: Path) -> None:
    """Two time columns in a named zone, columns with blanks in their names, a shapefile."""
    loaded = load(written(tmp_path, GUATEMALA), {}, {}, jobs.settings())
    columns = loaded.settings.pings.columns
    assert (columns.device, columns.lat) == ("Hashed Device ID", "Lat of Observation Point")
    assert (columns.at, columns.date, columns.time) == (None, "Date", "Time of Day")
    assert (loaded.settings.day_zone, loaded.settings.days) == ("America/Guatemala", "all")
    assert (loaded.settings.places.columns.place_id, loaded.settings.privacy.k) == ("ARGOSCODE", 1)


def test_a_flag_goes_before_a_variable_and_a_variable_before_the_file(tmp_path: Path) -> None:
    """Each leaf has its own winner, and the winner is remembered."""
    path = written(tmp_path, LEAST + "boundary: closed\nvisit_gap: 10min\nprivacy: {k: 2}\n")
    environ = {"FOOTFALL_BOUNDARY": "half_open", "FOOTFALL_VISIT_GAP": "20min", "HOME": "/root"}
    loaded = load(path, environ, {"visit_gap": "90"}, jobs.settings())
    settings = loaded.settings
    assert (settings.privacy.k, settings.boundary, settings.visit_gap.seconds) == (2, "half_open", 90)
    assert given(loaded) == {
        "pings.path": f"file {path}",
        "places.path": f"file {path}",
        "output": f"file {path}",
        "privacy.k": f"file {path}",
        "boundary": "variable FOOTFALL_BOUNDARY",
        "visit_gap": "flag --visit-gap",
    }


def test_no_file_is_needed_when_variables_say_enough() -> None:
    """A container has only its environment."""
    environ = {"FOOTFALL_PINGS_PATH": "p", "FOOTFALL_PLACES_PATH": "s", "FOOTFALL_OUTPUT": "2023"}
    assert load(None, environ, {}, jobs.settings()).settings.output == "2023"


def test_a_file_of_a_store_is_told_by_its_address() -> None:
    """As the origin of a setting, and where something is wrong in it."""
    told = b"pings: {path: a}\nplaces: {path: b, columns: {place_id: c}}\noutput: out\n"
    loaded = load(StoredFile("s3://lake/settings.yaml", told), {}, {}, jobs.settings())
    assert loaded.origins["output"] == "file s3://lake/settings.yaml"
    with pytest.raises(SettingsError) as caught:
        load(StoredFile("s3://lake/settings.yaml", told + b"boundry: open\n"), {}, {}, jobs.settings())
    assert "s3://lake/settings.yaml" in caught.value.where


@pytest.mark.parametrize(
    ("content", "environ", "flags", "first", "origin"),
    [
        ("days: all", {"FOOTFALL_DAY": "2023-03-02"}, {}, "2023-03-02", "variable FOOTFALL_DAY"),
        ("day: 2023-03-01", {}, {"days": "2023-03-03"}, "2023-03-03", "flag --days"),
        (
            "day: 2023-03-01",
            {"FOOTFALL_DAYS": "{from: 2023-03-04, to: 2023-03-05}"},
            {},
            "2023-03-04",
            "variable FOOTFALL_DAYS",
        ),
    ],
)
def test_day_and_days_replace_each_other(
    tmp_path: Path, content: str, environ: dict[str, str], flags: dict[str, str], first: str, origin: str
) -> None:
    """A stronger source decides which days, whichever word it uses."""
    loaded = load(written(tmp_path, LEAST + content), environ, flags, jobs.settings())
    assert isinstance(loaded.settings.days, DayRange)
    assert loaded.settings.days.first == parse_day(first)
    assert loaded.origins["days"] == origin


def test_a_day_that_is_no_whole_week_is_named_by_its_source(tmp_path: Path) -> None:
    """The error speaks of days, of which the flag gave one."""
    with pytest.raises(SettingsError) as caught:
        load(written(tmp_path, LEAST + "period: week"), {}, {"day": "2023-03-01"}, jobs.settings())
    assert "`days` from flag --day;" in caught.value.where


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.csv", "a.csv"),
        ("[a.csv, b.csv]", ["a.csv", "b.csv"]),
        ("[ab].csv", "[ab].csv"),
        ("2023", "2023"),
    ],
)
def test_pings_in_a_variable_are_one_path_or_a_list(file: Path, text: str, path: object) -> None:
    """A glob that begins with a bracket stays a glob."""
    assert load(file, {"FOOTFALL_PINGS_PATH": text}, {}, jobs.settings()).settings.pings.path == path


def test_empty_text_takes_back_an_optional_name(tmp_path: Path) -> None:
    """A flag can turn two time columns of the file into one."""
    flags = {"pings.columns.at": "When", "pings.columns.date": "", "pings.columns.time": ""}
    columns = load(written(tmp_path, GUATEMALA), {}, flags, jobs.settings()).settings.pings.columns
    assert (columns.at, columns.date, columns.time) == ("When", None, None)


def test_variables_that_are_not_settings_are_left_alone(file: Path) -> None:
    """Our own switches, and the service addresses that Kubernetes puts into every pod."""
    environ = {
        "FOOTFALL_DEBUG": "1",
        "FOOTFALL_SETTINGS": "x",
        "FOOTFALL_UI_SVC_SERVICE_HOST": "10.0.0.1",
        "FOOTFALL_UI_SVC_SERVICE_PORT_HTTP": "80",
        "FOOTFALL_PORT": "tcp://10.0.0.1:80",
        "FOOTFALL_PORT_80_TCP_ADDR": "10.0.0.1",
    }
    assert load(file, environ, {}, jobs.settings()).settings.output == "./out"


def test_the_list_of_settings_shows_them_as_they_are_written(file: Path) -> None:
    """Durations, days and what is not set read like a settings file."""
    rows = load(file, {}, {"day": "2023-03-01"}, jobs.settings()).rows()
    shown = {row["name"]: (row["value"], row["origin"]) for row in rows}
    assert shown["visit_gap"] == ("30min", "default")
    assert shown["days"] == ("2023-03-01", "flag --day")
    assert shown["places.layer"] == ("not set", "default")
    assert "day" not in shown


def test_each_setting_has_a_flag_a_variable_and_a_help_text() -> None:
    """The command line is made from this list."""
    names = {setting.name: setting for setting in setting_names()}
    device = names["pings.columns.device"]
    assert (device.flag, device.variable) == ("--pings-columns-device", "FOOTFALL_PINGS_COLUMNS_DEVICE")
    assert (names["day"].flag, names["output"].default) == ("--day", "required")
    assert names["privacy.k"].accepted == "a whole number of at least 1"
    assert all(setting.help.endswith(".") for setting in names.values())


def test_the_page_of_settings_is_up_to_date() -> None:
    """docs/settings.md is what the model says."""
    assert PAGE.read_text(encoding="utf-8") == settings_page(jobs.settings())


def test_a_run_of_the_sample_goes_beside_the_results_of_the_real_data(tmp_path: Path) -> None:
    """Inputs and rules are those of the sample; where results go, and what counts, are those of the surroundings."""
    environ = {"FOOTFALL_OUTPUT": "s3://bucket/footfall", "FOOTFALL_CATALOG_DATABASE": "places"}
    real = load(
        written(
            tmp_path, LEAST + "boundary: closed\nspark: {memory: 1g}\nengine: spark\ntask_timeout: 5min\n"
        ),
        environ,
        {"catalog.type": "glue"},
        jobs.settings(),
    )
    loaded = with_sample(real, sample_settings("nowhere"))
    assert loaded.settings.output == "s3://bucket/footfall/sample"
    assert (loaded.settings.catalog.type, loaded.settings.catalog.database) == ("glue", "places_sample")
    assert (loaded.settings.engine, loaded.settings.spark.memory) == ("spark", "1g")
    assert loaded.settings.task_timeout == timedelta(minutes=5)
    assert loaded.settings.pings.path == sample_settings("nowhere")["pings"]["path"]
    assert loaded.settings.boundary == "open"
    assert loaded.origins["catalog.database"] == "variable FOOTFALL_CATALOG_DATABASE"
    assert loaded.origins["pings.path"] == "bundled sample"
