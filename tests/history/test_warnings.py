"""A run that gates warned of is published, and says so wherever runs are listed."""

import json
from pathlib import Path
from typing import Any

from footfall.cli import main
from footfall.history.files import run_files
from footfall.history.metrics import metrics_text
from footfall.history.reading import all_runs
from footfall.site.content import DaysKnown, PlaceTrend
from footfall.site.writing import write_site
from footfall.terminal.history import show_runs
from tests.history.manifests import NOON, day, manifest, put
from tests.test_terminal import Screen

WARNED: dict[str, Any] = {
    "name": "share in no place",
    "ok": False,
    "found": "40.00% (40 of 100)",
    "accepted": "at most 30.00%",
    "gate": True,
    "level": "warn",
    "fix": "",
}
SENTENCE = "share in no place: found 40.00% (40 of 100), accepted at most 30.00%"


def test_a_warning_stands_beside_its_run(tmp_path: Path, capsys: Any) -> None:
    """In the table of the terminal, in the line for machines, on the page and in the metrics; nothing failed."""
    put(tmp_path, manifest("a", day(1), checks=[WARNED]))
    files = run_files(str(tmp_path))
    (run,) = all_runs(files, NOON)
    assert (run.state, run.warnings) == ("published", (SENTENCE,))
    screen = Screen()
    show_runs([run], [], 0, screen)
    assert "share in no place" in screen.seen()
    assert main(["runs", "--output", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["warnings"], told.get("failed_checks")) == ([SENTENCE], None)
    assert SENTENCE in write_site(files, tmp_path / "site", NOON).read_text("utf-8")
    metrics = metrics_text(files, NOON)
    assert "footfall_last_run_warnings 1.0" in metrics
    assert "footfall_last_published_warnings 1.0" in metrics
    assert "footfall_last_run_failed_checks 0.0" in metrics


def test_checks_of_older_manifests_refuse(tmp_path: Path) -> None:
    """They had no level."""
    old = {key: value for key, value in WARNED.items() if key not in ("level", "fix")}
    put(tmp_path, manifest("a", day(1), checks=[old]))
    (run,) = all_runs(run_files(str(tmp_path)), NOON)
    assert (run.warnings, [check.is_refusing for check in run.checks]) == ((), [True])


def test_counts_that_are_withheld_are_no_rows(tmp_path: Path) -> None:
    """Null in the manifest is neither zero nor a metric."""
    counts = {
        **manifest("a", day(1))["counts"],
        "outside_places": None,
        "inside_places": None,
        "boundary": None,
    }
    put(tmp_path, manifest("a", day(1), counts=counts))
    files = run_files(str(tmp_path))
    (run,) = all_runs(files, NOON)
    assert set(run.rows) == {"scanned", "outside_days", "read", "quarantined", "duplicate", "kept"}
    assert 'stage="inside_places"' not in metrics_text(files, NOON)


def test_trends_say_of_how_many_days_their_sums_are() -> None:
    """And are compared by what a known day has, not by sums of different days."""
    some = PlaceTrend("a", None, None, (None,) * 6 + (5, None, 7), (False,) * 9)
    assert (some.all_days.sum, some.all_days.days, some.all_days.is_partial, some.all_days.mean) == (
        12,
        2,
        True,
        6,
    )
    assert (some.recent.sum, len(some.recent.visits)) == (12, 7)
    assert not DaysKnown((1, 0)).is_partial
    assert DaysKnown((None,)).mean == 0
