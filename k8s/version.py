"""Writes into Git which image an environment runs: k8s/overlays/ENVIRONMENT/version/, and nothing else.

python3 k8s/version.py set ENVIRONMENT NAME:TAG@sha256:DIGEST   commits it to main, and pushes
python3 k8s/version.py promote [COMMIT]                         pushes a branch on which production has test's image;
                                                                with COMMIT only where test had it there already
python3 k8s/version.py approve NAME:TAG@sha256:DIGEST           commits it to production on main, where test has it
python3 k8s/version.py behind ENVIRONMENT                       true where this commit makes another image, else false
python3 k8s/version.py image ENVIRONMENT                        prints its image, where this commit makes no other one

TAG is the commit that the image is of. All is done on origin (version_files.py): what is checked out stays as it is.
"""

import re
import sys

from version_files import (
    ROOT,
    CommandFailed,
    Overtaken,
    Refused,
    Version,
    asked,
    committed,
    fetched,
    is_ancestor,
    push_to_main,
    run,
    say,
    version,
    with_image,
)

USAGE = """\
usage: python3 k8s/version.py set ENVIRONMENT NAME:TAG@sha256:DIGEST | promote [COMMIT] | approve NAME:TAG@sha256:DIGEST
       | behind ENVIRONMENT | image ENVIRONMENT"""


def set_image(environment: str, image: str) -> None:
    """Name an image in the version file of an environment on main.

    Nothing is done where one of a later commit stands there: builds may overtake each other.

    Raises:
        Refused: The words are wrong, or origin takes no push.
    """
    tag = asked(image)["tag"]
    if environment == "production":
        raise Refused("production takes the image of test by a pull request: python3 k8s/version.py promote")

    def after(tip: str) -> Version:
        before = version(tip, environment)
        now = before.field("newTag")
        if now != tag and is_ancestor(tag, now):
            raise Overtaken(f"{environment} has the image of a later commit, {now}; to go back: git revert")
        return with_image(before, image)

    push_to_main(after, image, f"Give {environment} the image of {tag}")


def approve(image: str) -> None:
    """Give production on main an image that test has had: what a pull request does where there are some.

    Raises:
        Refused: Test never had it, or origin takes no push.
    """
    tag = asked(image)["tag"]

    def after(tip: str) -> Version:
        now = version(tip, "production").field("newTag")
        if now != tag and is_ancestor(tag, now):
            raise Overtaken(f"production has the image of a later commit, {now}; to go back: git revert")
        return Version("production", tried_in_test(tip, image).text)

    push_to_main(after, image, f"Promote the image of {tag} to production")


def tried_in_test(tip: str, image: str) -> Version:
    """The version file with which test had an image.

    Raises:
        Refused: It never had it.
    """
    digest = asked(image)["digest"]
    path = version(tip, "test").path
    for commit in run("git", "log", "--format=%H", f"-S{digest}", tip, "--", path).split():
        then = version(commit, "test")
        if then.field("digest") == digest and then.image == image:
            return then
    raise Refused(f"test never had {image}")


def promote(seen: str = "") -> str:
    """Push a branch with one commit, by which production gets the image of test, and give its name.

    Args:
        seen: A commit in which test has been tried. Its image is promoted only where test still has it.

    Returns:
        The branch; empty where production has the image, its promotion was asked for, or test has another by now.

    Raises:
        Refused: Test's image has no digest, or there is no such commit.
    """
    tip = fetched()
    test, production = version(tip, "test"), version(tip, "production")
    if seen and version(seen, "test").text != test.text:
        say(f"test has another image than in {seen}: its own smoke run decides")
        return ""
    if test.text == production.text:
        say(f"production has the image of test already, {test.field('newTag')}")
        return ""
    branch = f"promote/{test.image.rpartition(':')[2][:12]}"
    if run("git", "ls-remote", "origin", f"refs/heads/{branch}"):
        say(f"the branch {branch} is there: merge its pull request, or delete it to ask again")
        return ""
    message = f"Promote the image of {test.field('newTag')} to production"
    commit = committed(tip, Version("production", test.text), message)
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


def current_image(environment: str) -> str:
    """The image of an environment, for a release of HEAD.

    Raises:
        Refused: It was made of other sources than HEAD's, or HEAD is not on main.
    """
    if not is_ancestor("HEAD", fetched()):
        raise Refused("this commit is not on main of origin")
    now = version(fetched(), environment)
    if is_behind(environment):
        raise Refused(
            f"{environment} has the image of {now.field('newTag')}, which is not that of this commit"
        )
    return now.image


def main(words: list[str]) -> int:
    """The command; 0 where it did what was asked for, or found it done."""
    try:
        match words:
            case ["set", environment, image]:
                set_image(environment, image)
            case ["promote", *seen] if len(seen) < 2:
                sys.stdout.write(f"{promote(*seen)}\n")
            case ["approve", image]:
                approve(image)
            case ["behind", environment]:
                sys.stdout.write(f"{str(is_behind(environment)).lower()}\n")
            case ["image", environment]:
                sys.stdout.write(f"{current_image(environment)}\n")
            case _:
                say(USAGE)
                return 2
    except Refused as refusal:
        say(str(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
