"""Days as processes of their own, by `footfall backfill`: what each ends with, and what none of them tells.

Two backfills by each engine serve all tests: a run as a process costs more than all that is looked at here.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.run.conftest import PLACES

IDS = [f"5ecre7-d3v1ce-{n:04d}" for n in range(9)]
PUBLISHED, WITHOUT_PINGS, REFUSED = "2023-03-01", "2023-03-02", "2023-03-03"
ROWS = [
    # On the first day one sound row in each shop, and one of each way to be bad
    f"{IDS[0]},2023-03-01 10:00:00,0.5,0.5",
    f"{IDS[1]},2023-03-01 11:00:00,2.5,0.5",
    f"{IDS[2]},2023-03-01 12:00:00,north,0.5",
    f"{IDS[3]},2023-03-01 12:00:00,0,0",
    f"{IDS[4]},2023-03-01 12:00:00,,0.5",
    # Bad on any day; the last has no line structure at all
    f"{IDS[5]},yesterday,0.5,0.5",
    f'"{IDS[6]},2023-03-01 12:00:00,0.5,0.5',
    f"{IDS[7]};2023-03-01 12:00:00;0.5;0.5",
    # On the third day more than four bad rows in five
    f"{IDS[8]},2023-03-03 12:00:00,0.5,0.5",
    *[f"{IDS[8]},2023-03-03 12:0{minute}:00,0,0" for minute in range(9)],
]
SETTINGS = """
pings: {path: pings.csv}
places: {path: places.geojson}
output: out
privacy: {k: 1}
quality: {max_quarantined_share: 0.8}
workers: 1
spark: {master: "local[2]", memory: 1g, event_log: events}
engine: """


@dataclass(frozen=True)
class Backfills:
    """A folder after two backfills by an engine, the second of two days only: what each told, and how."""

    engine: str
    folder: Path
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]


def backfill(folder: Path, last: str) -> subprocess.CompletedProcess[str]:
    """From the first day to this one, all at once; a run that fails tells all it knows."""
    words = ("backfill", f"--from={PUBLISHED}", f"--to={last}", "--settings", "settings.yaml", "--parallel=3")
    soon = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a short run, begun sooner
    return subprocess.run(
        [sys.executable, "-m", "footfall", *words],
        cwd=folder,
        env={**os.environ, "FOOTFALL_DEBUG": "1", "JDK_JAVA_OPTIONS": soon, "SPARK_CONF_DIR": "conf"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module", params=["embedded", pytest.param("spark", marks=pytest.mark.spark)])
def backfills(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Backfills:
    """Of three days, and again of the first two."""
    folder = tmp_path_factory.mktemp("days")
    (folder / "pings.csv").write_text("device,at,lon,lat\n" + "\n".join(ROWS) + "\n")
    (folder / "places.geojson").write_text(PLACES)
    (folder / "settings.yaml").write_text(SETTINGS + request.param)
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text("spark.eventLog.compress false\n")
    return Backfills(request.param, folder, backfill(folder, REFUSED), backfill(folder, WITHOUT_PINGS))


def days_told(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The state of each day."""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["day"]: line["state"] for line in lines if "day" in line}


def leaks(text: str) -> list[str]:
    """The ids in a text."""
    return [each for each in IDS if each in text]


def test_a_backfill_goes_on_where_it_stopped(backfills: Backfills) -> None:
    """The published day is kept, the one without pings is tried again; the code is that of the worst day."""
    first, second = backfills.first, backfills.second
    assert days_told(first) == {PUBLISHED: "published", WITHOUT_PINGS: "failed", REFUSED: "refused"}
    assert first.returncode == 3, first.stderr
    assert days_told(second) == {PUBLISHED: "kept", WITHOUT_PINGS: "failed"}
    assert second.returncode == 3, second.stderr


def test_no_device_id_is_in_logs_reports_manifests_or_event_logs(backfills: Backfills) -> None:
    """Sound and bad rows, runs that publish, are refused and fail: ids are in the input and in the quarantine alone."""
    assert "Traceback" in backfills.first.stderr
    for told in (backfills.first, backfills.second):
        assert leaks(told.stdout + told.stderr) == []
    out = backfills.folder / "out"
    written = [path for path in (out / "runs").rglob("*") if path.is_file()]
    assert {path.name for path in written} == {"alive.json", "report.json", "report.html", "manifest.json"}
    events = [path for path in (backfills.folder / "events").rglob("*") if path.is_file()]
    assert len(events) >= 4 or backfills.engine == "embedded"
    assert any("SparkListenerJobEnd" in path.read_text() for path in events) or not events
    for path in (*written, *events):
        assert leaks(path.read_text(errors="replace")) == [], path
    published = b"".join(path.read_bytes() for path in (out / "footfall").rglob("*.parquet"))
    assert leaks(published.decode("latin-1")) == []
    quarantined = b"".join(path.read_bytes() for path in (out / "quarantine").rglob("*.parquet"))
    assert quarantined
