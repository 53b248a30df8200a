"""The model of the settings: its defaults, its small languages, its rules and its published schema."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from footfall.settings import DayRange, PingSettings, PlaceSettings, Settings

SCHEMA_FILE = Path(__file__).parents[1] / "docs" / "settings.schema.json"


def settings(**given: Any) -> Settings:
    """Settings with the least that is required, and what is given."""
    least = {"pings": {"path": "pings.csv"}, "places": {"path": "shops.shp"}, "output": "out"}
    return Settings.model_validate(least | given)


def refusal(**given: Any) -> str:
    """What the model says against settings."""
    with pytest.raises(ValidationError) as refused:
        settings(**given)
    return str(refused.value)


def test_defaults_are_the_documented_ones() -> None:
    """Only three settings are required; the rest is as the contract says."""
    made = Settings(pings=PingSettings(path="p"), places=PlaceSettings(path="s"), output="o")
    assert (made.days, made.boundary, made.allow_empty, made.privacy.k) == ("all", "open", False, 5)
    assert (made.visit_gap, made.visit_horizon) == (timedelta(minutes=30), timedelta(hours=24))
    assert (made.pings.format, made.pings.time_format, made.pings.delimiter) == ("auto", "auto", ",")
    assert (made.pings.columns.at, made.pings.columns.date, made.places.columns.place_id) == (
        "at",
        None,
        "place_id",
    )
    assert (made.places.invalid, made.places.same_id) == ("repair", "auto")
    assert (made.quality.max_outside_share, made.quality.min_rows, made.spark.memory) == (1.0, 0, "2g")


def test_lengths_of_visits_are_durations_in_ascending_order() -> None:
    """Written back as they are read; by default none is asked for."""
    assert settings().visits_of_at_least is None
    made = settings(visits_of_at_least=["5min", 1200, "PT1H"])
    assert made.visits_of_at_least == tuple(timedelta(minutes=n) for n in (5, 20, 60))
    assert made.model_dump(mode="json")["visits_of_at_least"] == ["5min", "20min", "1h"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("5min", "it is not a list of durations"),
        ([], "it has 0 durations, and may have 1 to 8"),
        ([f"{n}min" for n in range(1, 10)], "it has 9 durations, and may have 1 to 8"),
        (["20min", "5min"], "5min stands behind 20min: each must be longer than the one before"),
        (["5min", 300], "it has 5min twice"),
        ([-5], "of -5: it must be longer than zero"),
        (["5min", "long"], "of 'long': it is not a duration"),
    ],
)
def test_wrong_lengths_of_visits_are_refused(given: object, reason: str) -> None:
    """Each for its own reason."""
    assert reason in refusal(visits_of_at_least=given)


def test_settings_cannot_be_changed() -> None:
    """A run cannot end under other settings than it began with."""
    with pytest.raises(ValidationError, match="frozen"):
        settings().output = "elsewhere"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("30min", 1800),
        ("1h", 3600),
        ("90s", 90),
        ("1h30min", 5400),
        ("1h 30min", 5400),
        ("2d", 172800),
        ("5m", 300),
        ("PT30M", 1800),
        ("P1DT1H", 90000),
        ("PT0.5S", 0.5),
        (45, 45),
        (0.25, 0.25),
    ],
)
def test_durations_are_read_as_people_write_them(written: object, seconds: float) -> None:
    """Units, ISO 8601 and plain seconds all mean the same length of time."""
    assert settings(visit_gap=written, visit_horizon="3d").visit_gap == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", ["", "soon", "30", "1:30", "P", "PT", "-5min", 0, -1, True, None, 1e300, "0s"]
)
def test_what_is_no_positive_duration_is_refused(written: object) -> None:
    """No unit, no length and no sense are refused."""
    assert "visit_gap" in refusal(visit_gap=written)


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(minutes=30), "30min"),
        (timedelta(hours=24), "24h"),
        (timedelta(seconds=90), "1min30s"),
        (timedelta(seconds=0.5), "0.5s"),
    ],
)
def test_durations_are_written_as_people_read_them(length: timedelta, written: str) -> None:
    """The manifest shows the same words that a settings file may hold."""
    made = settings(visit_gap=length)
    assert made.model_dump(mode="json")["visit_gap"] == written


MARCH = DayRange(date(2023, 3, 1), date(2023, 3, 31))
ONE_DAY = DayRange(date(2023, 3, 1), date(2023, 3, 1))


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({"days": "all"}, "all"),
        ({"days": "2023-03-01"}, ONE_DAY),
        ({"day": "2023-03-01"}, ONE_DAY),
        ({"day": date(2023, 3, 1)}, ONE_DAY),
        ({"days": {"from": "2023-03-01", "to": "2023-03-31"}}, MARCH),
        ({"days": MARCH}, MARCH),
    ],
)
def test_days_are_all_or_one_or_a_range(given: dict[str, Any], days: object) -> None:
    """`day` is a short way to write `days`."""
    assert settings(**given).days == days


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days": {"from": "2023-03-02", "to": "2023-03-01"}}, "2023-03-01, is before the first, 2023-03-02"),
        ({"days": {"from": "2023-03-02"}}, "exactly the keys `from` and `to`"),
        ({"days": "2023-02-30"}, "the calendar has no day 2023-02-30"),
        ({"days": "March"}, "'March' is not a day"),
        ({"days": 20230301}, "20230301 is not a day"),
        ({"day": "all"}, "'all' is not a day"),
        ({"day": "2023-03-01", "days": "all"}, "both `day` and `days` are given"),
    ],
)
def test_days_that_mean_nothing_are_refused(given: dict[str, Any], said: str) -> None:
    """The message says what is wrong with the days."""
    assert said in refusal(**given)


def test_calendar_days_are_in_the_zone_of_the_pings_unless_told() -> None:
    """`time_zone` wins over `pings.time_zone`, which wins over UTC."""
    guatemala = {"path": "p", "time_zone": "America/Guatemala"}
    assert settings().day_zone == "UTC"
    assert settings(pings=guatemala).day_zone == "America/Guatemala"
    assert settings(pings=guatemala, time_zone="Europe/Berlin").day_zone == "Europe/Berlin"


def test_a_zone_that_does_not_exist_is_refused_with_the_nearest() -> None:
    """Spelling is compared without regard to case and blanks."""
    assert "the nearest is America/Guatemala" in refusal(time_zone="america/guatemala")
    assert "the nearest is America/New_York" in refusal(time_zone="America/New York")
    assert "there is no time zone of this name" in refusal(time_zone="../../etc/passwd")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"at": "When", "date": "D", "time": "T"}, "the time is named twice"),
        ({"at": "When", "time": "T"}, "the time is named twice"),
        ({"date": "D"}, "half of the time is named"),
        ({"time": "T"}, "half of the time is named"),
        ({"lat": "Y", "lon": "Y"}, "the column 'Y' is named 2 times"),
    ],
)
def test_the_time_is_one_column_or_two_and_no_column_serves_twice(columns: dict[str, str], said: str) -> None:
    """Either `at`, or `date` and `time` together."""
    assert said in refusal(pings={"path": "p", "columns": columns})


def test_a_tab_may_be_written_as_backslash_t() -> None:
    """A shell has no easy way to pass a tab."""
    assert settings(pings={"path": "p", "delimiter": r"\t"}).pings.delimiter == "\t"
    assert "must be one character" in refusal(pings={"path": "p", "delimiter": ";;"})
    assert "not a quote" in refusal(pings={"path": "p", "delimiter": '"'})


def test_a_limit_without_its_column_is_refused() -> None:
    """A rule that could never apply would look like protection."""
    assert "needs `columns.accuracy`" in refusal(pings={"path": "p", "accuracy_limit": 50})
    assert "needs `places.columns.category`" in refusal(privacy={"deny_categories": ["clinic"]})
    assert "`visit_horizon` is shorter than `visit_gap`" in refusal(visit_gap="2h", visit_horizon="1h")


@pytest.mark.parametrize(
    "given",
    [
        {"privacy": {"k": 0}},
        {"privacy": {"k": "3"}},
        {"quality": {"max_outside_share": 1.1}},
        {"quality": {"min_rows": -1}},
        {"allow_empty": "yes"},
        {"boundary": "shut"},
        {"pings": {"path": []}},
        {"pings": {"path": ""}},
        {"spark": {"memory": "lots"}},
        {"visit_gab": "30min"},
        {"privacy": None},
    ],
)
def test_model_and_schema_refuse_the_same_values(given: dict[str, Any]) -> None:
    """An editor that checks against the schema finds what the run would refuse."""
    least = {"pings": {"path": "p"}, "places": {"path": "s"}, "output": "o"}
    assert not Draft202012Validator(Settings.json_schema()).is_valid(least | given)
    assert refusal(**given)


def test_the_schema_accepts_every_form_of_days_and_durations() -> None:
    """`day`, `days` and durations as text or seconds are valid, `day` with `days` is not."""
    schema = Draft202012Validator(Settings.json_schema())
    least = {"pings": {"path": ["a", "b"]}, "places": {"path": "s"}, "output": "o"}
    march = {"from": "2023-03-01", "to": "2023-03-31"}
    for more in (
        {"day": "2023-03-01"},
        {"days": "all"},
        {"days": march},
        {"visit_gap": "PT5M"},
        {"visit_gap": 9},
    ):
        assert schema.is_valid(least | more)
    assert not schema.is_valid(least | {"day": "2023-03-01", "days": "all"})


def test_settings_written_to_json_are_read_back_the_same() -> None:
    """A manifest is enough to run again."""
    made = settings(day="2023-03-01", visit_gap="45s", privacy={"k": 2, "deny_categories": []})
    assert Settings.model_validate(json.loads(made.model_dump_json())) == made


def test_the_published_schema_is_up_to_date() -> None:
    """docs/settings.schema.json is what the model says, and is itself a valid schema."""
    Draft202012Validator.check_schema(Settings.json_schema())
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == Settings.json_schema()
