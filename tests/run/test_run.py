"""The whole job on nine rows: what it publishes, counts and tells."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.errors import GateRefused, InputError, SettingsError
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.pipeline import Finished
from tests.run.conftest import Counts


def published(folder: Path, day: str) -> list[tuple[Any, ...]]:
    """Place, pings, devices, visits, single pings and median dwell of a published day."""
    table = pq.ParquetFile(folder / "out" / "footfall" / f"day={day}" / "footfall.parquet").read()
    names = ("place_id", "pings", "devices", "visits", "single_ping_visits", "dwell_seconds_p50")
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def test_each_place_has_its_counts_on_each_day(done: tuple[Path, Finished]) -> None:
    """Two days, two places; a place without pings is published as zeros."""
    folder, finished = done
    assert finished.refusal is None
    assert published(folder, "2023-03-01") == [("A", 3, 2, 2, 1, 600.0), ("B", 1, 1, 1, 1, None)]
    assert published(folder, "2023-03-02") == [("A", 0, 0, 0, 0, None), ("B", 1, 1, 1, 1, None)]


def test_the_manifest_accounts_for_every_row(done: tuple[Path, Finished]) -> None:
    """Nine rows: one duplicate, one wrong latitude, two in no place of which one lies on a boundary."""
    manifest = json.loads((done[0] / "out/runs/run-1/manifest.json").read_text())
    counts = manifest["counts"]
    names = (
        "scanned",
        "read",
        "kept",
        "duplicate",
        "quarantined",
        "outside_places",
        "inside_places",
        "boundary",
    )
    assert [counts[name] for name in names] == [9, 9, 7, 1, 1, 2, 5, 1]
    assert counts["reasons"]["wrong_type:lon"] == 1
    assert manifest["state"] == "published"
    assert manifest["days"] == ["2023-03-01", "2023-03-02"]
    assert all(len(source["sha256"]) == 64 for source in manifest["inputs"])


def test_quarantined_rows_keep_their_text_file_reason_and_run(done: tuple[Path, Finished]) -> None:
    """The row whose longitude is a word stands in the quarantine as it came."""
    (row,) = pq.read_table(done[0] / "out/quarantine/run-1").to_pylist()
    assert row["raw"] == "d5,2023-03-01 12:00:00,north,0.5"
    assert row["reason"] == "wrong_type:lon"
    assert row["file"].endswith("/pings.csv")
    assert row["run_id"] == "run-1"


def test_no_device_id_stands_in_manifest_or_report(run: Counts, folder: Path) -> None:
    """Ids that can be told from other text never leave the job."""
    text = (folder / "pings.csv").read_text()
    (folder / "pings.csv").write_text(
        text.replace("d5,", "3f9c-device-five-77aa,") + "3f9c-device-six-88bb,torn\n"
    )
    run()
    for name in ("manifest.json", "report.json", "report.html"):
        told = (folder / "out/runs/run-1" / name).read_text()
        assert "device-five" not in told
        assert "device-six" not in told


def test_every_ping_of_a_small_run_is_looked_up_twice(done: tuple[Path, Finished]) -> None:
    """Nine rows, of which one cannot be used; all other checks pass as well."""
    checks = done[1].report["checks"]
    found = {check["name"]: check["found"] for check in checks}
    assert all(check["ok"] for check in checks)
    assert found["sampled pings are where GEOS finds them"] == "0 of 8 pings differ"
    assert found["every row is accounted for"] == "0 of other days + 1 quarantined + 1 duplicate + 7 kept"
    assert found["the quarantine is complete"] == "1 row written"


def test_a_rerun_gives_the_same_bytes(run_again: Counts, folder_again: Path) -> None:
    """The published files of two runs are equal, byte for byte."""
    files = [folder_again / "out/footfall" / f"day=2023-03-0{n}" / "footfall.parquet" for n in (1, 2)]
    first = [file.read_bytes() for file in files]
    assert run_again().refusal is None
    assert [file.read_bytes() for file in files] == first


def written(file: Path) -> tuple[int, int]:
    """Which file it is, and when it was written."""
    seen = file.stat()
    return seen.st_ino, seen.st_mtime_ns


def test_a_run_of_one_day_replaces_that_day_only(run_again: Counts, folder_again: Path) -> None:
    """The other day's file stays the very same file."""
    other = folder_again / "out/footfall/day=2023-03-02/footfall.parquet"
    before = written(other)
    (folder_again / "pings.csv").write_text("device,at,lon,lat\nd9,2023-03-01 01:00:00,2.5,0.5\n")
    run_again(day="2023-03-01")
    assert published(folder_again, "2023-03-01") == [("A", 0, 0, 0, 0, None), ("B", 1, 1, 1, 1, None)]
    assert written(other) == before


def test_a_day_that_became_empty_is_replaced_by_zeros_where_that_is_allowed(
    run_again: Counts, folder_again: Path
) -> None:
    """allow_empty publishes a day without pings; without it the day is refused and the old one stays."""
    (folder_again / "pings.csv").write_text("device,at,lon,lat\nd9,2023-03-04 01:00:00,2.5,0.5\n")
    refusal = run_again(day="2023-03-01").refusal
    assert isinstance(refusal, InputError)
    assert (
        "no ping that can be used on 2023-03-01: of 1 row 1 of days that were not asked for" in refusal.what
    )
    assert published(folder_again, "2023-03-01")[0] == ("A", 3, 2, 2, 1, 600.0)
    run_again(day="2023-03-01", allow_empty=True)
    assert published(folder_again, "2023-03-01") == [("A", 0, 0, 0, 0, None), ("B", 0, 0, 0, 0, None)]


def test_rows_of_other_days_are_counted_apart(run: Counts, folder: Path) -> None:
    """A run of the second day has one row of its own; eight belong to other days, or nobody knows to which."""
    run(day="2023-03-02")
    counts = json.loads((folder / "out/runs/run-1/manifest.json").read_text())["counts"]
    assert [counts[n] for n in ("scanned", "outside_days", "read", "kept", "quarantined")] == [9, 8, 1, 1, 0]


def test_the_gate_refuses_and_the_report_tells_why(run: Counts, folder: Path) -> None:
    """More than a tenth is quarantined: nothing is published, the report stands."""
    finished = run(quality={"max_quarantined_share": 0.1})
    assert isinstance(finished.refusal, GateRefused)
    assert finished.report["run"]["state"] == "refused"
    assert "refused" in Path(finished.page).read_text().lower()
    assert not list((folder / "out/footfall").glob("day=*"))
    assert json.loads((folder / "out/runs/run-1/manifest.json").read_text())["exit_code"] == 4


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"pings": {"path": "nowhere.csv"}}, InputError, "nowhere.csv"),
        ({"places": {"path": "nowhere.shp"}}, InputError, "nowhere.shp"),
        ({"output": "/dev/null/out"}, SettingsError, "/dev/null"),
    ],
)
def test_what_cannot_work_is_one_error_and_no_count_is_written(
    run: Counts, folder: Path, settings: dict[str, Any], error: type[Exception], says: str
) -> None:
    """The error says what and where; of the output only the record of the run was made."""
    with pytest.raises(error) as caught:
        run(**settings)
    assert says in str(caught.value)
    assert {path.name for path in (folder / "out").glob("*")} <= {"runs"}


def test_a_run_that_fails_is_in_the_history_with_its_reason(run: Counts, folder: Path) -> None:
    """Its days are those that it was asked for, its code that of the command."""
    (folder / "pings.csv").write_text("device,lon,lat\n")
    with pytest.raises(InputError):
        run(day="2023-04-01")
    (failed,) = all_runs(run_files(str(folder / "out")), datetime(2023, 3, 3, tzinfo=UTC))
    assert (failed.state, failed.exit_code, failed.asked) == ("failed", 3, "2023-04-01")
    assert failed.days == (date(2023, 4, 1),)
    assert failed.trouble == "The file has no column `at`. It has: `device`, `lon`, `lat`"
    assert failed.manifest.step == "find pings"
    assert failed.report is None


def test_days_without_a_ping_are_refused_with_a_report(run: Counts, folder: Path) -> None:
    """The quarantine, the report and the manifest say of every row what was found; nothing is published."""
    finished = run(days={"from": "2023-03-01", "to": "2023-03-04"})
    assert finished.refusal is not None
    assert finished.refusal.what == (
        "The input holds no ping that can be used on 2023-03-03, 2023-03-04:"
        " of 9 rows 1 wrong_type:lon, 8 usable"
    )
    assert f"{folder / 'pings.csv'} line 9, wrong_type:lon: [device],2023-03-01" in finished.refusal.where
    (refused,) = all_runs(run_files(str(folder / "out")), datetime(2023, 3, 3, tzinfo=UTC))
    assert (refused.state, refused.exit_code, refused.trouble) == ("refused", 3, finished.refusal.what)
    assert sum(reason["rows"] for reason in finished.report["quarantine"]) == 1
    assert "refused" in Path(finished.page).read_text().lower()
    assert len(list((folder / "out").glob("quarantine/*/*"))) == 1
    assert not list((folder / "out/footfall").glob("day=*"))


def test_places_of_a_denied_category_are_refused(run: Counts, folder: Path) -> None:
    """The run stops before it counts anything."""
    places = {"path": str(folder / "places.geojson"), "columns": {"category": "name"}}
    with pytest.raises(InputError, match="Shop B"):
        run(places=places, privacy={"k": 1, "deny_categories": ["Shop B"]})
    assert not (folder / "out" / "footfall").exists()


def test_places_with_too_few_devices_are_suppressed_everywhere(run: Counts, folder: Path) -> None:
    """With k = 2 only place A of the first day has enough devices. Its zeros of the second day are no secret, but with
    them the only ping of that day would be known to be in B."""
    finished = run(privacy={"k": 2})
    assert published(folder, "2023-03-01") == [("A", 3, 2, 2, 1, 600.0), ("B", None, None, None, None, None)]
    assert published(folder, "2023-03-02") == [(name, *[None] * 5) for name in "AB"]
    places = {place["place_id"]: place for place in finished.report["places"]}
    assert [(places[name]["visits"], places[name]["days"]) for name in "AB"] == [(2, 1), (None, 0)]
    assert (places["A"]["partial"], places["B"]["suppressed"]) == (True, True)
