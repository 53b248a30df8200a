"""Numbers, days and durations in words."""

import pytest

from footfall.report import words


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2023-03-01"], "1 March 2023"),
        (["2023-03-01", "2023-03-02", "2023-03-03"], "1\u20133 March 2023"),
        (["2023-02-28", "2023-03-01"], "28 February \u2013 1 March 2023"),
        (["2022-12-31", "2023-01-01"], "31 December 2022 \u2013 1 January 2023"),
        (["2023-03-01", "2023-03-09"], "2 days between 1 March 2023 and 9 March 2023"),
        ([], "No day"),
    ],
)
def test_days_are_said_as_one_period_unless_there_is_a_gap(days: list[str], said: str) -> None:
    """A range is said as a range only when every day of it was counted."""
    assert said == words.period(days)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 9, "0%"),
        (1, 8, "12.5%"),
        (9, 9, "100%"),
        (1, 10**6, "<0.1%"),
        (10**6 - 1, 10**6, ">99.9%"),
        (0, 0, "\u2013"),
    ],
)
def test_a_share_never_rounds_something_to_nothing_or_to_all(part: int, whole: int, said: str) -> None:
    """One row in a million is not 0%, all but one are not 100%, and a share of nothing is a dash."""
    assert said == words.share(part, whole)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.12, "+12.0%"), (-0.5, "\u221250.0%"), (0.0, "no change"), (0.0001, "under 0.1%"), (41.0, "+4,100%")],
)
def test_a_change_carries_its_sign(value: float, said: str) -> None:
    """Growth and decline are told by the sign, no change in words."""
    assert said == words.change(value)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.4, "0.4 s"),
        (45, "45 s"),
        (301, "5 min 01 s"),
        (720, "12 min"),
        (3900, "1 h 05 min"),
        (7200, "2 h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float, said: str) -> None:
    """Seconds below ten minutes, minutes below an hour, then hours and minutes."""
    assert said == words.duration(seconds)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 byte"),
        (812, "812 bytes"),
        (18_404, "18.4 kB"),
        (999_999, "1.0 MB"),
        (3_200_000_000_000, "3.2 TB"),
    ],
)
def test_a_size_is_in_decimal_units(count: int, said: str) -> None:
    """A kB is a thousand bytes."""
    assert said == words.size(count)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (1500, "1,500"), (150_000, "150 k"), (1_500_000, "1.5 M"), (150_000_000_000, "150 bn")],
)
def test_an_axis_shortens_large_numbers(value: int, said: str) -> None:
    """Marks of an axis stay short."""
    assert said == words.rounded(value)


@pytest.mark.parametrize(("value", "said"), [(4_812_220, "4,812,220"), (0.35, "0.35"), ("csv", "csv")])
def test_a_fact_is_written_by_its_kind(value: float | str, said: str) -> None:
    """A fraction is not rounded away."""
    assert said == words.fact(value)


def test_an_instant_is_said_in_utc_whatever_its_offset() -> None:
    """An offset is turned into UTC before the instant is called UTC."""
    assert words.instant("2023-03-01T18:30:00-06:00") == "2 March 2023, 00:30 UTC"


def test_a_text_that_is_cut_says_how_long_it_was() -> None:
    """The start is kept, and the length of all of it."""
    assert words.shortened("abcdefgh", 3) == "abc\u2026 (8 characters)"
    assert words.shortened("abc", 3) == "abc"


@pytest.mark.parametrize(
    ("pings", "visits", "suppressed", "said"),
    [
        (51234, 8123, 0, "1 March 2023: 8,123 visits and 51,234 pings in 33 of 40 places"),
        (1, 1, 0, "1 March 2023: 1 visit and 1 ping in 33 of 40 places"),
        (7, 0, 0, "1 March 2023: no visits and 7 pings in 33 of 40 places"),
        (0, 0, 0, "1 March 2023: no ping in any of 40 places"),
        (0, 0, 4, "1 March 2023: too few devices in 40 places to show a number"),
    ],
)
def test_the_headline_says_the_result_in_one_sentence(
    pings: int, visits: int, suppressed: int, said: str
) -> None:
    """Also when there is nothing, or nothing that may be shown."""
    told = {
        "places": 40,
        "places_visited": 33,
        "pings": pings,
        "visits": visits,
        "suppressed_rows": suppressed,
    }
    assert said == words.headline({"headline": told, "days": ["2023-03-01"]})
