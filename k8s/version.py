"""Writes into Git which image an environment runs: k8s/overlays/ENVIRONMENT/version/, and nothing else.

python3 k8s/version.py set ENVIRONMENT NAME:TAG@sha256:DIGEST   commits it to main, and pushes
python3 k8s/version.py promote                                  pushes a branch on which production has test's image
python3 k8s/version.py behind ENVIRONMENT                       true where this commit makes another image, else false

TAG is the commit that the image is of. All is done on `origin`: checked out files are neither read nor changed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USAGE = "usage: python3 k8s/version.py set ENVIRONMENT NAME:TAG@sha256:DIGEST | promote | behind ENVIRONMENT"
ATTEMPTS = 6
PAUSE = 0.2
"""Seconds that each attempt to push waits longer than the one before."""

IMAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._:/-]*):(?P<tag>\w[\w.-]{0,127})@(?P<digest>sha256:[0-9a-f]{64})"
)


class Refused(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


class CommandFailed(Refused):
    """git or kustomize failed; the message holds its words."""


@dataclass(frozen=True)
class Version:
    """The version file of an environment as a commit has it."""

    environment: str
    text: str

    @property
    def path(self) -> str:
        """Where it stands in the repository."""
        return f"k8s/overlays/{self.environment}/version/kustomization.yaml"

    def field(self, name: str) -> str:
        """`newName`, `newTag` or `digest` of the image; empty where it has none."""
        found = re.search(rf"^[- ] {name}: *[\"']?([^\"'\n]+)", self.text, re.MULTILINE)
        return found[1] if found else ""


def run(*command: str, given: str | None = None, folder: Path = ROOT, index: str = "") -> str:
    """What a command prints, without the newline at its end.

    Raises:
        CommandFailed: It is not there, or has failed.
    """
    environment = {**os.environ, "GIT_INDEX_FILE": index} if index else None
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CommandFailed(f"{command[0]} is missing: install it") from None
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.removesuffix("\n")


def fetched() -> str:
    """The newest commit of main on origin."""
    run("git", "fetch", "--quiet", "origin", "+refs/heads/main:refs/remotes/origin/main")
    return run("git", "rev-parse", "refs/remotes/origin/main")


def version(tip: str, environment: str) -> Version:
    """The version file of an environment in a commit.

    Raises:
        Refused: There is no such environment.
    """
    overlays = run("git", "ls-tree", "--name-only", f"{tip}:k8s/overlays").split("\n")
    if environment not in overlays:
        raise Refused(f"there is no environment {environment!r}, only {', '.join(overlays)}")
    file = Version(environment, "")
    return Version(environment, run("git", "show", f"{tip}:{file.path}") + "\n")


def with_image(before: Version, image: str) -> Version:
    """The version file with another image, as kustomize writes it."""
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "kustomization.yaml"
        file.write_text(before.text, encoding="utf-8")
        run("kustomize", "edit", "set", "image", f"footfall={image}", folder=Path(work))
        return Version(before.environment, file.read_text(encoding="utf-8"))


def committed(tip: str, after: Version, message: str) -> str:
    """A commit on top of another one that changes the version file and can change nothing else."""
    with tempfile.TemporaryDirectory() as work:
        index = f"{work}/index"
        blob = run("git", "hash-object", "-w", "--stdin", given=after.text)
        run("git", "read-tree", tip, index=index)
        run("git", "update-index", "--cacheinfo", f"100644,{blob},{after.path}", index=index)
        tree = run("git", "write-tree", index=index)
    return run("git", "commit-tree", tree, "-p", tip, "-m", message)


def is_ancestor(older: str, newer: str) -> bool:
    """Whether one commit is in the history of the other; false where one of them is no commit here."""
    try:
        run("git", "merge-base", "--is-ancestor", older, newer)
    except CommandFailed:
        return False
    return True


def set_image(environment: str, image: str) -> None:
    """Name an image in the version file of an environment on main; others may push at the same time.

    Nothing is done where it stands there, or one of a later commit does: builds may overtake each other.

    Raises:
        Refused: The words are wrong, or origin takes no push.
    """
    asked = IMAGE.fullmatch(image)
    if asked is None:
        raise Refused(f"{image!r} is not NAME:TAG@sha256:DIGEST, with 64 digits of 0-9 and a-f")
    if environment == "production":
        raise Refused("production takes the image of test by a pull request: python3 k8s/version.py promote")
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * PAUSE)
        tip = fetched()
        before = version(tip, environment)
        after, now = with_image(before, image), before.field("newTag")
        if after == before:
            return say(f"{environment} has {image} already")
        if now != asked["tag"] and is_ancestor(asked["tag"], now):
            return say(f"{environment} has the image of a later commit, {now}; to go back: git revert")
        commit = committed(tip, after, f"Give {environment} the image of {asked['tag']}")
        try:
            run("git", "push", "--quiet", "origin", f"{commit}:refs/heads/main")
        except CommandFailed as failure:
            # Someone else was first: the next attempt writes upon what they pushed.
            rejected = failure
        else:
            return say(f"{environment} has {image}")
    raise Refused(f"origin refused {ATTEMPTS} pushes to main; the last time:\n{rejected}")


def promote() -> str:
    """Push a branch with one commit, by which production gets the image of test; give its name, empty where it has it.

    Raises:
        Refused: Test's image has no digest, or its promotion has been asked for.
    """
    tip = fetched()
    test, production = version(tip, "test"), version(tip, "production")
    if test.text == production.text:
        say(f"production has the image of test already, {test.field('newTag')}")
        return ""
    if not test.field("digest"):
        raise Refused(f"{test.path} names no digest, so it is not sure what would run: set it first")
    branch = f"promote/{test.field('digest').removeprefix('sha256:')[:12]}"
    if run("git", "ls-remote", "origin", f"refs/heads/{branch}"):
        raise Refused(f"the branch {branch} is there: merge its pull request, or delete it")
    after = Version("production", test.text)
    commit = committed(tip, after, f"Promote the image of {test.field('newTag')} to production")
    run("git", "push", "--quiet", "origin", f"{commit}:refs/heads/{branch}")
    return branch


def is_behind(environment: str) -> bool:
    """Whether something that goes into the image differs between HEAD and what an environment has."""
    now = version(fetched(), environment).field("newTag")
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    goes_in = re.findall(r"^!(.+)$", ignore, re.MULTILINE)
    try:
        return bool(run("git", "diff", "--name-only", now, "HEAD", "--", *goes_in))
    except CommandFailed:
        say(f"{environment} has the tag {now}, which is no commit here")
        return True


def say(text: str) -> None:
    """Tell people; what programs read goes to the other stream."""
    sys.stderr.write(f"{text}\n")


def main(words: list[str]) -> int:
    """The command; 0 where it did what was asked for, or found it done."""
    try:
        match words:
            case ["set", environment, image]:
                set_image(environment, image)
            case ["promote"]:
                sys.stdout.write(f"{promote()}\n")
            case ["behind", environment]:
                sys.stdout.write(f"{str(is_behind(environment)).lower()}\n")
            case _:
                say(USAGE)
                return 2
    except Refused as refusal:
        say(str(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
