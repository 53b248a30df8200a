"""Writes into Git what an environment runs: the branch deploy/ENVIRONMENT, which Argo CD follows, and nothing else.

python3 k8s/version.py set ENVIRONMENT NAME:TAG@sha256:DIGEST   gives it the manifests of this commit and an image
python3 k8s/version.py set ENVIRONMENT                          gives it the manifests of this commit; its image stays
python3 k8s/version.py promote [COMMIT]                         pushes a branch by which production gets what test has;
                                                                with COMMIT only where test has what it had there
python3 k8s/version.py approve NAME:TAG@sha256:DIGEST           gives production what test had with that image
python3 k8s/version.py behind ENVIRONMENT                       true where this commit makes another image, else false
python3 k8s/version.py image ENVIRONMENT                        prints its image, where this commit makes no other one

TAG is the commit that the image is of. Main is only read, so its rules are in nobody's way. All is done on origin
(origin.py): what is checked out stays as it is.
"""

import re
import sys
from collections.abc import Callable

from origin import (
    ROOT,
    CommandFailed,
    Overtaken,
    Refused,
    is_ancestor,
    main_tip,
    push,
    run,
    say,
    tip,
    until_pushed,
)
from version_files import (
    Version,
    asked,
    branch_of,
    commit_of_main,
    committed,
    current,
    manifests_of,
    refuse_older,
    refuse_older_image,
    tree_of,
    version,
    with_image,
)

USAGE = """\
usage: python3 k8s/version.py set ENVIRONMENT [NAME:TAG@sha256:DIGEST] | promote [COMMIT]
       | approve NAME:TAG@sha256:DIGEST | behind ENVIRONMENT | image ENVIRONMENT"""


def set_version(environment: str, image: str = "") -> None:
    """Give an environment the manifests of this commit, and an image; without one it keeps what it has.

    Nothing is done where it has those of a later commit: builds may overtake each other.

    Raises:
        Refused: The words are wrong, this commit is not on main, or origin takes no push.
    """
    if image:
        asked(image)
    main = main_tip()
    current(environment, main)
    if environment == "production":
        raise Refused("production takes what test has by a pull request: python3 k8s/version.py promote")
    if not is_ancestor("HEAD", main):
        raise Refused("this commit is not on main of origin: push it, or check out one that is")
    head = run("git", "rev-parse", "HEAD")

    def upon(seen: str) -> str:
        refuse_older(environment, seen, head)
        before = version(seen or head, environment)
        after = with_image(version(head, environment), image) if image else before
        refuse_older_image(before, after)
        tree = tree_of(head, head, after)
        if manifests_of(seen) == manifests_of(tree):
            return ""
        what = f"manifests of {head}" if after == before else f"image of {after.field('newTag')}"
        return committed(tree, seen, f"Give {environment} the {what}")

    _write(environment, upon, image or f"the manifests of {head}")


def approve(image: str) -> None:
    """Give production what test had with an image: what a pull request does where there are some.

    Raises:
        Refused: Test never had it, or origin takes no push.
    """
    asked(image)
    main = main_tip()
    tried = tried_in_test(image)
    after = Version("production", version(tried, "test").text)
    of_main = commit_of_main(tried) or main

    def upon(seen: str) -> str:
        refuse_older("production", seen, of_main)
        refuse_older_image(version(seen or main, "production"), after)
        tree = tree_of(tried, of_main, after)
        if manifests_of(seen) == manifests_of(tree):
            return ""
        return committed(tree, seen, f"Promote the image of {after.field('newTag')} to production")

    _write("production", upon, image)


def tried_in_test(image: str) -> str:
    """The newest commit of test's branch that has an image.

    Raises:
        Refused: Test never had it.
    """
    here = tip(branch_of("test"))
    for commit in run("git", "log", "--format=%H", here).split() if here else []:
        then = version(commit, "test")
        if then.field("digest") and then.image == image:
            return commit
    raise Refused(f"test never had {image}")


def promote(seen: str = "") -> str:
    """Push a branch with one commit, by which production gets what test has, and give its name.

    Args:
        seen: A commit in which test has been tried. It is promoted only where test still has what that one has.

    Returns:
        The branch; empty where production has it, its promotion was asked for, or test has something else by now.

    Raises:
        Refused: Test has nothing, or an image without a digest, there is no such commit, or origin takes no push.
    """
    main, test = main_tip(), tip(branch_of("test"))
    if not test:
        raise Refused(f"test has nothing to promote, there is no branch {branch_of('test')}: set it first")
    if seen and manifests_of(seen) != manifests_of(test):
        say(f"test has something else than in {seen}: its own smoke run decides")
        return ""
    now = version(test, "test")
    after, tag, digest = Version("production", now.text), now.field("newTag"), asked(now.image)["digest"]
    of_main = commit_of_main(test) or main
    base = tip(branch_of("production")) or _begin("production", main)
    tree = tree_of(test, of_main, after)
    if manifests_of(base) == manifests_of(tree):
        say(f"production has what test has already, the image of {tag}")
        return ""
    branch = f"promote/{digest[7:19]}-{of_main[:7]}"
    commit = committed(tree, base, f"Promote the image of {tag} to production")
    if tip(branch) or not push(commit, branch):
        say(f"the branch {branch} is there: merge its pull request, or delete it to ask again")
        return ""
    return branch


def is_behind(environment: str) -> bool:
    """Whether something that goes into the image differs between HEAD and what an environment has."""
    now = current(environment, main_tip()).field("newTag")
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
    main = main_tip()
    if not is_ancestor("HEAD", main):
        raise Refused("this commit is not on main of origin")
    now = current(environment, main)
    if is_behind(environment):
        raise Refused(
            f"{environment} has the image of {now.field('newTag')}, which is not that of this commit"
        )
    return now.image


def _begin(environment: str, main: str) -> str:
    """Make the branch of an environment, with the manifests of main and the image that stands there."""
    tree = tree_of(main, main, version(main, environment))
    until_pushed(
        branch_of(environment),
        lambda seen: "" if seen else committed(tree, "", f"Begin with what main has for {environment}"),
    )
    return tip(branch_of(environment))


def _write(environment: str, upon: Callable[[str], str], what: str) -> None:
    try:
        is_new = until_pushed(branch_of(environment), upon)
    except Overtaken as overtaken:
        say(str(overtaken))
    else:
        say(f"{environment} has {what}{'' if is_new else ' already'}")


def main(words: list[str]) -> int:
    """The command; 0 where it did what was asked for, or found it done."""
    try:
        match words:
            case ["set", environment, *image] if len(image) < 2:
                set_version(environment, *image)
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
