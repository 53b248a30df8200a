"""The file that `footfall init` writes, the questions it asks at a terminal, and the zones it offers."""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import airportsdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall import jobs
from footfall.cli import main
from footfall.guess import Entry, settings_text
from footfall.guess.zones import zones_near
from footfall.settings.sources import load
from footfall.settings.strict_yaml import read_text
from tests.guess.exports import guessed, places, text_file

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with pings and places in it."""
    monkeypatch.chdir(tmp_path)
    places(tmp_path / "places.geojson")
    text_file(tmp_path / "pings.csv", "maid,time,lat,lon", "a,03/04/2023 10:00:00,14.61,-90.51")
    return tmp_path


@given(name=NAMES, why=st.text(max_size=200))
def test_any_name_and_any_reason_make_a_file_that_reads_back(name: str, why: str) -> None:
    """Numbers, truth values and signs of YAML stay text, and a reason stays a comment."""
    text = settings_text([Entry("pings.columns.device", name, why), Entry("places.radius", 50.0, why)], [why])
    assert read_text(text) == {"pings": {"columns": {"device": name}}, "places": {"radius": 50.0}}


def test_each_setting_has_its_reason_above_it() -> None:
    """And stands in its section once."""
    entries = [Entry("pings.path", "a.csv", "One file."), Entry("output", "./out", "Here.")]
    entries.insert(1, Entry("pings.columns.at", "1e3", "By its name."))
    assert settings_text(entries, ["Settings."]).splitlines() == [
        *("# Settings.", "", "pings:", "  # One file.", "  path: a.csv"),
        *("  columns:", "    # By its name.", '    at: "1e3"', "", "# Here.", "output: ./out"),
    ]


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Have a person at the terminal who answers this."""
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    monkeypatch.setattr(stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def test_a_person_answers_by_number_by_value_or_takes_the_guess(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty line is no answer where there is no guess."""
    answer(monkeypatch, "", "2", "")
    assert main(["init", "pings.csv", "places.geojson"]) == 0
    pings = load(Path("settings.yaml"), {}, {}, jobs.settings()).settings.pings
    assert (pings.time_format, pings.time_zone) == ("MM/dd/yyyy HH:mm:ss", "America/Guatemala")
    asked = capsys.readouterr().err
    assert "  1  dd/MM/yyyy HH:mm:ss   (the day first)" in asked
    assert "or another value [America/Guatemala]: " in asked
    answer(monkeypatch, "1", "Asia/Tokio", "Asia/Tokyo")
    assert main(["init", "pings.csv", "places.geojson", "--force"]) == 0
    assert load(Path("settings.yaml"), {}, {}, jobs.settings()).settings.pings.time_zone == "Asia/Tokyo"
    assert "there is no time zone of this name; the nearest is Asia/Tokyo" in capsys.readouterr().err


def test_a_person_who_leaves_is_no_answer(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The flag is named, and nothing is written."""
    answer(monkeypatch)
    assert main(["init", "pings.csv", "places.geojson"]) == 2
    assert "standard input has ended" in capsys.readouterr().err
    assert not Path("settings.yaml").exists()


def test_a_settings_file_is_never_replaced_unasked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is anything read before that is said."""
    Path("settings.yaml").write_text("mine")
    assert main(["init", "nowhere.csv", "places.geojson"]) == 2
    assert "replace it by --force" in capsys.readouterr().err
    assert Path("settings.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--time-zone", "Asia/Tokio"], "the nearest is Asia/Tokyo"),
        (["--delimiter", "::"], "it must be one character"),
        (["--time-format", "foo"], "The pattern 'foo'"),
        (["--date", "time"], "half of the time is named"),
        (["--radius", "wide"], "Setting `places.radius` is 'wide'"),
    ],
)
def test_a_flag_that_cannot_be_is_refused_before_anything_is_read(
    here: Path, capsys: pytest.CaptureFixture[str], flags: list[str], said: str
) -> None:
    """With what would be accepted."""
    assert main(["init", "nowhere.csv", "places.geojson", *flags]) == 2
    assert said in capsys.readouterr().err


def test_what_comes_next_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the file, where it is not the usual one; and it works."""
    words = [
        "--time-zone",
        "America/Guatemala",
        "--time-format",
        "dd/MM/yyyy HH:mm:ss",
        "--file",
        "town.yaml",
    ]
    assert main(["init", "pings.csv", "places.geojson", *words]) == 0
    said = capsys.readouterr().out
    assert "town.yaml is written" in said
    assert said.endswith("  footfall plan --settings town.yaml\n  footfall run --settings town.yaml\n")
    assert main(["run", "--settings", "town.yaml"]) == 0


def test_the_bundled_sample_is_guessed_as_its_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings were written by hand."""
    monkeypatch.chdir(tmp_path)
    folder = Path(sys.modules["footfall.sample"].__file__ or "").parent / "data"
    settings = guessed(folder / "pings.csv.gz", folder / "places.geojson", "--time-zone", "America/Guatemala")
    assert settings.pings.columns.model_dump(exclude_none=True) == {
        "device": "Hashed Device ID",
        "date": "Date",
        "time": "Time of Day",
        "lat": "Lat of Observation Point",
        "lon": "Lon of Observation Point",
        "accuracy": "Horizontal Accuracy",
    }
    assert settings.places.columns.model_dump(exclude_none=True) == {
        "place_id": "place_id",
        "name": "name",
        "category": "category",
    }


def test_one_of_the_zones_that_are_offered_has_the_clocks_of_most_airports() -> None:
    """Of airports, whose zones are known, 98% in docs/init.md; the nearest city alone is often a neighbour's."""

    def clocks(zone: str) -> tuple[object, object]:
        winter, summer = (datetime(2026, month, 15, 12, tzinfo=ZoneInfo(zone)) for month in (1, 7))
        return winter.utcoffset(), summer.utcoffset()

    now = datetime(2026, 12, 1, tzinfo=UTC)
    airports = [each for each in airportsdata.load().values() if each["tz"]][::100]
    offered = [[option.value for option in zones_near(each["lon"], each["lat"], now)] for each in airports]
    right = [clocks(each["tz"]) in map(clocks, zones) for each, zones in zip(airports, offered, strict=True)]
    assert sum(right) / len(right) > 0.95
