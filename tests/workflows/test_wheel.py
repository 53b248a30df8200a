"""The wheel that a release carries."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.workflows.repository import surroundings
from tests.workflows.steps import ROOT

HATCHLING = ROOT / ".venv/bin/hatchling"

pytestmark = pytest.mark.skipif(not HATCHLING.exists(), reason=".venv, which builds it, is not there")


def test_make_wheel_builds_the_same_wheel_twice_from_one_commit(tmp_path: Path) -> None:
    """Two checkouts, two folders, one digest; the job is in it, and no test."""
    digests = []
    for name in ("one", "two"):
        checkout = tmp_path / name
        subprocess.run(["git", "clone", "--quiet", ROOT, checkout], env=surroundings(), check=True)
        (checkout / ".venv").symlink_to(ROOT / ".venv")
        # What is installed there is not asked for again.
        make = ["make", "--old-file=.venv/development.stamp", "wheel"]
        subprocess.run(make, cwd=checkout, env=surroundings(), check=True, capture_output=True)
        (wheel,) = (checkout / "dist").glob("*.whl")
        digests.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert digests[0] == digests[1]
    names = zipfile.ZipFile(wheel).namelist()
    assert "footfall/pipeline.py" in names
    assert not any(name.startswith("tests") for name in names)


@pytest.mark.registry
def test_the_wheel_alone_counts_the_sample(tmp_path: Path) -> None:
    """In an empty environment pip installs it without extras, and `footfall run` needs no Java and no Spark."""
    subprocess.run([HATCHLING, "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "empty"], check=True)
    python, footfall = (tmp_path / "empty" / "bin" / name for name in ("python", "footfall"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-compile", wheel], check=True)
    listed = subprocess.run([python, "-m", "pip", "list"], check=True, capture_output=True, text=True).stdout
    assert "pyspark" not in listed
    environ = {name: text for name, text in os.environ.items() if name in ("HOME", "LANG", "TMPDIR")}
    command = [footfall, "run"]
    counted = subprocess.run(
        command, cwd=tmp_path, env={**environ, "PATH": ""}, check=False, capture_output=True, text=True
    )
    assert counted.returncode == 0, counted.stderr
    report = Path(json.loads(counted.stdout.splitlines()[-1])["report"])
    assert report.is_relative_to(tmp_path / "footfall-output")
    assert "<html" in report.read_text(encoding="utf-8")
