"""How production gets what test has: by a branch for a pull request, or by an approval that was given elsewhere."""

import shutil
from pathlib import Path

import pytest

from tests.workflows.repository import VERSION, Clone, clone, file_of, image, origin

pytestmark = pytest.mark.skipif(
    not shutil.which("kustomize"), reason="kustomize, which writes the version files, is not installed"
)


@pytest.fixture
def desk(tmp_path: Path) -> Clone:
    """A clone of an origin."""
    return clone(origin(tmp_path), tmp_path / "desk")


def test_an_image_without_a_digest_is_not_promoted(desk: Clone) -> None:
    """A tag alone does not say what would run in production."""
    desk.version("set", "test")
    code, output, told = desk.version("promote")
    assert (code, output) == (1, "")
    assert told == f"{file_of('test')} names no digest, so it is not sure what would run: set it first"


def test_promotion_is_a_branch_that_copies_test_to_production(desk: Clone) -> None:
    """Its one commit gives production what test has, image and manifests; production waits for the merge."""
    desk.write("k8s/base/kustomization.yaml", "second\n")
    desk.version("set", "test", image("abc"))
    head = desk.write("k8s/base/kustomization.yaml", "third, not in test yet\n")
    code, branch, told = desk.version("promote")
    tested = desk.git("rev-parse", "HEAD~")
    assert (code, branch) == (0, f"promote/{'a' * 12}-{tested[:7]}"), told
    assert desk.at_origin(file_of("production"), branch) == desk.deployed("test")
    assert desk.at_origin("k8s/base/kustomization.yaml", branch) == "second\n"
    assert desk.deployed("production") == VERSION
    assert desk.git("rev-list", "--count", f"origin/deploy/production..origin/{branch}") == "1"
    assert desk.git("rev-parse", "origin/main") == head


def test_a_promotion_that_was_asked_for_or_is_done_is_not_asked_for_again(desk: Clone) -> None:
    """The branch in the way is named; after the merge there is no branch to make."""
    desk.version("set", "test", image("abc"))
    _, branch, _ = desk.version("promote")
    there = f"the branch {branch} is there: merge its pull request, or delete it to ask again"
    assert desk.version("promote") == (0, "", there)
    desk.git("push", "--quiet", "origin", f"origin/{branch}:deploy/production")
    assert desk.version("promote") == (0, "", "production has what test has already, the image of abc")


def test_a_smoke_run_promotes_what_it_ran_and_nothing_later(desk: Clone) -> None:
    """The revision that Argo CD tells names it; where test has something else by now, that one's own run decides."""
    desk.version("set", "test", image("abc"))
    tried = desk.tip("deploy/test")
    assert desk.version("promote", tried)[:2] == (
        0,
        f"promote/{'a' * 12}-{desk.git('rev-parse', 'HEAD')[:7]}",
    )
    desk.version("set", "test", image("def", "b"))
    told = f"test has something else than in {tried}: its own smoke run decides"
    assert desk.version("promote", tried) == (0, "", told)
    code, output, told = desk.version("promote", "no-commit")
    assert (code, output, "no-commit" in told) == (1, "", True)


def test_what_was_approved_goes_to_production(desk: Clone) -> None:
    """One commit with what was approved, also where test has gone on; the second time nothing is done."""
    desk.version("set", "test", image("abc"))
    desk.version("set", "test", image("def", "b"))
    assert desk.version("approve", image("abc")) == (0, "", f"production has {image('abc')}")
    assert "newTag: abc\n" in desk.deployed("production")
    assert desk.messages("deploy/production") == ["Promote the image of abc to production"]
    assert desk.version("approve", image("abc")) == (0, "", f"production has {image('abc')} already")
    assert desk.version("approve", image("abc", "c"))[0] == 1


def test_an_approval_that_comes_late_takes_production_back_to_nothing_older(desk: Clone) -> None:
    """What an earlier commit brought stays out when that of a later one is there."""
    earlier = desk.write("job/main.py", "2\n")
    desk.version("set", "test", image(earlier))
    later = desk.write("job/main.py", "3\n")
    desk.version("set", "test", image(later, "b"))
    desk.version("approve", image(later, "b"))
    code, _, told = desk.version("approve", image(earlier))
    assert (code, told) == (0, f"production has a later commit of main, {later}; to go back: git revert")
