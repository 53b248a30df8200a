"""`footfall backfill` here: real runs, one per day."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOOTFALL = (sys.executable, "-m", "footfall")
RANGE = ("--from=2023-03-01", "--to=2023-03-02")


def backfill(*words: str) -> tuple[int, dict[str, str]]:
    """Its exit code, and the state of each day."""
    done = subprocess.run(
        [*FOOTFALL, "backfill", *RANGE, *words], stdout=subprocess.PIPE, text=True, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {line["day"]: line["state"] for line in lines if "day" in line}


@pytest.mark.spark
def test_a_backfill_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """The published day is kept, the one without pings is tried again; the code is that of the worst day."""
    subprocess.run([*FOOTFALL, "sample", str(tmp_path), "--pings=300", "--places=5", "--days=1"], check=True)
    words = ("--settings", str(tmp_path / "settings.yaml"), "--output", str(tmp_path / "out"))
    assert backfill(*words) == (3, {"2023-03-01": "published", "2023-03-02": "failed"})
    assert backfill(*words) == (3, {"2023-03-01": "kept", "2023-03-02": "failed"})
