"""k8s/version.py with a real git and a real kustomize: what it writes, and what it leaves alone."""

import shutil
from pathlib import Path

import pytest

from tests.workflows.repository import Clone, clone, image, origin

pytestmark = pytest.mark.skipif(
    not shutil.which("kustomize"), reason="kustomize, which writes the version files, is not installed"
)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The origin."""
    return origin(tmp_path)


@pytest.fixture
def desk(bare: Path, tmp_path: Path) -> Clone:
    """A clone of it."""
    return clone(bare, tmp_path / "desk")


def test_the_image_lands_in_the_version_file_and_nowhere_else(desk: Clone) -> None:
    """One commit, one file: name, tag and digest; what is checked out stays as it is, also where it is unfinished."""
    (desk.folder / "job/main.py").write_text("unfinished")
    code, output, told = desk.version("set", "test", image("abc"))
    assert (code, output) == (0, ""), told
    assert desk.deployed("test") == (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
        "kind: Component\n"
        "images:\n"
        f"- digest: sha256:{'a' * 64}\n"
        "  name: footfall\n"
        "  newName: registry.example.com/footfall\n"
        "  newTag: abc\n"
    )
    assert desk.git("diff", "--name-only", "HEAD:k8s", "FETCH_HEAD:k8s").splitlines() == [
        "origin.py",
        "overlays/test/version/kustomization.yaml",
        "version.py",
        "version_files.py",
    ]
    assert desk.git("ls-tree", "--name-only", "FETCH_HEAD").splitlines() == ["README.md", "k8s"]
    head = desk.git("rev-parse", "HEAD")
    assert f"Manifests of the commit {head} of main" in desk.at_origin("README.md", "deploy/test")
    assert desk.messages("deploy/test") == ["Give test the image of abc"]
    assert desk.messages() == ["Write job/main.py"]
    assert desk.git("status", "--porcelain") == "M job/main.py"


def test_nothing_to_change_means_no_commit(desk: Clone) -> None:
    """The second time the same image is there already, and that is no failure."""
    assert desk.version("set", "test", image("abc"))[0] == 0
    code, _, told = desk.version("set", "test", image("abc"))
    assert (code, told) == (0, f"test has {image('abc')} already")
    assert len(desk.messages("deploy/test")) == 1


def test_a_bump_that_another_one_overtook_is_written_upon_it(bare: Path, tmp_path: Path, desk: Clone) -> None:
    """Between the commit and its push another clone pushes a bump of the same file: both stand in the history."""
    other = clone(bare, tmp_path / "other")
    hook = desk.folder / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    command = f"python3 {other.folder}/k8s/version.py set test {image('theirs', 'b')}"
    hook.write_text(
        f'#!/bin/sh\n[ -e "$0.ran" ] && exit 0\ntouch "$0.ran"\nunset $(git rev-parse --local-env-vars)\n{command}\n'
    )
    hook.chmod(0o755)
    code, _, told = desk.version("set", "test", image("ours"))
    assert code == 0, told
    assert desk.messages("deploy/test") == ["Give test the image of ours", "Give test the image of theirs"]
    assert "newTag: ours" in desk.deployed("test")


def test_bumps_at_the_same_time_lose_none(bare: Path, tmp_path: Path, desk: Clone) -> None:
    """Four clones at once, two environments: each commit is there, and each environment has one of its images."""
    asked = [("test", "t1"), ("test", "t2"), ("local", "l1"), ("local", "l2")]
    clones = [clone(bare, tmp_path / tag) for _, tag in asked]
    bumps = [
        each.start("set", environment, image(tag))
        for each, (environment, tag) in zip(clones, asked, strict=True)
    ]
    told = [bump.communicate(timeout=120)[1] for bump in bumps]
    assert [bump.returncode for bump in bumps] == [0, 0, 0, 0], told
    for environment in ("test", "local"):
        last, before = desk.messages(f"deploy/{environment}")
        assert {last, before} == {
            f"Give {each} the image of {tag}" for each, tag in asked if each == environment
        }
        assert f"newTag: {last.split()[-1]}\n" in desk.deployed(environment)


def test_the_image_of_an_earlier_commit_does_not_replace_that_of_a_later_one(desk: Clone) -> None:
    """A build that was overtaken ends well and changes nothing."""
    earlier, later = desk.write("job/main.py", "2\n"), desk.write("job/main.py", "3\n")
    desk.version("set", "test", image(later))
    code, _, told = desk.version("set", "test", image(earlier, "b"))
    assert code == 0
    assert told == f"test has the image of a later commit, {later}; to go back: git revert"
    assert f"newTag: {later}\n" in desk.deployed("test")


def test_a_commit_without_another_image_brings_its_manifests(desk: Clone) -> None:
    """The image stays; a commit in which no manifest differs makes no commit; an earlier one changes nothing."""
    desk.version("set", "test", image("abc"))
    earlier = desk.git("rev-parse", "HEAD")
    desk.write("docs/delivery.md", "words\n")
    assert desk.version("set", "test")[0] == 0
    assert len(desk.messages("deploy/test")) == 1
    later = desk.write("k8s/base/kustomization.yaml", "second\n")
    assert desk.version("set", "test") == (0, "", f"test has the manifests of {later}")
    assert desk.messages("deploy/test")[0] == f"Give test the manifests of {later}"
    assert desk.at_origin("k8s/base/kustomization.yaml", "deploy/test") == "second\n"
    assert "newTag: abc\n" in desk.deployed("test")
    desk.git("checkout", "--quiet", earlier)
    told = f"test has a later commit of main, {later}; to go back: git revert"
    assert desk.version("set", "test", image("abc")) == (0, "", told)


def test_a_revert_on_its_branch_takes_an_environment_back(desk: Clone) -> None:
    """What was there before is there again, and the next commit of main goes on from it."""
    desk.version("set", "test", image("abc"))
    desk.version("set", "test", image("def", "b"))
    desk.git("fetch", "--quiet", "origin", "deploy/test")
    desk.git("checkout", "--quiet", "FETCH_HEAD")
    desk.git("revert", "--no-edit", "HEAD")
    desk.git("push", "--quiet", "origin", "HEAD:deploy/test")
    assert "newTag: abc\n" in desk.deployed("test")
    desk.git("checkout", "--quiet", "main")
    later = desk.write("job/main.py", "2\n")
    assert desk.version("set", "test", image(later, "c"))[0] == 0
    assert f"newTag: {later}\n" in desk.deployed("test")


def test_a_commit_that_is_not_on_main_comes_to_no_environment(desk: Clone) -> None:
    """Its manifests have passed no check."""
    desk.git("commit", "--quiet", "--allow-empty", "--message", "Only here")
    told = "this commit is not on main of origin: push it, or check out one that is"
    assert desk.version("set", "test", image("abc")) == (1, "", told)
    assert desk.tip("deploy/test") == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("set", "test", "registry.example.com/footfall:abc"), "is not NAME:TAG@sha256:DIGEST"),
        (("set", "test", image("$(touch x)")), "is not NAME:TAG@sha256:DIGEST"),
        (("set", "test", image("abc") + "\n"), "is not NAME:TAG@sha256:DIGEST"),
        (("set", "tset", image("abc")), "no environment 'tset', only local, production, test"),
        (("set", "../base", image("abc")), "no environment '../base'"),
        (("set", "production", image("abc")), "by a pull request: python3 k8s/version.py promote"),
        (("promote", "one", "two"), "usage: "),
        (("promote",), "test has nothing to promote, there is no branch deploy/test: set it first"),
        (("approve", "registry.example.com/footfall:abc"), "is not NAME:TAG@sha256:DIGEST"),
        (("approve", image("abc")), f"test never had {image('abc')}"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(desk: Clone, words: tuple[str, ...], message: str) -> None:
    """The message says why, and main stays as it is."""
    code, output, told = desk.version(*words)
    assert code > 0
    assert (message in told, output) == (True, ""), told
    assert [desk.tip(f"deploy/{name}") for name in ("test", "production")] == ["", ""]


def test_a_release_is_of_the_image_that_was_made_of_its_commit(desk: Clone) -> None:
    """A commit with other sources than test's image has none, nor has one that is not on main."""
    built = desk.git("rev-parse", "HEAD")
    desk.version("set", "test", image(built))
    assert desk.version("image", "test") == (0, image(built), "")
    desk.write("job/main.py", "2\n")
    told = f"test has the image of {built}, which is not that of this commit"
    assert desk.version("image", "test") == (1, "", told)
    desk.git("commit", "--quiet", "--allow-empty", "--message", "Only here")
    assert desk.version("image", "test") == (1, "", "this commit is not on main of origin")


def test_an_environment_is_behind_when_something_that_goes_into_the_image_has_changed(desk: Clone) -> None:
    """Documents and version files go into no image; a tag that is no commit tells nothing, so it is behind."""
    assert desk.version("behind", "test")[:2] == (0, "true")
    built = desk.git("rev-parse", "HEAD")
    desk.version("set", "test", image(built))
    desk.write("docs/delivery.md", "words\n")
    assert desk.version("behind", "test") == (0, "false", "")
    desk.write("job/main.py", "2\n")
    assert desk.version("behind", "test") == (0, "true", "")
