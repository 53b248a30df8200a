"""Steps of workflows and commands of buildspecs, run as they stand, in clones and with the real git and kustomize.

What begins with `gh` is left out: it needs GitHub.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.workflows.repository import Clone, clone, image, origin, surroundings
from tests.workflows.steps import ROOT, workflows

pytestmark = pytest.mark.skipif(
    not shutil.which("kustomize"), reason="kustomize, which writes the version files, is not installed"
)


@pytest.fixture
def runner(tmp_path: Path) -> Clone:
    """What a checkout gives a job: a clone."""
    return clone(origin(tmp_path), tmp_path / "runner")


def step(workflow: str, job: str, words: str) -> str:
    """The one step of a job that holds these words, without its lines for GitHub."""
    (found,) = [
        step["run"] for step in workflows()[workflow]["jobs"][job]["steps"] if words in step.get("run", "")
    ]
    return "\n".join(line for line in found.splitlines() if not line.startswith("gh "))


def built(name: str, words: str) -> str:
    """The one command of a buildspec that holds these words."""
    spec = yaml.safe_load((ROOT / "aws/buildspecs" / f"{name}.yml").read_text(encoding="utf-8"))
    (found,) = [command for command in spec["phases"]["build"]["commands"] if words in command]
    return str(found)


def outputs(runner: Clone, run: str, **variables: str) -> dict[str, str]:
    """Run a step as GitHub does, and give its outputs."""
    file = runner.folder.parent / "outputs"
    file.write_text("")
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", run],
        cwd=runner.folder,
        env={**surroundings(), "GITHUB_OUTPUT": str(file), **variables},
        check=True,
        timeout=120,
    )
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_an_image_comes_to_test_and_then_to_a_branch_for_production(runner: Clone) -> None:
    """image.yml asks whether test is behind, gives it the image; promote.yml takes what the smoke run had."""
    is_behind = step("image.yml", "behind", "version.py behind")
    assert outputs(runner, is_behind) == {"behind": "true"}
    pushed = image(runner.git("rev-parse", "HEAD"))
    assert outputs(runner, step("image.yml", "bump", "version.py set"), IMAGE=pushed) == {}
    assert outputs(runner, is_behind) == {"behind": "false"}
    promote = step("promote.yml", "promote", "version.py promote")
    seen = f"https://git.example.com/example/footfall/commit/{runner.tip('deploy/test')}"
    branch = f"promote/{'a' * 12}-{runner.git('rev-parse', 'HEAD')[:7]}"
    assert outputs(runner, promote, SMOKED=seen) == {"branch": branch}
    assert outputs(runner, promote, SMOKED="") == {"branch": ""}


def test_a_promotion_whose_pull_request_failed_can_be_asked_for_again(runner: Clone) -> None:
    """Its branch is taken away, which would else be in the way."""
    runner.version("set", "test", image("abc"))
    _, branch, _ = runner.version("promote")
    outputs(runner, step("promote.yml", "promote", "--delete"), BRANCH=branch)
    assert runner.version("promote")[1] == branch


@pytest.mark.parametrize("annotation", [[], ["--annotate", "--message", "v1"]])
def test_a_tag_that_was_moved_while_a_reviewer_waited_is_no_release(
    runner: Clone, annotation: list[str]
) -> None:
    """What is published is of the commit that was looked at."""
    first, stays = runner.git("rev-parse", "HEAD"), step("release.yml", "publish", "tag_stays")
    (runner.folder / ".github").mkdir(exist_ok=True)
    shutil.copy(ROOT / ".github/tag_stays", runner.folder / ".github")
    runner.git("tag", *annotation, "v0.1.0")
    runner.git("push", "--quiet", "origin", "v0.1.0")
    assert outputs(runner, stays, GITHUB_REF_NAME="v0.1.0", GITHUB_SHA=first) == {}
    moved = runner.write("job/main.py", "2\n")
    runner.git("tag", *annotation, "--force", "v0.1.0")
    runner.git("push", "--quiet", "--force", "origin", "v0.1.0")
    with pytest.raises(subprocess.CalledProcessError):
        outputs(runner, stays, GITHUB_REF_NAME="v0.1.0", GITHUB_SHA=first)
    assert outputs(runner, stays, GITHUB_REF_NAME="v0.1.0", GITHUB_SHA=moved) == {}


def test_a_release_takes_the_image_that_test_has(runner: Clone) -> None:
    """release.yml finds it by the commit of the tag."""
    pushed = image(runner.git("rev-parse", "HEAD"))
    runner.version("set", "test", pushed)
    assert outputs(runner, step("release.yml", "prepare", "version.py image")) == {"image": pushed}


def test_codepipeline_gives_test_an_image_and_production_the_approved_one(runner: Clone) -> None:
    """The same commits as by GitHub Actions, but that the approval was asked for before."""
    pushed = image("abc")
    for buildspec, environment in (("deploy-test", "test"), ("deploy-production", "production")):
        outputs(runner, built(buildspec, "k8s/version.py"), PUSHED=pushed)
        assert "newTag: abc\n" in runner.deployed(environment)
