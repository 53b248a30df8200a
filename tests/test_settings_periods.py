"""The settings of weeks and months: which days they take, and what is refused."""

from typing import Any

import pytest

from footfall.settings import Settings
from tests.test_settings import refusal, settings


def whole(period: str, first: str, last: str, **more: Any) -> Settings:
    """Settings of a range of days."""
    return settings(period=period, days={"from": first, "to": last}, **more)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("day", "2023-03-01", "2023-03-03"),
        ("week", "2023-02-27", "2023-03-05"),
        ("week", "2020-12-28", "2021-01-10"),
        ("month", "2024-02-01", "2024-02-29"),
        ("month", "2023-02-01", "2023-03-31"),
    ],
)
def test_days_are_whole_periods(period: str, first: str, last: str) -> None:
    """From a Monday to a Sunday, or from a first to a last of a month; `all` and single days go by themselves."""
    assert whole(period, first, last).period == period
    assert settings(period=period, days="all").days == "all"


@pytest.mark.parametrize(
    ("period", "first", "last", "around"),
    [
        ("week", "2023-03-01", "2023-03-05", "2023-02-27 to 2023-03-05"),
        ("week", "2023-02-27", "2023-03-06", "2023-02-27 to 2023-03-12"),
        ("week", "2023-03-01", "2023-03-01", "2023-02-27 to 2023-03-05"),
        ("month", "2023-02-01", "2023-02-27", "2023-02-01 to 2023-02-28"),
        ("month", "2023-12-02", "2024-01-31", "2023-12-01 to 2024-01-31"),
    ],
)
def test_parts_of_periods_are_refused_with_the_days_around_them(
    period: str, first: str, last: str, around: str
) -> None:
    """One error that names both settings."""
    said = refusal(period=period, days={"from": first, "to": last})
    assert f"`days` are not whole {period}s of `period`; those around them are {around}" in said


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"period": "year"}, "Input should be 'day', 'week' or 'month'"),
        ({"look_back": 7}, "`look_back` is of weeks and months, and `period` is day"),
        ({"period": "week", "look_back": 0}, "greater than or equal to 1"),
        ({"period": "week", "look_back": 367}, "less than or equal to 366"),
    ],
)
def test_wrong_settings_of_periods_are_refused(given: dict[str, Any], reason: str) -> None:
    """Each for its own reason."""
    assert reason in refusal(**given)
