"""Runs read back from a folder: whole, damaged, living and dead."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from footfall.errors import SettingsError
from footfall.history.calendar import calendar
from footfall.history.files import run_files
from footfall.history.reading import all_runs, find
from footfall.history.record import RunRecord
from footfall.runs.facts import EngineUsed, instant
from tests.history.manifests import NOON, day, manifest, minutes, put


def runs(output: Path) -> list[RunRecord]:
    """All runs of a folder, read at noon."""
    return all_runs(run_files(str(output)), NOON)


def alive(output: Path, run_id: str, age: float) -> None:
    """A run that began and said, so many minutes before noon, that it lives."""
    folder = output / "runs" / run_id
    folder.mkdir(parents=True)
    told = {
        "run_id": run_id,
        "started": "2023-03-10T11:00:00Z",
        "days": {"from": "2023-03-01", "to": "2023-03-02"},
        "step": "count pings and visits",
        "versions": {"footfall": "0.1.0"},
    }
    (folder / "alive.json").write_text(json.dumps(told))
    then = (NOON - minutes(age)).timestamp()
    os.utime(folder / "alive.json", (then, then))


def test_an_output_without_runs_has_no_history(tmp_path: Path) -> None:
    """Also where the folder itself is missing."""
    assert runs(tmp_path) == []
    assert runs(tmp_path / "nowhere") == []


def test_runs_of_one_second_are_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    """Whatever their random digits; one that began at the second has no fraction."""
    for run_id, fraction in (("20230310T090000Z-ffff", ""), ("20230310T090000Z-aaaa", ".250000")):
        put(tmp_path, manifest(run_id, day(1), started=f"2023-03-10T09:00:00{fraction}Z"))
    assert [run.run_id[-4:] for run in runs(tmp_path)] == ["aaaa", "ffff"]
    began = datetime(2023, 3, 10, 9, 0, 0, 250000, UTC)
    assert instant(began) == "2023-03-10T09:00:00.250000Z"
    assert instant(began.replace(microsecond=0)) == "2023-03-10T09:00:00Z"


def test_a_run_is_read_back_with_what_it_told(tmp_path: Path) -> None:
    """Days, times, counts and what it took are typed."""
    put(tmp_path, manifest("r1", day(1), day(2)))
    (run,) = runs(tmp_path)
    assert (run.run_id, run.state, run.exit_code) == ("r1", "published", 0)
    assert run.days == (day(1), day(2))
    assert run.asked == "2023-03-01 to 2023-03-02"
    assert run.started == datetime(2023, 3, 10, 9, 0, tzinfo=UTC)
    assert (run.seconds, run.rows["kept"], run.totals["visits"]) == (90.0, 100, 14)
    assert [(each.day, each.count) for each in run.per_day] == [(day(1), 7), (day(2), 7)]
    assert run.cost is not None
    assert (run.cost.core_seconds, run.cost.gib_seconds, run.cost.amount) == (180.0, 360.0, None)
    assert [check.name for check in run.checks] == ["rows accounted for"]
    assert run.report is None
    assert run.manifest is not None
    assert run.manifest.engine == EngineUsed("spark", "spark-submit started it")
    assert run.manifest.digests == {day(1): "01" * 16, day(2): "02" * 16}
    assert [each.digest for each in calendar([run])] == ["01" * 16, "02" * 16]


def test_the_latest_run_comes_first(tmp_path: Path) -> None:
    """By when they began, not by their names."""
    put(tmp_path, manifest("b", day(1), started="2023-03-08T00:00:00Z"))
    put(tmp_path, manifest("a", day(1), started="2023-03-09T00:00:00Z"))
    put(tmp_path, manifest("c", day(1), started="2023-03-07T00:00:00Z"))
    assert [run.run_id for run in runs(tmp_path)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "Expecting value"),
        ('{"run_id": "r1", "state"', "Expecting"),
        ("[]", "list indices"),
        ('{"run_id": "r1"}', "it lacks 'state'"),
        (json.dumps(manifest("r1", day(1), state="fine")), "there is no state 'fine'"),
        (json.dumps(manifest("r1", day(1), days=["yesterday"])), "yesterday"),
        (json.dumps(manifest("r1", day(1), settings=None)), "NoneType"),
    ],
)
def test_a_damaged_manifest_is_told_and_hides_no_other(tmp_path: Path, text: str, trouble: str) -> None:
    """It is a record of its own, with the reason."""
    put(tmp_path, manifest("r1", day(1)))
    (tmp_path / "runs" / "r1" / "manifest.json").write_text(text)
    put(tmp_path, manifest("r2", day(2)))
    healthy, damaged = runs(tmp_path)
    assert (healthy.run_id, healthy.state) == ("r2", "published")
    assert (damaged.run_id, damaged.state, damaged.days) == ("r1", "damaged", ())
    assert trouble in (damaged.trouble or "")


def test_a_manifest_of_an_older_version_is_whole(tmp_path: Path) -> None:
    """What it did not say yet is not known."""
    told = manifest("r1", day(1))
    del told["per_day"], told["cost"], told["engine"], told["digests"]
    told["inputs"] = [
        {name: value for name, value in each.items() if name != "version"} for each in told["inputs"]
    ]
    put(tmp_path, told)
    (run,) = runs(tmp_path)
    assert (run.state, run.per_day, run.cost) == ("published", (), None)
    assert run.manifest is not None
    assert (run.manifest.engine, run.manifest.digests) == (None, {})
    assert [each.version for each in run.manifest.inputs] == [None, None]
    assert calendar([run])[0].digest is None


def test_a_run_lives_as_long_as_it_says_so(tmp_path: Path) -> None:
    """After five minutes of silence it is lost."""
    alive(tmp_path, "living", age=4)
    alive(tmp_path, "dead", age=180)
    dead, living = runs(tmp_path)[1], runs(tmp_path)[0]
    assert (living.state, living.step) == ("running", "count pings and visits")
    assert living.days == (day(1), day(2))
    assert dead.state == "lost"
    assert dead.trouble == "It ended without a manifest: its last sign of life was 3 hours ago"


def test_a_manifest_counts_more_than_a_sign_of_life(tmp_path: Path) -> None:
    """A run that ended is not running."""
    alive(tmp_path, "r1", age=1)
    (tmp_path / "runs" / "r1" / "manifest.json").write_text(json.dumps(manifest("r1", day(1))))
    assert [run.state for run in runs(tmp_path)] == ["published"]


def test_a_run_is_found_by_id_beginning_or_day(tmp_path: Path) -> None:
    """`last` is the latest that ended; a day is that of its last publishing run."""
    put(tmp_path, manifest("20230310T01-aa", day(1), started="2023-03-10T01:00:00Z"))
    put(tmp_path, manifest("20230310T02-bb", day(1), started="2023-03-10T02:00:00Z", state="refused"))
    put(tmp_path, manifest("20230310T03-cc", day(2), started="2023-03-10T03:00:00Z"))
    alive(tmp_path, "20230310T11-dd", age=1)
    there = runs(tmp_path)

    def found(named: str) -> str:
        return find(there, named, "out").run_id

    assert found("last") == "20230310T03-cc"
    assert found("2023-03-01") == "20230310T01-aa"
    assert found("20230310T02") == "20230310T02-bb"
    with pytest.raises(SettingsError, match="Several runs begin with 20230310"):
        found("20230310")
    with pytest.raises(SettingsError, match="No run has counted 2023-03-09"):
        found("2023-03-09")
