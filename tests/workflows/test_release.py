"""A release as a dry run: this repository is cloned and tagged, and the steps of release.yml run as they stand.

GitHub's own command is played by a script that notes its words; the image is tested in test_push.py.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflows.repository import surroundings
from tests.workflows.steps import ROOT, workflows

pytestmark = pytest.mark.skipif(
    not (ROOT / ".venv/bin/hatchling").exists(), reason=".venv, which builds the wheel, is not there"
)

TAG, HEADING = "v0.1.0", "## [0.1.0] - 20"
GH = f"""#!{sys.executable}
import json, pathlib, sys
pathlib.Path("published.json").write_text(json.dumps(sys.argv[1:]))
"""
# What is installed is not asked for again, and stays that of this checkout.
MAKE = f"""#!/bin/sh
exec {shutil.which("make")} --old-file=.venv/development.stamp "$@"
"""


@dataclass(frozen=True)
class Checkout:
    """A clone as a runner has it, with an origin to which the tag was pushed."""

    folder: Path

    def git(self, *words: str) -> str:
        """What a command of git prints."""
        command = ["git", "-c", "user.name=Someone", "-c", "user.email=someone@example.com", *words]
        done = subprocess.run(
            command, cwd=self.folder, env=surroundings(), check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def tag(self, name: str) -> None:
        """Tag the commit that is checked out, and push the tag."""
        self.git("tag", name)
        self.git("push", "--quiet", "origin", name)

    def commit(self, path: str, old: str, new: str) -> None:
        """Commit another text in a file."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        self.git("commit", "--quiet", "--message", f"Change {path}", "--", path)

    def run(self, job: str, words: str, tag: str) -> subprocess.CompletedProcess[str]:
        """Run the one step of a job that holds these words, as GitHub does for a tag."""
        steps = workflows()["release.yml"]["jobs"][job]["steps"]
        (step,) = [step["run"] for step in steps if words in step.get("run", "")]
        lines = [line for line in step.splitlines() if not line.startswith("gh auth")]
        given = {"GITHUB_REF_NAME": tag, "GITHUB_SHA": self.git("rev-parse", "HEAD")}
        path = f"{self.folder / 'programs'}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "\n".join(lines)],
            cwd=self.folder,
            env={**surroundings(), **given, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """The commit that is checked out here, in a clone of a clone."""
    for source, target, kind in (
        (ROOT, "origin", "--bare"),
        (tmp_path / "origin", "runner", "--no-hardlinks"),
    ):
        command = ["git", "clone", "--quiet", kind, source, tmp_path / target]
        subprocess.run(command, env=surroundings(), check=True)
    folder = tmp_path / "runner"
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "programs").mkdir()
    for name, text in (("gh", GH), ("make", MAKE)):
        (folder / "programs" / name).write_text(text)
        (folder / "programs" / name).chmod(0o755)
    cloned = Checkout(folder)
    if HEADING not in (folder / "CHANGELOG.md").read_text(encoding="utf-8"):  # nothing is released yet
        cloned.commit("CHANGELOG.md", "## [Unreleased]\n", f"## [Unreleased]\n\n{HEADING}23-03-01\n")
    return cloned


def test_a_tag_becomes_a_release_with_its_notes_and_the_wheel(checkout: Checkout) -> None:
    """From the tag to what is published: the part of the changelog, and a wheel of that version with its types."""
    checkout.tag(TAG)
    for job, words in (("prepare", "release_notes.py"), ("prepare", "make wheel"), ("publish", "tag_stays")):
        done = checkout.run(job, words, TAG)
        assert done.returncode == 0, done.stderr
    (wheel,) = (checkout.folder / "dist").glob("*.whl")
    assert wheel.name == "footfall-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as content:
        assert "footfall/py.typed" in content.namelist()
        assert "\nVersion: 0.1.0\n" in content.read("footfall-0.1.0.dist-info/METADATA").decode()

    # The job that publishes has the files of the one that prepared, in a checkout of its own.
    assert checkout.run("publish", "gh release create", TAG).returncode == 0
    words = json.loads((checkout.folder / "published.json").read_text())
    notes = (checkout.folder / "notes.md").read_text()
    assert words[:3] == ["release", "create", TAG]
    assert words[-3:] == ["--notes-file", "notes.md", f"dist/{wheel.name}"]
    assert "### Added\n" in notes
    assert "## [" not in notes
    assert len(notes.splitlines()) < 80, "a person reads it"


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        (
            "pyproject.toml",
            'version = "0.1.0"',
            'version = "0.2.0"',
            "v0.1.0 is tagged, but pyproject.toml has 0.2.0",
        ),
        (
            "job/footfall/__init__.py",
            '__version__ = "0.1.0"',
            '__version__ = "0.2.0"',
            "pyproject.toml has 0.1.0, but job/footfall/__init__.py another one",
        ),
        (
            "CHANGELOG.md",
            HEADING,
            "## [0.1.1] - 20",
            "CHANGELOG.md has no heading ## [0.1.0] - YYYY-MM-DD",
        ),
        (
            "CHANGELOG.md",
            HEADING,
            "## [0.1.0] - on 20",
            "CHANGELOG.md has no heading ## [0.1.0] - YYYY-MM-DD",
        ),
        (
            "CHANGELOG.md",
            HEADING,
            "## [0.1.0] - 2026-12-01\n\n## [0.0.9] - 20",
            "CHANGELOG.md says nothing of 0.1.0",
        ),
    ],
    ids=["project", "package", "no heading", "no day", "nothing said"],
)
def test_a_tag_with_which_something_disagrees_is_no_release(
    checkout: Checkout, path: str, old: str, new: str, reason: str
) -> None:
    """The first step says which of the tag, the versions and the changelog does, and nothing is built."""
    checkout.commit(path, old, new)
    checkout.tag(TAG)
    done = checkout.run("prepare", "release_notes.py", TAG)
    assert (done.returncode, done.stderr) == (1, f"{reason}\n")
    assert (checkout.folder / "notes.md").read_text() == ""


@pytest.mark.parametrize("tag", ["main", "v0.1", "v0.1.0; touch forged"])
def test_a_tag_that_is_no_version_is_no_release(checkout: Checkout, tag: str) -> None:
    """And it is never a part of a command."""
    done = checkout.run("prepare", "release_notes.py", tag)
    assert (done.returncode, done.stderr) == (1, f"{tag!r} is not vX.Y.Z\n")
    assert not (checkout.folder / "forged").exists()
