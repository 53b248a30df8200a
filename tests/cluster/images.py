"""Images of the job: the one of this commit, and variants of it that are quick to make."""

from dataclasses import dataclass
from pathlib import Path

from tests.cluster.addresses import ROOT
from tests.cluster.kubectl import Cluster

BROKEN_MAIN = "raise SystemExit('this image is broken')\n"
ENDING_MAIN = "import os\nraise SystemExit(int(os.environ['END_WITH']))\n"
"""Ends with a code that the template names, as Spark and Java do by codes of their own."""


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
    """Builds and pushes.

    Attributes:
        registry: Host and port of the registry, which speaks HTTP.
        folder: Where files may be written.
        mark: The end of all tags, which never move: another telling has others.
    """

    cluster: Cluster
    registry: str
    folder: Path
    mark: str

    def build(self) -> str:
        """Build the image of the commit that is checked out, as `make image` does, and give its local name."""
        commit = self.cluster.run("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD").strip()
        name = f"localhost/footfall:{commit}"
        self.cluster.run(str(ROOT / "docker" / "build"), name, seconds=3600)
        return name

    def push(self, local: str, tag: str) -> Image:
        """Pack an image and push it under a tag, as the workflow `image` does; the registry tells its digest."""
        packed, settings = self.folder / f"{tag}.tar", self.folder / ".config/containers/registries.conf"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f'[[registry]]\nlocation = "{self.registry}"\ninsecure = true\n')
        self.cluster.run(str(ROOT / "docker" / "pack"), local, str(packed), seconds=900)
        name, tag = f"{self.registry}/footfall", f"{tag}-{self.mark}"
        push = (
            "env",
            f"HOME={self.folder}",
            str(ROOT / "docker" / "push"),
        )  # where skopeo reads the settings
        told = self.cluster.run(*push, str(packed), f"{name}:{tag}", seconds=900).strip()
        packed.unlink()
        return Image(name, tag, told.rpartition("@")[2])

    def variant(self, local: str, tag: str, main: str = "") -> Image:
        """The same job as another image, or one with another job, and push it.

        Args:
            local: The image it is made from, here or in the registry.
            tag: Its tag.
            main: The program that is the job instead; empty for the job itself.
        """
        container = self.cluster.run("buildah", "from", "--tls-verify=false", local).strip()
        self.cluster.run("buildah", "config", "--label", f"variant={tag}", container)
        if main:
            file = self.folder / "main.py"
            file.write_text(main)
            self.cluster.run("buildah", "copy", container, str(file), "/opt/footfall/main.py")
        name, tag, digest = f"{self.registry}/footfall", f"{tag}-{self.mark}", self.folder / "digest"
        self.cluster.run("buildah", "commit", "--quiet", "--rm", container, f"localhost/footfall:{tag}")
        # Not packed: what the registry has of the layers of the first image is not compressed again.
        form = ("--format=oci", "--compression-format=zstd", "--compression-level=9", "--tls-verify=false")
        words = (f"--digestfile={digest}", f"localhost/footfall:{tag}", f"docker://{name}:{tag}")
        self.cluster.run("buildah", "push", *form, *words, seconds=900)
        return Image(name, tag, digest.read_text().strip())
