"""The steps of a preview that need GitHub or AWS, with programs in their places that write down what they are asked."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from footfall.cli import main as footfall
from tests.workflows.steps import ROOT, workflows

PROGRAM = """\
#!{python}
import json, os, pathlib, shutil, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
given = "" if sys.stdin is None or "--input" not in words else sys.stdin.read()
with (here / "asked.jsonl").open("a") as asked:
    asked.write(json.dumps([pathlib.Path(__file__).name, *words, given]) + chr(10))
if words[:2] == ["s3", "cp"]:
    if (here / "bucket").exists():
        shutil.copytree(here / "bucket", words[-1], dirs_exist_ok=True)
elif words[:2] == ["ecr", "list-images"]:
    print(json.dumps({{"imageIds": [{{"imageTag": tag}} for tag in ("7-abc", "7-def", "70-abc", "8-7-")]}}))
elif "--slurp" in words:
    print((here / "comments.json").read_text())
"""


PATCH = """

_settings = sample_settings


def sample_settings(output: str) -> dict[str, object]:
    return {**_settings(output), "visit_gap": "5min"}
"""
"""Put behind the code of the sample, it changes how visits are cut."""


class Desk:
    """A folder with `aws` and `gh` that write down what they are asked."""

    def __init__(self, folder: Path) -> None:
        """Make the programs."""
        self.folder = folder
        (folder / "comments.json").write_text("[[]]")
        for name in ("aws", "gh"):
            (folder / name).write_text(PROGRAM.format(python=sys.executable))
            (folder / name).chmod(0o755)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run .github/preview.py."""
        path = f"{self.folder}:{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, ROOT / ".github/preview.py", *words],
            cwd=self.folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def asked(self) -> list[list[str]]:
        """What the programs were asked, in order; what was written to them comes last."""
        file = self.folder / "asked.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def compare(self, changed: bool, folder: str = "comparisons") -> None:
        """Comparisons of the sample, which is the same, and of a day, which differs where it is said."""
        for kind, differs in (("sample", False), ("day", changed)):
            to = self.folder / folder / kind
            to.mkdir(parents=True)
            (to / "diff.json").write_text(
                json.dumps({"changed": differs, "verdict": "1 row changed" if differs else "The same"})
            )
            (to / "diff.md").write_text(f"**{'Different' if differs else 'The same'}**\n\n### 2023-03-01\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The programs, and nothing else."""
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("changed", "labels", "code"),
    [
        (False, [], 0),
        (True, [], 1),
        (True, ["preview"], 1),
        (True, ["preview", "counts-change"], 0),
        (True, ["no-counts-change"], 1),
    ],
)
def test_a_changed_count_fails_without_the_label_that_allows_it(
    desk: Desk, changed: bool, labels: list[str], code: int
) -> None:
    """The label as a whole; what changed is said either way."""
    desk.compare(changed)
    done = desk.run("verdict", "comparisons", json.dumps(labels))
    assert done.returncode == code
    assert "The bundled sample: The same" in done.stdout
    assert ("have someone add the label counts-change" in done.stderr) == (code == 1)


def test_the_comment_is_written_once_and_then_again_in_its_place(desk: Desk) -> None:
    """Who copies its mark has no comment that is written over."""
    desk.compare(True)
    assert desk.run("comment", "example/footfall", "7", "comparisons").returncode == 0
    post = desk.asked()[-1]
    assert post[:5] == ["gh", "api", "--method", "POST", "repos/example/footfall/issues/7/comments"]
    body = json.loads(post[-1])["body"]
    assert body.startswith("<!-- footfall preview -->\n## What this changes in the counts")
    assert "### One day of the pings in test\n\n**Different**\n\n#### 2023-03-01" in body
    written = [
        {"id": 1, "body": body, "user": {"login": "octocat"}},
        {"id": 2, "body": body, "user": {"login": "github-actions[bot]"}},
    ]
    (desk.folder / "comments.json").write_text(json.dumps([[], written]))
    assert desk.run("comment", "example/footfall", "7", "comparisons").returncode == 0
    assert desk.asked()[-1][3:5] == ["PATCH", "repos/example/footfall/issues/comments/2"]


def test_it_waits_for_both_comparisons_and_says_where_to_look(desk: Desk) -> None:
    """One alone is not enough; the namespace of the preview is named."""
    desk.compare(False, "bucket")
    (desk.folder / "bucket/day/diff.json").rename(desk.folder / "later")
    address = "s3://bucket/previews/7/abc"
    done = desk.run("wait", address, "fetched", "0")
    assert done.returncode == 1
    assert "no comparison of day came to" in done.stderr
    assert "kubectl -n footfall-preview-7 get jobs,pods" in done.stderr
    (desk.folder / "later").rename(desk.folder / "bucket/day/diff.json")
    assert desk.run("wait", address, "fetched", "0").returncode == 0


def test_what_a_preview_left_is_removed_and_nothing_of_another(desk: Desk) -> None:
    """Images by the number in front of their tags, comparisons by their folder."""
    done = desk.run("remove", "1.example.com/footfall-previews", "s3://bucket/previews", "7")
    assert (done.returncode, done.stdout) == (0, "2 images and the comparisons of 7 are gone\n")
    removed, _, deleted = desk.asked()
    assert removed[1:6] == ["s3", "rm", "--recursive", "--quiet", "s3://bucket/previews/7/"]
    assert json.loads(deleted[deleted.index("--image-ids") + 1]) == [
        {"imageTag": "7-abc"},
        {"imageTag": "7-def"},
    ]


def test_the_commands_of_a_preview_are_those_of_main() -> None:
    """What a pull request says of them is not run where there are rights; forks are left out."""
    jobs = workflows()["preview.yml"]["jobs"]
    for name in ("counts", "remove"):
        (checkout,) = [
            step for step in jobs[name]["steps"] if step.get("uses", "").startswith("actions/checkout@")
        ]
        assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
        assert jobs[name]["environment"] == "preview"
    for name in ("image", "remove"):
        assert "head.repo.full_name == github.repository" in jobs[name]["if"]


def test_a_verdict_without_a_comparison_is_none(desk: Desk) -> None:
    """A step before that left nothing does not pass as no change."""
    done = desk.run("verdict", "comparisons", '["counts-change"]')
    assert (done.returncode, done.stderr) == (1, "there is no comparison in comparisons\n")


@pytest.mark.parametrize(("gap", "is_changed"), [("30", False), ("5", True)])
def test_the_sample_is_counted_by_the_code_of_both_commits(
    tmp_path: Path, gap: str, is_changed: bool
) -> None:
    """A commit whose visits end after another gap gives other rows; one that says the same otherwise, the same."""
    desk = tmp_path / "desk"
    git = ["git", "-c", "user.name=Someone", "-c", "user.email=someone@example.com"]
    subprocess.run([*git, "clone", "--quiet", "--no-hardlinks", ROOT, desk], check=True)
    (desk / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(ROOT / ".github/counts", desk / ".github/counts")
    subprocess.run([*git, "checkout", "--quiet", "--detach"], cwd=desk, check=True)
    model = desk / "job/footfall/sample/__init__.py"
    model.write_text(model.read_text() + PATCH)
    subprocess.run([*git, "commit", "--quiet", "--all", "--message", "Another gap"], cwd=desk, check=True)
    done = subprocess.run(
        [desk / ".github/counts", "HEAD~", tmp_path / "out"],
        cwd=desk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out/sample/diff.json").read_text())["changed"] is True


def test_two_images_that_count_alike_compare_as_the_pod_does(tmp_path: Path, capsys: Any) -> None:
    """The words of the containers, on this machine: the sample twice, and the comparison that GitHub fetches."""
    for side in ("before", "after"):
        assert footfall(["run", "--output", str(tmp_path / side / "sample")]) == 0
    words = [str(tmp_path / side / "sample") for side in ("before", "after")]
    assert footfall(["diff", *words, "--write", str(tmp_path / "7/abc/sample")]) == 0
    assert json.loads((tmp_path / "7/abc/sample/diff.json").read_text())["changed"] is False
