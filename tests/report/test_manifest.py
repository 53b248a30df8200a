"""What a run says of itself to machines: its manifest, its signs of life, how it failed."""

import json
from datetime import timedelta

import pytest

from footfall.runs import statements
from footfall.runs.evidence import Evidence
from footfall.runs.facts import EngineUsed
from footfall.runs.manifest import Alive, Manifest
from footfall.runs.outcome import Usage
from footfall.runs.progress import Recorder, Silence
from footfall.runs.statements import cost, failure
from footfall.settings import DayRange, Prices, Settings
from tests.report.evidence import DAY, RUN, SETTINGS, STARTED, manifest


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
        "2023-03-02T06:00:12.500000Z",
        12.5,
    )
    assert told["command"] == "footfall run --settings s.yaml"
    assert told["inputs"] == [
        {"role": "pings", "path": "pings.csv", "bytes": 99, "version": None, "sha256": "ab" * 32},
        {"role": "places", "path": "p.shp", "bytes": 1, "version": None, "sha256": None},
    ]
    assert told["checks"] == [
        {
            "name": "rows read",
            "ok": True,
            "found": "15",
            "accepted": "at least 0",
            "gate": True,
            "level": "refuse",
            "fix": "",
        }
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


@pytest.mark.parametrize("code", [8, 130, 143])
def test_a_run_that_is_stopped_while_it_publishes_does_not_say_that_it_did_not(code: int) -> None:
    """Some of its days may be the new ones; errors that the output raises say themselves which."""
    steps = Recorder(Silence(), clock=lambda: 0.0, current="publish")
    stopped = failure(RUN, SETTINGS, STARTED, steps, code, "It was stopped")
    assert stopped.refusal == "It was stopped (it was publishing: its days may have been replaced)"
    assert failure(RUN, SETTINGS, STARTED, steps, 6, "The disk is full").refusal == "The disk is full"


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
