"""k8s/version.py with a real git and a real kustomize: what it writes, and what it leaves alone."""

import shutil
from pathlib import Path

import pytest

from tests.workflows.repository import VERSION, Clone, clone, file_of, image, origin

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
    assert desk.at_origin(file_of("test")) == (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
        "kind: Component\n"
        "images:\n"
        f"- digest: sha256:{'a' * 64}\n"
        "  name: footfall\n"
        "  newName: registry.example.com/footfall\n"
        "  newTag: abc\n"
    )
    assert desk.git("diff", "--name-only", "HEAD", "FETCH_HEAD") == file_of("test")
    assert desk.messages() == ["Give test the image of abc", "Write job/main.py"]
    assert desk.git("status", "--porcelain") == "M job/main.py"


def test_nothing_to_change_means_no_commit(desk: Clone) -> None:
    """The second time the same image is there already, and that is no failure."""
    assert desk.version("set", "test", image("abc"))[0] == 0
    code, _, told = desk.version("set", "test", image("abc"))
    assert (code, told) == (0, f"test has {image('abc')} already")
    assert len(desk.messages()) == 2


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
    assert desk.messages()[:2] == ["Give test the image of ours", "Give test the image of theirs"]
    assert "newTag: ours" in desk.at_origin(file_of("test"))


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
    last, *before = [message for message in desk.messages() if message.startswith("Give")]
    assert {last, *before} == {f"Give {environment} the image of {tag}" for environment, tag in asked}
    for environment in ("test", "local"):
        newest = next(message for message in [last, *before] if f" {environment} " in message)
        assert f"newTag: {newest.split()[-1]}\n" in desk.at_origin(file_of(environment))


def test_the_image_of_an_earlier_commit_does_not_replace_that_of_a_later_one(desk: Clone) -> None:
    """A build that was overtaken ends well and changes nothing."""
    earlier, later = desk.write("job/main.py", "2\n"), desk.write("job/main.py", "3\n")
    desk.version("set", "test", image(later))
    code, _, told = desk.version("set", "test", image(earlier, "b"))
    assert code == 0
    assert told == f"test has the image of a later commit, {later}; to go back: git revert"
    assert f"newTag: {later}\n" in desk.at_origin(file_of("test"))


def test_a_refused_push_is_told_in_the_words_of_git(bare: Path, desk: Clone) -> None:
    """A protected branch does not take the commit: the command fails, and says what origin said."""
    hook = bare / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho main is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    code, _, told = desk.version("set", "test", image("abc"))
    assert code == 1
    assert told.startswith("origin refused 6 pushes to main; the last time:\n")
    assert "main is protected" in told
    assert desk.at_origin(file_of("test")) == VERSION


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
        (("promote", "no-commit"), "no-commit"),
        (("approve", "registry.example.com/footfall:abc"), "is not NAME:TAG@sha256:DIGEST"),
        (("approve", image("abc")), f"test never had {image('abc')}"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(desk: Clone, words: tuple[str, ...], message: str) -> None:
    """The message says why, and main stays as it is."""
    code, output, told = desk.version(*words)
    assert code > 0
    assert (message in told, output) == (True, ""), told
    assert desk.messages() == ["Write job/main.py"]


def test_an_image_without_a_digest_is_not_promoted(desk: Clone) -> None:
    """A tag alone does not say what would run in production."""
    desk.write(file_of("test"), VERSION.replace("0.1.0", "0.2.0"))
    code, output, told = desk.version("promote")
    assert (code, output) == (1, "")
    assert told == f"{file_of('test')} names no digest, so it is not sure what would run: set it first"


def test_promotion_is_a_branch_that_copies_test_to_production(desk: Clone) -> None:
    """Its one commit changes production's version file; main waits for the merge."""
    desk.version("set", "test", image("abc"))
    code, branch, told = desk.version("promote")
    assert (code, branch) == (0, f"promote/{'a' * 12}"), told
    assert desk.at_origin(file_of("production"), branch) == desk.at_origin(file_of("test"))
    assert desk.at_origin(file_of("production")) == VERSION
    changed = desk.git("diff", "--name-only", "FETCH_HEAD", f"origin/{branch}")
    assert changed == file_of("production")


def test_a_promotion_that_was_asked_for_or_is_done_is_not_asked_for_again(desk: Clone) -> None:
    """The branch in the way is named; after the merge there is no branch to make."""
    desk.version("set", "test", image("abc"))
    _, branch, _ = desk.version("promote")
    there = f"the branch {branch} is there: merge its pull request, or delete it to ask again"
    assert desk.version("promote") == (0, "", there)
    desk.git("push", "--quiet", "origin", f"origin/{branch}:main")
    assert desk.version("promote") == (0, "", "production has the image of test already, abc")


def test_a_smoke_run_promotes_the_image_that_it_ran_and_no_later_one(desk: Clone) -> None:
    """The revision that Argo CD tells names the image; where test has another by now, that one's own run decides."""
    desk.version("set", "test", image("abc"))
    desk.git("fetch", "--quiet", "origin", "main")
    tried = desk.git("rev-parse", "FETCH_HEAD")
    desk.git("merge", "--quiet", "--ff-only", "FETCH_HEAD")
    desk.write("docs/delivery.md", "words\n")
    assert desk.version("promote", tried)[:2] == (0, f"promote/{'a' * 12}")
    desk.version("set", "test", image("def", "b"))
    told = f"test has another image than in {tried}: its own smoke run decides"
    assert desk.version("promote", tried) == (0, "", told)


def test_what_was_approved_goes_to_production_on_main(desk: Clone) -> None:
    """One commit with the image that was approved, also where test has gone on; the second time nothing is done."""
    desk.version("set", "test", image("abc"))
    desk.version("set", "test", image("def", "b"))
    assert desk.version("approve", image("abc")) == (0, "", f"production has {image('abc')}")
    assert "newTag: abc\n" in desk.at_origin(file_of("production"))
    assert desk.messages()[0] == "Promote the image of abc to production"
    assert desk.version("approve", image("abc")) == (0, "", f"production has {image('abc')} already")
    assert desk.version("approve", image("abc", "c"))[0] == 1


def test_an_approval_that_comes_late_takes_production_back_to_nothing_older(desk: Clone) -> None:
    """The image of an earlier commit stays out when that of a later one is there."""
    earlier, later = desk.write("job/main.py", "2\n"), desk.write("job/main.py", "3\n")
    desk.version("set", "test", image(earlier))
    desk.version("set", "test", image(later, "b"))
    desk.version("approve", image(later, "b"))
    code, _, told = desk.version("approve", image(earlier))
    assert (code, told) == (0, f"production has the image of a later commit, {later}; to go back: git revert")


def test_a_release_is_of_the_image_that_was_made_of_its_commit(desk: Clone) -> None:
    """A commit with other sources than test's image has none, nor has one that is not on main."""
    built = desk.git("rev-parse", "HEAD")
    desk.version("set", "test", image(built))
    desk.git("pull", "--quiet", "origin", "main")
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
    desk.git("pull", "--quiet", "origin", "main")
    desk.write("docs/delivery.md", "words\n")
    assert desk.version("behind", "test") == (0, "false", "")
    desk.write("job/main.py", "2\n")
    assert desk.version("behind", "test") == (0, "true", "")
