"""What the report says: sums, rankings, changes and words, from rows that fit on a screen."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from footfall.jobs.footfall.job import STAGES_OF_PLACES
from footfall.report import content, places
from footfall.runs.evidence import Evidence
from footfall.runs.facts import instant, plain_json
from footfall.runs.outcome import Check, Funnel, PlacesTotals
from footfall.runs.progress import StepTime
from footfall.schema import REASONS
from tests.check.tables import PLACES, TABLE, row, sums


@pytest.fixture(scope="module")
def totals() -> PlacesTotals:
    """The sums of the table."""
    return sums([row(*each) for each in TABLE])


def test_places_are_listed_by_visits_then_pings_and_hidden_ones_last(totals: PlacesTotals) -> None:
    """Sums over the days, devices of each day added up; the typical dwell is the median of the days' medians."""
    assert [
        (p["place_id"], p["pings"], p["device_days"], p["visits"], p["dwell_p50"], p["suppressed"])
        for p in places.listed(totals, PLACES)
    ] == [
        ("busy", 14, 9, 10, 200.0, False),
        ("more pings", 6, 1, 2, None, False),
        ("even", 4, 2, 2, 60.0, False),  # on one of two days: at least so many
        ("empty", 0, 0, 0, None, False),
        ("hidden", None, None, None, None, True),
        ("hidden once", None, None, None, None, True),  # zero would deny its visitors
    ]


def test_places_have_their_visits_of_each_day(totals: PlacesTotals) -> None:
    """In the order of the days, null where the row is suppressed."""
    by_place = {place["place_id"]: place["visits_by_day"] for place in places.listed(totals, PLACES)}
    assert all(len(visits) == len(totals.by_day) for visits in by_place.values())
    assert sum(by_place["busy"]) == 10
    assert None in by_place["hidden once"]


def test_places_keep_their_names_and_categories(totals: PlacesTotals) -> None:
    """As they stand in the input."""
    first = places.listed(totals, PLACES)[0]
    assert (first["place_id"], first["name"], first["category"]) == ("busy", "Busy", "shop")


def test_a_day_has_the_visits_of_the_same_weekday_before_where_they_are_known(evidence: Evidence) -> None:
    """1 March 2023 is compared with 22 February, as that was published."""
    nothing, published = (
        {date(2023, 2, 22): None},
        {
            date(2023, 2, 22): {"pings": 9, "visits": 5},
            date(2023, 2, 28): {"pings": 8, "visits": 6},
        },
    )
    assert content.weekdays_before(replace(evidence.results, before=nothing)) == [None]
    assert content.weekdays_before(replace(evidence.results, before=published)) == [5]


def test_the_funnel_is_told_stage_by_stage(evidence: Evidence) -> None:
    """Each stage with its key, its words and its rows."""
    quarantined = {**dict.fromkeys(REASONS, 0), "coordinate_zero": 3, "wrong_type:at": 4}
    funnel = Funnel(
        scanned=1000,
        outside_days=100,
        quarantined=quarantined,
        duplicate=13,
        outside_places=380,
        inside_places=500,
        boundary=2,
    )
    stages = content.stages(replace(evidence, funnel=funnel).counts, STAGES_OF_PLACES)
    assert {stage["key"]: stage["rows"] for stage in stages} == {
        "scanned": 1000,
        "outside_days": 100,
        "read": 900,
        "quarantined": 7,
        "duplicate": 13,
        "kept": 880,
        "outside_places": 380,
        "inside_places": 500,
        "boundary": 2,
    }
    assert [stage["key"] for stage in stages][:5] == [
        "scanned",
        "outside_days",
        "read",
        "quarantined",
        "duplicate",
    ]
    assert stages[3]["label"] == "could not be used"


def test_what_gives_suppressed_rows_away_is_told_by_no_stage(evidence: Evidence) -> None:
    """Not how many pings are in places, in none, or on a boundary; all other numbers stay exact."""
    (day,) = evidence.results.totals.by_day
    totals = replace(evidence.results.totals, by_day=(replace(day, suppressed=1),))
    hidden = replace(evidence, results=replace(evidence.results, totals=totals))
    told = {s["key"]: s["rows"] for s in content.stages(hidden.counts, STAGES_OF_PLACES)}
    assert {key for key, rows in told.items() if rows is None} == {
        "outside_places",
        "inside_places",
        "boundary",
    }
    assert (told["scanned"], told["duplicate"], told["kept"]) == (20, 1, 12)


def test_checks_and_steps_are_told_as_they_were_found() -> None:
    """All of them, also the good ones."""
    check = Check("rows read", True, "7", "at least 0", gate=True)
    assert content.checks([check]) == [
        {
            "name": "rows read",
            "ok": True,
            "found": "7",
            "accepted": "at least 0",
            "level": "refuse",
            "fix": "",
        }
    ]
    assert plain_json([StepTime("write", 1.5, {"rows": 7})]) == [
        {"name": "write", "seconds": 1.5, "facts": {"rows": 7}}
    ]


def test_instants_are_in_utc_with_the_fraction_of_their_second() -> None:
    """By which runs of one second are sorted."""
    assert instant(datetime(2023, 3, 1, 9, 5, 7, 999999, tzinfo=UTC)) == "2023-03-01T09:05:07.999999Z"
