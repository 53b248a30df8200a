"""What the terminal shows of suppressed places, of sums of some days, and of what is withheld."""

import io
import json
from collections.abc import Callable

from footfall.terminal import show_summary
from tests.test_terminal import Screen, place, report, screen, summary

__all__ = ["screen"]


def test_suppressed_places_show_only_that_they_are_few(screen: Callable[[int], Screen]) -> None:
    """A place under k devices has no numbers."""
    shown = summary(screen(120))
    row = next(line for line in shown.splitlines() if line.startswith("C3"))
    assert "suppressed" in row
    assert not any(character.isdigit() for character in row.replace("C3", ""))
    assert "suppressed to protect fewer than 5 devices, and in no sum: 1 place-day" in shown


def test_sums_of_some_days_say_so_and_are_ranked_by_these(screen: Callable[[int], Screen]) -> None:
    """A place with 90 visits on one of two days had more than one with 34; sums of devices are device-days."""
    some = place("A1", 90, partial=True, days=1)
    shown = summary(screen(100), places=[some, place("B2", 34), place("C3", None)])
    rows = [line.split() for line in shown.splitlines() if line[:2] in ("A1", "B2", "C3")]
    assert [row[0] for row in rows] == ["A1", "B2", "C3"]
    assert rows[0][-3:] == ["1", "of", "2"]
    assert "device-days" in shown
    assert "devices of each day, summed over the days" in shown


def test_what_is_withheld_and_warned_of_is_told(screen: Callable[[int], Screen]) -> None:
    """Stages that give suppressed rows away have no number; a warning is no failure."""
    funnel = [
        {"key": "scanned", "label": "rows", "rows": 9},
        {"key": "inside", "label": "in a place", "rows": None},
    ]
    warned = {"name": "share outside", "ok": False, "found": "0.4", "accepted": "0.1", "level": "warn"}
    shown = summary(screen(100), funnel=funnel, checks=[warned], warnings=["share outside: found 0.4"])
    assert ["in", "a", "place", "withheld"] in [line.split() for line in shown.splitlines()]
    assert "! share outside: found 0.4" in shown
    assert "✗" not in shown


def test_weeks_are_shown_with_their_visits_and_how_many_places_are_suppressed(
    screen: Callable[[int], Screen],
) -> None:
    """A line for each, below the places."""
    week = {"period": "2023-W09", "visits": 1918, "suppressed_rows": 7, "rows": 40}
    assert "2023-W09: 1,918 visits, suppressed: 7 of 40 places" in summary(screen(100), periods=[week])


def test_sums_over_top_level_places_stand_below_those_over_all(screen: Callable[[int], Screen]) -> None:
    """They say of how many places they are; a machine gets all that is known of them."""
    sums = {"places": 2, "parts": 1, "pings": 1100, "visits": 1, "suppressed_rows": 0}
    assert "In the 2 places that are part of no other: 1 visit · 1,100 pings" in summary(
        screen(80), top_level=sums
    )
    stream = io.StringIO()
    show_summary(report(top_level=sums), stream, "/data/out/report.html")
    assert json.loads(stream.getvalue())["top_level"] == sums
