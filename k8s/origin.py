"""What git does on `origin`: branches are read and pushed to there; checked out files are neither read nor changed."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ATTEMPTS = 6
PAUSE = 0.2
"""Seconds that each attempt to push waits longer than the one before."""

RACE = re.compile(
    r"fetch first|non-fast-forward|cannot lock ref|failed to update ref|reference already exists|incorrect old value"
    r"|Internal Server Error"
)
"""What git answers where another push was faster, or where origin failed: the same push may pass a moment later."""

REFUSAL = re.compile(r"\[remote rejected\]|\b40[13]\b|[Pp]ermission|denied|not authorized")
"""What git answers where origin will not take this push, today or tomorrow; a race is looked for first."""

ADVICE = (
    (
        r"GH006|GH013|protected|rule violation",
        "A rule of the repository covers {branch}. Only robots write there, so its rules are these: no force push, no"
        " deletion, and for deploy/production a pull request with one approval; no required check, because nothing"
        " runs there. docs/delivery.md, A protected main, has the clicks.",
    ),
    (
        r"\b40[13]\b|[Pp]ermission|denied|not authorized",
        "This token may not write here. On GitHub the job needs `permissions: contents: write`, on CodePipeline the"
        " connection needs to be let in to the repository with the right to write.",
    ),
    (r"", "Ask the owner of origin what refuses {branch}; trying again does not help."),
)
"""What to do about a refusal, by what origin said; the first line that fits."""


class Refused(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


class Overtaken(Exception):
    """A later commit was faster, so there is nothing to do."""


class CommandFailed(Refused):
    """git or kustomize failed; the message holds its words."""


def run(*command: str, given: str | None = None, folder: Path = ROOT, index: str = "") -> str:
    """What a command prints, without the newline at its end.

    Raises:
        CommandFailed: It is not there, or has failed.
    """
    environment = {**os.environ, "LC_ALL": "C", **({"GIT_INDEX_FILE": index} if index else {})}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CommandFailed(f"{command[0]} is missing: install it") from None
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.removesuffix("\n")


def main_tip() -> str:
    """The newest commit of main on origin.

    Raises:
        Refused: It has no main.
    """
    if commit := tip("main"):
        return commit
    raise Refused("origin has no branch main")


def tip(branch: str) -> str:
    """The newest commit of a branch on origin; empty where it has no such branch."""
    there = run("git", "ls-remote", "origin", f"refs/heads/{branch}")
    if not there:
        return ""
    run("git", "fetch", "--quiet", "origin", f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
    return run("git", "rev-parse", f"refs/remotes/origin/{branch}")


def is_ancestor(older: str, newer: str) -> bool:
    """Whether one commit is in the history of the other; false where one of them is no commit here."""
    try:
        run("git", "merge-base", "--is-ancestor", older, newer)
    except CommandFailed:
        return False
    return True


def push(commit: str, branch: str) -> bool:
    """Push a commit to a branch of origin.

    Returns:
        Whether it was pushed; false where another push was faster, or origin did not answer: worth another attempt.

    Raises:
        Refused: Origin takes no such push, however often it is tried.
    """
    try:
        run("git", "push", "--quiet", "origin", f"{commit}:refs/heads/{branch}")
    except CommandFailed as failure:
        said = str(failure)
        if RACE.search(said) or not REFUSAL.search(said):
            return False
        advice = next(text for pattern, text in ADVICE if re.search(pattern, said)).format(branch=branch)
        raise Refused(f"origin refuses this push to {branch}:\n{said}\n  do:    {advice}") from None
    return True


def until_pushed(branch: str, commit_upon: Callable[[str], str]) -> bool:
    """Commit upon the newest commit of a branch, and push; others may push at the same time.

    Args:
        branch: The branch; created if it does not exist.
        commit_upon: Makes the commit upon the newest one, which is empty for a new branch; gives an empty text where
            there is nothing to do.

    Returns:
        Whether something was pushed.

    Raises:
        Refused: Origin takes no such push, or does not answer.
    """
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * PAUSE)
        seen = tip(branch)
        commit = commit_upon(seen)
        if not commit:
            return False
        if push(commit, branch):
            return True
    raise Refused(
        f"other pushes to {branch} were faster {ATTEMPTS} times, or origin did not answer: try again"
    )


def say(text: str) -> None:
    """Tell people; what programs read goes to the other stream."""
    sys.stderr.write(f"{text}\n")
