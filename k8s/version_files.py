"""The version files of the environments, as commits of origin have them, and how one is written there.

All is done with git on `origin`: checked out files are neither read nor changed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ATTEMPTS = 6
PAUSE = 0.2
"""Seconds that each attempt to push waits longer than the one before."""

IMAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._:/-]*):(?P<tag>\w[\w.-]{0,127})@(?P<digest>sha256:[0-9a-f]{64})"
)


class Refused(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


class Overtaken(Exception):
    """A later commit was faster, so there is nothing to do."""


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

    @property
    def image(self) -> str:
        """NAME:TAG@DIGEST.

        Raises:
            Refused: It names no digest.
        """
        if not self.field("digest"):
            raise Refused(f"{self.path} names no digest, so it is not sure what would run: set it first")
        return f"{self.field('newName')}:{self.field('newTag')}@{self.field('digest')}"


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


def asked(image: str) -> re.Match[str]:
    """The parts of an image that was asked for.

    Raises:
        Refused: It is no image by digest.
    """
    parts = IMAGE.fullmatch(image)
    if parts is None:
        raise Refused(f"{image!r} is not NAME:TAG@sha256:DIGEST, with 64 digits of 0-9 and a-f")
    return parts


def push_to_main(after: Callable[[str], Version], image: str, message: str) -> None:
    """Commit what a version file becomes upon the tip of main, and push; others may push at the same time.

    Raises:
        Refused: Origin takes no push.
    """
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * PAUSE)
        tip = fetched()
        try:
            written = after(tip)
        except Overtaken as overtaken:
            return say(str(overtaken))
        if written == version(tip, written.environment):
            return say(f"{written.environment} has {image} already")
        commit = committed(tip, written, message)
        try:
            run("git", "push", "--quiet", "origin", f"{commit}:refs/heads/main")
        except CommandFailed as failure:
            # Someone else was first: the next attempt writes upon what they pushed.
            rejected = failure
        else:
            return say(f"{written.environment} has {image}")
    raise Refused(f"origin refused {ATTEMPTS} pushes to main; the last time:\n{rejected}")


def say(text: str) -> None:
    """Tell people; what programs read goes to the other stream."""
    sys.stderr.write(f"{text}\n")
