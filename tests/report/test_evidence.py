"""How a run is told: to machines by the manifest, to people by the report, and both the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import shapely

from footfall.errors import Conflict, FootfallError, GateRefused
from footfall.report import content
from footfall.report.html import render_html
from footfall.runs import statements
from footfall.runs.evidence import Evidence, Seen
from footfall.runs.facts import EngineUsed
from footfall.runs.manifest import Alive, Manifest
from footfall.runs.outcome import Check, DayTotals, Funnel, PlaceTotals, Totals, Usage
from footfall.runs.progress import Recorder, Silence, StepTime
from footfall.runs.run import Inputs, Run, Source
from footfall.runs.statements import cost, failure
from footfall.schema import REASONS, InputFile, Place
from footfall.settings import DayRange, Prices, Settings

DAY = date(2023, 3, 1)
STARTED = datetime(2023, 3, 2, 6, 0, tzinfo=UTC)
PLACES = (
    Place("A", "Alpha", "shop", shapely.to_wkb(shapely.box(0, 0, 1, 1))),
    Place("B", None, None, shapely.to_wkb(shapely.box(5, 5, 6, 6))),
)
SETTINGS = Settings.model_validate(
    {
        "pings": {"path": "pings.csv", "time_zone": "America/Guatemala"},
        "places": {"path": "places.shp"},
        "output": "/data/out",
        "day": "2023-03-01",
        "privacy": {"k": 3},
    }
)


RUN = Run(
    id="run-1",
    command="footfall run --settings s.yaml",
    settings=[{"name": "output", "value": "/data/out", "origin": "file s.yaml"}],
    versions={"footfall": "0.1.0", "spark": "4.1.2"},
    engine="spark",
    reason="spark-submit started it",
    now=lambda: STARTED + timedelta(seconds=12.5),
    clock=lambda: 0.0,
)
INPUTS = Inputs(
    PLACES,
    (Source("pings", InputFile("pings.csv", 99), "ab" * 32), Source("places", InputFile("p.shp", 1), None)),
    ("One polygon was repaired.",),
)
FUNNEL = Funnel(
    scanned=20,
    outside_days=5,
    quarantined={**dict.fromkeys(REASONS, 0), "coordinate_zero": 2},
    duplicate=1,
    outside_places=5,
    inside_places=7,
    boundary=0,
)
SEEN = Seen(
    Totals(
        by_place=(PlaceTotals("A", pings=7, devices=3, visits=4, dwell_p50=90.0, visits_by_day=(4,)),),
        by_day=(
            DayTotals(
                day=DAY,
                rows=2,
                places=2,
                pings=7,
                devices=3,
                visits=4,
                single_ping_visits=1,
                visited=1,
                suppressed=0,
                digest="d1" * 16,
            ),
        ),
        visited_places=1,
        hours=(4, *[0] * 23),
        dwell_buckets=(0, 3, 0, 0, 0, 0, 0),
        broken={"no more devices than pings": 0},
    ),
    before={},
    samples={"coordinate_zero": [{"raw": "[device],0,0", "file": "pings.csv", "line": 9}]},
)


def manifest(evidence: Evidence) -> dict[str, Any]:
    """The manifest as its readers find it."""
    told: dict[str, Any] = json.loads(json.dumps(statements.manifest(evidence).to_json()))
    return told


def report(evidence: Evidence) -> dict[str, Any]:
    """The report as its readers find it."""
    written = json.dumps(content.report(evidence, statements.manifest(evidence)), allow_nan=False)
    told: dict[str, Any] = json.loads(written)
    return told


@pytest.fixture
def evidence() -> Evidence:
    """A published run of one day that lists one of two places; it took 12.5 s."""
    checks = [Check("rows read", True, "15", "at least 0", gate=True)]
    steps = [StepTime("write", 1.5, {"rows": 2})]
    return Evidence(RUN, STARTED, SETTINGS, INPUTS, [DAY], FUNNEL, SEEN, checks, steps, refusal=None)


def test_the_manifest_says_what_ran_on_what_and_what_came_of_it(evidence: Evidence) -> None:
    """All that an orchestrator needs, as JSON."""
    told = manifest(evidence)
    assert (told["run_id"], told["state"], told["exit_code"], told["refusal"]) == (
        "run-1",
        "published",
        0,
        None,
    )
    assert (told["days"], told["time_zone"]) == (["2023-03-01"], "America/Guatemala")
    assert (told["started"], told["finished"], told["seconds"]) == (
        "2023-03-02T06:00:00Z",
        "2023-03-02T06:00:12Z",
        12.5,
    )
    assert told["command"] == "footfall run --settings s.yaml"
    assert told["inputs"] == [
        {"role": "pings", "path": "pings.csv", "bytes": 99, "version": None, "sha256": "ab" * 32},
        {"role": "places", "path": "p.shp", "bytes": 1, "version": None, "sha256": None},
    ]
    assert told["checks"] == [
        {"name": "rows read", "ok": True, "found": "15", "accepted": "at least 0", "gate": True}
    ]
    assert told["steps"] == [{"name": "write", "seconds": 1.5, "facts": {"rows": 2}}]
    assert told["warnings"] == ["One polygon was repaired."]
    assert [(day["day"], day["visits"], day["suppressed_rows"]) for day in told["per_day"]] == [
        ("2023-03-01", 4, 0)
    ]
    assert told["engine"] == {"name": "spark", "why": "spark-submit started it"}
    assert told["digests"] == {"2023-03-01": "d1" * 16}
    assert (told["output"], told["versions"]) == ("/data/out", {"footfall": "0.1.0", "spark": "4.1.2"})


def test_the_manifest_accounts_for_every_row(evidence: Evidence) -> None:
    """The funnel with its sums, and the reasons one by one."""
    counts = manifest(evidence)["counts"]
    assert {reason: rows for reason, rows in counts.pop("reasons").items() if rows} == {"coordinate_zero": 2}
    assert counts == {
        "scanned": 20,
        "outside_days": 5,
        "read": 15,
        "quarantined": 2,
        "duplicate": 1,
        "kept": 12,
        "outside_places": 5,
        "inside_places": 7,
        "boundary": 0,
    }


def test_the_settings_of_the_manifest_run_again(evidence: Evidence) -> None:
    """They are valid settings, and the same."""
    told = manifest(evidence)["settings"]
    assert Settings.model_validate(told) == SETTINGS


@pytest.mark.parametrize(
    ("refusal", "code"),
    [(GateRefused("too few rows", where="quality", fix="x"), 4), (Conflict("lost", where="day", fix="x"), 5)],
)
def test_a_run_that_was_not_published_says_why(evidence: Evidence, refusal: FootfallError, code: int) -> None:
    """With the code of the process, in manifest and report."""
    refused = replace(evidence, refusal=refusal)
    told = manifest(refused)
    assert (told["state"], told["exit_code"], told["refusal"]) == ("refused", code, refusal.what)
    assert report(refused)["run"]["state"] == "refused"


def test_the_report_says_the_same_as_the_manifest(evidence: Evidence) -> None:
    """Wherever both tell something."""
    shown, told = report(evidence), manifest(evidence)
    assert shown["run"]["id"] == told["run_id"]
    for key in ("state", "started", "finished", "seconds", "command", "versions"):
        assert shown["run"][key] == told[key], key
    for key in ("days", "time_zone", "inputs", "warnings", "output", "steps", "digests"):
        assert shown[key] == told[key], key
    assert shown["headline"] == told["totals"]
    assert {stage["key"]: stage["rows"] for stage in shown["funnel"]} == {
        key: rows for key, rows in told["counts"].items() if key != "reasons"
    }


def test_the_report_lists_every_reason_with_its_samples(evidence: Evidence) -> None:
    """Also those without rows, in the order of the rules."""
    told = report(evidence)["quarantine"]
    assert [reason["reason"] for reason in told] == list(REASONS)
    assert [reason for reason in told if reason["rows"]] == [
        {
            "reason": "coordinate_zero",
            "rows": 2,
            "samples": [{"raw": "[device],0,0", "file": "pings.csv", "line": 9}],
        }
    ]
    assert all(reason["samples"] == [] for reason in told if not reason["rows"])


def test_the_report_says_how_many_places_it_leaves_out_and_draws_the_others(evidence: Evidence) -> None:
    """Two places, one of them listed."""
    told = report(evidence)
    assert [place["place_id"] for place in told["places"]] == ["A"]
    assert told["places_left_out"] == 1
    assert told["headline"]["places"] == 2
    assert told["map"]["bounds"] == [0, 0, 1, 1]
    assert [shape["place_id"] for shape in told["map"]["shapes"]] == ["A"]


def test_the_report_holds_all_that_the_page_shows(evidence: Evidence) -> None:
    """The rest of its keys; it is JSON, and the page can be made of what was read back from it."""
    told = report(evidence)
    assert (told["privacy_k"], told["single_ping_visits"]) == (3, 1)
    assert told["hours"] == [4] + [0] * 23
    assert told["dwell_buckets"] == [0, 3, 0, 0, 0, 0, 0]
    assert told["dwell_bucket_labels"] == ["<5", "5-10", "11-20", "21-60", "61-120", "121-240", ">240"]
    assert told["settings"] == [{"name": "output", "value": "/data/out", "origin": "file s.yaml"}]
    assert told["checks"] == [{"name": "rows read", "ok": True, "found": "15", "accepted": "at least 0"}]
    assert "Alpha" in render_html(told)


def test_what_a_run_held_is_priced_where_prices_are_set() -> None:
    """Two cores and four GiB for half an hour, at 0.04 and 0.005 for an hour."""
    held = Usage(core_seconds=3600, gib_seconds=7200)
    unpriced = {
        "core_seconds": 3600,
        "gib_seconds": 7200,
        "amount": None,
        "currency": None,
    }
    assert vars(cost(held, Prices())) == unpriced
    priced = cost(held, Prices(core_hour=0.04, gib_hour=0.005, currency="EUR"))
    assert vars(priced) == unpriced | {"amount": pytest.approx(0.05), "currency": "EUR"}
    assert cost(None, Prices(core_hour=0.04)) is None


def test_a_failure_is_told_with_what_was_asked_and_the_step_it_came_to() -> None:
    """Where days were published before, nobody may think that they were not."""
    steps = Recorder(Silence(), clock=lambda: 0.0)
    settings = SETTINGS.model_copy(update={"days": DayRange(DAY, DAY + timedelta(days=1))})
    with steps.step("publish") as step:
        step.note(days=2)
    steps.current = "report"
    told = json.loads(json.dumps(failure(RUN, settings, STARTED, steps, 6, "The bucket is gone").to_json()))
    assert (told["state"], told["exit_code"], told["step"]) == ("failed", 6, "report")
    assert told["days"] == ["2023-03-01", "2023-03-02"]
    assert told["refusal"] == "The bucket is gone (its days were published before that)"
    assert failure(RUN, SETTINGS, STARTED, Recorder(Silence(), lambda: 0.0), 3, "No").refusal == "No"


def test_a_manifest_is_read_back_as_it_was_written(evidence: Evidence) -> None:
    """Published and failed; what a failed run did not come to is not claimed."""
    published = statements.manifest(evidence)
    assert Manifest.from_json(manifest(evidence)).to_json() == published.to_json()
    failed = failure(RUN, SETTINGS, STARTED, Recorder(Silence(), lambda: 0.0), 6, "The bucket is gone")
    written = json.loads(json.dumps(failed.to_json()))
    assert Manifest.from_json(written).to_json() == failed.to_json()
    assert not {"inputs", "counts", "totals", "per_day", "digests", "checks", "warnings"} & set(written)


def test_what_a_run_says_while_it_lives_is_read_back() -> None:
    """With the days as the settings name them."""
    said = statements.alive(RUN, SETTINGS, STARTED, Recorder(Silence(), lambda: 0.0))
    assert Alive.from_json(json.loads(json.dumps(said.to_json()))) == said
    assert (said.days, said.step, said.engine) == ("2023-03-01", "begin", EngineUsed("spark", RUN.reason))
