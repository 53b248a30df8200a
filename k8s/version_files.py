"""What an environment runs, as its branch of origin has it: manifests of one commit of main, and one version file.

The branch `deploy/ENVIRONMENT` holds the folders of `k8s/` and a README.md that names the commit of main, and nothing
else: no workflow, so a push there starts nothing. Argo CD follows it; only robots write it.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from origin import CommandFailed, Overtaken, Refused, is_ancestor, run, tip

IMAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._:/-]*):(?P<tag>\w[\w.-]{0,127})@(?P<digest>sha256:[0-9a-f]{64})"
)
README = """\
# What the environment {environment} runs

Manifests of the commit {commit} of main, and the image in `{path}`.
Argo CD follows this branch. `k8s/version.py` writes it; changes are made on main.
"""


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


def branch_of(environment: str) -> str:
    """The branch that Argo CD follows for an environment."""
    return f"deploy/{environment}"


def version(commit: str, environment: str) -> Version:
    """The version file of an environment in a commit.

    Raises:
        Refused: There is no such environment.
    """
    overlays = run("git", "ls-tree", "--name-only", f"{commit}:k8s/overlays").split("\n")
    if environment not in overlays:
        raise Refused(f"there is no environment {environment!r}, only {', '.join(overlays)}")
    file = Version(environment, "")
    return Version(environment, run("git", "show", f"{commit}:{file.path}") + "\n")


def current(environment: str, main: str) -> Version:
    """The version file that Argo CD follows: that of the environment's branch, or of main where it has none yet.

    Raises:
        Refused: There is no such environment.
    """
    version(main, environment)  # refuses an environment that is none
    return version(tip(branch_of(environment)) or main, environment)


def commit_of_main(deployed: str) -> str:
    """The commit of main whose manifests a commit of a deploy branch holds; empty where it does not say so."""
    try:
        readme = run("git", "show", f"{deployed}:README.md")
    except CommandFailed:
        return ""
    found = re.search(r"^Manifests of the commit ([0-9a-f]{40}) of main", readme, re.MULTILINE)
    return found[1] if found else ""


def with_image(before: Version, image: str) -> Version:
    """The version file with another image, as kustomize writes it."""
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "kustomization.yaml"
        file.write_text(before.text, encoding="utf-8")
        run("kustomize", "edit", "set", "image", f"footfall={image}", folder=Path(work))
        return Version(before.environment, file.read_text(encoding="utf-8"))


def tree_of(manifests: str, of_main: str, after: Version) -> str:
    """The tree of a deploy branch.

    Args:
        manifests: The commit whose folders of `k8s/` it holds; files beside these are programs.
        of_main: The commit of main that these are of.
        after: The version file that it holds instead of that of the commit.
    """
    readme = README.format(environment=after.environment, commit=of_main, path=after.path)
    with tempfile.TemporaryDirectory() as work:
        index = f"{work}/index"
        for folder in run("git", "ls-tree", "-d", "--name-only", f"{manifests}:k8s").split("\n"):
            run("git", "read-tree", f"--prefix=k8s/{folder}/", f"{manifests}:k8s/{folder}", index=index)
        for path, text in ((after.path, after.text), ("README.md", readme)):
            blob = run("git", "hash-object", "-w", "--stdin", given=text)
            run("git", "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", index=index)
        return run("git", "write-tree", index=index)


def committed(tree: str, before: str, message: str) -> str:
    """A commit of a tree upon another commit; the first one of its branch where that is empty."""
    parent = ("-p", before) if before else ()
    return run("git", "commit-tree", tree, *parent, "-m", message)


def manifests_of(tree: str) -> str:
    """What Argo CD reads of a commit or a tree of a deploy branch, as one id; empty where that is empty."""
    return run("git", "rev-parse", "--verify", "--end-of-options", f"{tree}:k8s") if tree else ""


def refuse_older(environment: str, seen: str, commit: str) -> None:
    """Stop where the manifests that an environment has are of a later commit of main.

    Raises:
        Overtaken: They are.
    """
    now = commit_of_main(seen) if seen else ""
    if now and now != commit and is_ancestor(commit, now):
        raise Overtaken(f"{environment} has a later commit of main, {now}; to go back: git revert")


def refuse_older_image(before: Version, after: Version) -> None:
    """Stop where the image that is there is of a later commit than the one that comes.

    Raises:
        Overtaken: It is.
    """
    tag, now = after.field("newTag"), before.field("newTag")
    if now != tag and is_ancestor(tag, now):
        raise Overtaken(f"{after.environment} has the image of a later commit, {now}; to go back: git revert")


def asked(image: str) -> re.Match[str]:
    """The parts of an image that was asked for.

    Raises:
        Refused: It is no image by digest.
    """
    parts = IMAGE.fullmatch(image)
    if parts is None:
        raise Refused(f"{image!r} is not NAME:TAG@sha256:DIGEST, with 64 digits of 0-9 and a-f")
    return parts
