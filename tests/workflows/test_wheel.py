"""The wheel that a release carries."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.workflows.repository import surroundings
from tests.workflows.steps import ROOT


@pytest.mark.skipif(
    not (ROOT / ".venv/bin/hatchling").exists(), reason=".venv, which builds it, is not there"
)
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
