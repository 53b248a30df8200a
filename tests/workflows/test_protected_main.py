"""Bump and promotion on a server that keeps to GitHub's rules: main asks for a check and takes no direct push."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workflows.forge import RULES, WORKFLOW, Forge
from tests.workflows.repository import Clone, clone, image, origin

pytestmark = pytest.mark.skipif(
    not shutil.which("kustomize"), reason="kustomize, which writes the version files, is not installed"
)
APP = "footfall-bump[bot]"
CONNECTION = "aws-connector-for-github[bot]"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """A server with the rules that docs/delivery.md asks for."""
    server = Forge(origin(tmp_path))
    server.rule(RULES)
    return server


@pytest.fixture
def runner(forge: Forge, tmp_path: Path) -> Clone:
    """A job of a workflow, which pushes with its own token."""
    return clone(forge.bare, tmp_path / "runner", WORKFLOW)


def branch(of: Clone, name: str, path: str = "docs/x.md") -> str:
    """Push a branch with one commit upon main; give the commit."""
    of.git("checkout", "--quiet", "-b", name, "origin/main")
    (of.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (of.folder / path).write_text("words\n", encoding="utf-8")
    of.git("add", path)
    of.git("commit", "--quiet", "--message", f"Write {path}")
    of.git("push", "--quiet", "origin", name)
    return of.git("rev-parse", "HEAD")


def test_the_server_refuses_what_github_refuses(forge: Forge, runner: Clone, tmp_path: Path) -> None:
    """A direct push, a check by a dispatched run, and a robot's checks until a maintainer lets them run."""
    head = branch(runner, "bump")
    request = forge.open("bump", "main", WORKFLOW)
    request.approvals = 1
    assert request.checks_wait
    assert 'Required status check "gate" is expected.' in forge.merge(request)
    forge.report(head, "gate", "workflow_dispatch")
    assert "GH006" in forge.merge(request)
    forge.let_checks_run(request)
    assert forge.merge(request) == ""
    person = clone(forge.bare, tmp_path / "person", "octocat")
    mine = branch(person, "change", "docs/y.md")
    request = forge.open("change", "main", "octocat")
    assert not request.checks_wait
    assert "At least 1 approving review" in forge.merge(request)
    request.approvals = 1
    assert forge.merge(request) == ""
    assert person.tip("main") == mine


def test_a_bump_needs_nothing_of_main(forge: Forge, runner: Clone) -> None:
    """The workflow's own token gives test its image, while main refuses it; the first time too, without the branch."""
    main = runner.tip("main")
    code, _, said = runner.version("set", "test", image("abc"))
    assert code == 0, said
    assert "newTag: abc\n" in runner.deployed("test")
    assert runner.tip("main") == main
    assert forge.pushes() == [(WORKFLOW, "deploy/test", "")]


def test_two_bumps_at_once_both_come_through(forge: Forge, runner: Clone, tmp_path: Path) -> None:
    """Neither is refused, and both stand in the history."""
    others = [runner, clone(forge.bare, tmp_path / "other", WORKFLOW)]
    bumps = [each.start("set", "test", image(tag)) for each, tag in zip(others, ("t1", "t2"), strict=True)]
    said = [bump.communicate(timeout=120)[1] for bump in bumps]
    assert [bump.returncode for bump in bumps] == [0, 0], said
    assert set(runner.messages("deploy/test")) == {f"Give test the image of {tag}" for tag in ("t1", "t2")}


def test_a_promotion_needs_one_approval_and_no_check(forge: Forge, runner: Clone) -> None:
    """Its branch has no workflow, so nothing waits for a maintainer; a person approves, and production has it."""
    runner.version("set", "test", image("abc"))
    code, pushed, said = runner.version("promote")
    assert code == 0, said
    request = forge.open(pushed, "deploy/production", WORKFLOW)
    assert not request.checks_wait
    assert "At least 1 approving review" in forge.merge(request)
    request.approvals = 1
    assert forge.merge(request) == ""
    assert runner.deployed("production") == runner.deployed("test")


def test_a_refusal_ends_at_once_and_says_what_to_do(forge: Forge, runner: Clone) -> None:
    """Where a rule covers the branch that robots write, trying again is of no use."""
    runner.version("set", "test", image("abc"))
    forge.rule({**RULES, "deploy/*": {"checks": ["gate"]}})
    code, _, said = runner.version("set", "test", image("def", "b"))
    assert code == 1
    assert said.startswith("origin refuses this push to deploy/test:\n")
    assert 'Required status check "gate" is expected.' in said
    assert "do:    A rule of the repository covers deploy/test." in said
    assert len(forge.pushes()) == 2
    assert "newTag: abc\n" in runner.deployed("test")


def test_codepipeline_approves_where_the_rule_lets_its_connection_pass(forge: Forge, tmp_path: Path) -> None:
    """Its approval stands before the commit; without the bypass the push is refused once, by the rule's name."""
    build = clone(forge.bare, tmp_path / "build", CONNECTION)
    build.version("set", "test", image("abc"))
    forge.rule({**RULES, "deploy/production": {"approvals": 1, "bypass": []}})
    assert build.version("approve", image("abc"))[0] == 0  # a new branch is no push to a protected one
    build.version("set", "test", image("def", "b"))
    code, _, said = build.version("approve", image("def", "b"))
    assert (code, "Changes must be made through a pull request." in said) == (1, True)
    forge.rule({**RULES, "deploy/production": {"approvals": 1, "bypass": [CONNECTION]}})
    assert build.version("approve", image("def", "b"))[0] == 0
    assert "newTag: def\n" in build.deployed("production")


def test_the_token_of_an_app_that_may_bypass_could_write_anything_to_main(
    forge: Forge, runner: Clone, tmp_path: Path
) -> None:
    """The other way, and why it was not taken: to bump on main its token must pass the rule, for every file there."""
    forge.rule({**RULES, "main": {"checks": ["gate"], "approvals": 1, "bypass": [APP]}})
    app = clone(forge.bare, tmp_path / "app", APP)
    unchecked = app.write(".github/workflows/ci.yml", "on: push\n")
    assert app.tip("main") == unchecked
    with pytest.raises(subprocess.CalledProcessError, match="push"):
        runner.write("job/main.py", "anything\n")
    assert runner.tip("main") == unchecked


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        ("error: GH013: Repository rule violations found", 1),
        ("remote: Permission to example/footfall.git denied to github-actions[bot]", 1),
        ("fatal: cannot lock ref 'refs/heads/deploy/test': is at 1 but expected 2", 6),
    ],
)
def test_a_race_is_tried_again_and_a_refusal_is_not(
    runner: Clone, forge: Forge, answer: str, tries: int
) -> None:
    """By what origin answers, as GitHub words it; each attempt is counted where it arrives."""
    hook = forge.bare / "hooks/pre-receive"
    hook.write_text(f'#!/bin/sh\necho x >>"$0.tries"\necho "{answer}" >&2\nexit 1\n')
    code, _, said = runner.version("set", "test", image("abc"))
    assert code == 1
    assert hook.with_name("pre-receive.tries").read_text().count("x") == tries
    assert ("do:" in said) == (tries == 1)
