"""Device ids of sound and of bad rows are nowhere but in the input, in the quarantine and in memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run.conftest import PLACES

FOOTFALL = Path(sys.executable).with_name("footfall")
IDS = [f"5ecre7-d3v1ce-{n:04d}" for n in range(8)]
ROWS = [
    # One sound row in each shop, then one of each way to be bad; the last has no line structure at all
    f"{IDS[0]},2023-03-01 10:00:00,0.5,0.5",
    f"{IDS[1]},2023-03-01 11:00:00,2.5,0.5",
    f"{IDS[2]},2023-03-01 12:00:00,north,0.5",
    f"{IDS[3]},yesterday,0.5,0.5",
    f"{IDS[4]},2023-03-01 12:00:00,0,0",
    f"{IDS[5]},2023-03-01 12:00:00,,0.5",
    f'"{IDS[6]},2023-03-01 12:00:00,0.5,0.5',
    f"{IDS[7]};2023-03-01 12:00:00;0.5;0.5",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The input, and settings of Spark that write an event log."""
    (tmp_path / "pings.csv").write_text("device,at,lon,lat\n" + "\n".join(ROWS) + "\n")
    (tmp_path / "places.geojson").write_text(PLACES)
    (tmp_path / "events").mkdir()
    conf = tmp_path / "conf"
    conf.mkdir()
    lines = ["spark.eventLog.enabled true", f"spark.eventLog.dir file:{tmp_path}/events"]
    (conf / "spark-defaults.conf").write_text("\n".join([*lines, "spark.eventLog.compress false", ""]))
    return tmp_path


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The job as a process."""
    paths = ["--pings-path", "pings.csv", "--places-path", "places.geojson", "--output", "out"]
    return subprocess.run(
        [FOOTFALL, "run", *paths, "--privacy-k", "1", "--spark-master", "local[2]", *words],
        cwd=folder,
        env={**os.environ, "SPARK_CONF_DIR": str(folder / "conf"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def leaks(text: str) -> list[str]:
    """The ids in a text."""
    return [each for each in IDS if each in text]


def test_no_id_is_in_logs_reports_manifests_or_event_logs(folder: Path) -> None:
    """Six of eight rows are quarantined, two counted; a refused run and a failing one say as little."""
    done = run(folder)
    assert done.returncode == 0, done.stderr
    refused = run(folder, "--quality-max-quarantined-share", "0.1")
    assert refused.returncode == 4
    failed = run(folder, "--pings-columns-device", "nobody", FOOTFALL_DEBUG="1")
    assert "Traceback" in failed.stderr
    for told in (done, refused, failed):
        assert leaks(told.stdout + told.stderr) == []
    written = [path for path in (folder / "out" / "runs").rglob("*") if path.is_file()]
    assert {path.name for path in written} == {"alive.json", "report.json", "report.html", "manifest.json"}
    events = [path for path in (folder / "events").rglob("*") if path.is_file()]
    assert len(events) >= 2
    for path in (*written, *events):
        assert leaks(path.read_text(errors="replace")) == [], path
    published = b"".join(path.read_bytes() for path in (folder / "out" / "footfall").rglob("*.parquet"))
    assert leaks(published.decode("latin-1")) == []
