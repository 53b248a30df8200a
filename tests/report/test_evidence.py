"""How a run is reported to people, and that machines are told the same by the manifest."""

from dataclasses import replace

import pytest

from footfall.errors import Conflict, FootfallError, GateRefused
from footfall.report.html import render_html
from footfall.runs.evidence import Evidence
from footfall.schema import REASONS
from tests.report.evidence import manifest, report


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
    assert told["checks"] == [
        {
            "name": "rows read",
            "ok": True,
            "found": "15",
            "accepted": "at least 0",
            "level": "refuse",
            "fix": "",
        }
    ]
    assert "Alpha" in render_html(told)


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
