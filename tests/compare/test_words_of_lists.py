"""How a number in a list of a week or a month is called where it differs."""

from datetime import date

import pytest

from footfall.compare.rows import Largest
from footfall.compare.words import steps_of


@pytest.mark.parametrize(
    ("name", "length", "position", "said"),
    [
        ("visits_by_weekday_hour", 168, 0, "Mon 00:00 0 -> 2"),
        ("visits_by_weekday_hour", 168, 167, "Sun 23:00 0 -> 2"),
        ("devices_by_days", 4, 0, "1 day 0 -> 2"),
        ("devices_by_days", 4, 3, "4 days or more 0 -> 2"),
    ],
)
def test_hours_of_weekdays_and_days_have_names(name: str, length: int, position: int, said: str) -> None:
    """A position in brackets would have to be looked up."""
    after = [2 if each == position else 0 for each in range(length)]
    assert steps_of(name, Largest(date(2026, 3, 30), "a", [0] * length, after, 2.0)) == said
