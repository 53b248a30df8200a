"""Images of the job: the one of this commit, and variants of it that are quick to make."""

from dataclasses import dataclass
from pathlib import Path

from tests.cluster.addresses import ROOT
from tests.cluster.kubectl import Cluster

BROKEN_MAIN = "raise SystemExit('this image is broken')\n"


@dataclass(frozen=True)
class Image:
    """An image in the registry."""

    name: str
    tag: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}:{self.tag}@{self.digest}"


@dataclass(frozen=True)
class Images:
    """Builds and pushes."""

    cluster: Cluster
    registry: str
    folder: Path

    def build(self) -> str:
        """Build the image of the commit that is checked out, as `make image` does, and give its local name."""
        commit = self.cluster.run("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD").strip()
        name = f"localhost/footfall:{commit}"
        self.cluster.run(str(ROOT / "docker" / "build"), name, seconds=3600)
        return name

    def push(self, local: str, tag: str) -> Image:
        """Push an image under a tag; the registry tells its digest."""
        name, digest = f"{self.registry}/footfall", self.folder / "digest"
        words = ("push", "--tls-verify=false", f"--digestfile={digest}", local, f"docker://{name}:{tag}")
        self.cluster.run("buildah", *words, seconds=900)
        return Image(name, tag, digest.read_text().strip())

    def variant(self, local: str, tag: str, *, is_broken: bool = False) -> Image:
        """The same job as another image, or one whose job ends at once, and push it.

        Args:
            local: The image it is made from, here or in the registry.
            tag: Its tag.
            is_broken: Whether its job ends at once.
        """
        container = self.cluster.run("buildah", "from", "--tls-verify=false", local).strip()
        self.cluster.run("buildah", "config", "--label", f"variant={tag}", container)
        if is_broken:
            main = self.folder / "main.py"
            main.write_text(BROKEN_MAIN)
            self.cluster.run("buildah", "copy", container, str(main), "/opt/footfall/main.py")
        self.cluster.run("buildah", "commit", "--quiet", "--rm", container, f"localhost/footfall:{tag}")
        return self.push(f"localhost/footfall:{tag}", tag)
