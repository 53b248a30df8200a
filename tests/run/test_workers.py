"""Runs whose workers fail: one error each, and the days that were published stay as they are."""

import json
from functools import partial
from pathlib import Path

import pytest

from footfall.errors import InfrastructureError, SettingsError
from tests.engines.stages import die
from tests.run.conftest import embedded, filled, runner
from tests.run.test_run import published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shops and pings after a first run."""
    runner(embedded, filled(tmp_path))()
    return tmp_path


@pytest.mark.parametrize("step", ["footfall.scan.judge", "footfall.aggregate.parts.sum_places"])
def test_a_worker_that_is_killed_ends_the_run_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """While it reads, or while it sums; the error has the exit code of the infrastructure."""
    before = published(folder, "2023-03-01")
    (folder / "pings.csv").write_text("device,at,lon,lat\nd9,2023-03-01 01:00:00,2.5,0.5\n")
    monkeypatch.setattr(step, lambda *_: die())
    with pytest.raises(InfrastructureError) as caught:
        runner(embedded, folder, first=2)()
    assert caught.value.exit_code == 6
    assert "SIGKILL" in caught.value.what
    assert published(folder, "2023-03-01") == before
    manifest = json.loads((folder / "out/runs/run-2/manifest.json").read_text())
    assert (manifest["state"], manifest["exit_code"]) == ("failed", 6)
    assert not (folder / "out/quarantine/run-2").exists()
    assert not (folder / "out/runs/run-2/staging").exists()


def test_less_memory_than_the_index_needs_is_told_before_anything_is_counted(tmp_path: Path) -> None:
    """With how much would do for all workers."""
    with pytest.raises(SettingsError) as caught:
        runner(partial(embedded, 2, 2000), filled(tmp_path))()
    assert "index of places" in caught.value.what
    assert "setting memory" in caught.value.where
    assert "shared by 2 workers" in caught.value.where
    needed = int(caught.value.fix.split("to ")[1].split("m ")[0])
    assert {path.name for path in (tmp_path / "out").glob("*")} <= {"runs"}
    assert runner(partial(embedded, 2, needed << 20), tmp_path, first=2)().refusal is None


def test_workers_that_are_spawned_count_the_same(folder: Path) -> None:
    """As macOS has them started: they have nothing but what they are sent."""
    days = ("2023-03-01", "2023-03-02")
    before = [published(folder, day) for day in days]
    assert runner(partial(embedded, start="spawn"), folder, first=2)().refusal is None
    assert [published(folder, day) for day in days] == before
