"""The Git repository that Argo CD follows: the manifests of this checkout, with other addresses."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from tests.cluster.addresses import ROOT, Addresses
from tests.cluster.images import Image
from tests.cluster.kubectl import Cluster

AUTHOR = ("-c", "user.name=Story", "-c", "user.email=story@example.com")
ENVIRONMENTS = ("test", "production")
BRANCHES = ("main", *(f"deploy/{environment}" for environment in ENVIRONMENTS))
"""Here all hold the same commits: which of them robots write is tested in tests/workflows."""


@dataclass(frozen=True)
class Repository:
    """A clone to work in, and the address of its origin."""

    cluster: Cluster
    folder: Path
    url: str

    @classmethod
    def create(cls, cluster: Cluster, addresses: Addresses, folder: Path, name: str) -> "Repository":
        """Make an empty repository on the server, and a clone of it."""
        bare, url = addresses.git_root / f"{name}.git", f"{addresses.git_server}/{name}.git"
        shutil.rmtree(bare, ignore_errors=True)
        cluster.run("git", "init", "--quiet", "--bare", "-b", "main", str(bare))
        cluster.run("git", "-C", str(bare), "config", "http.receivepack", "true")
        cluster.run("git", "clone", "--quiet", url, str(folder))
        return cls(cluster, folder, url)

    def fill(self, aws: str, bucket: str) -> None:
        """Copy k8s/ and argocd/ as they are committed, and put in where things are here.

        Here no roles are given out, so the environments take the endpoints of overlays/local instead.
        """
        archive = self.folder / "manifests.tar"
        self.cluster.run("git", "-C", str(ROOT), "archive", f"--output={archive}", "HEAD", "k8s", "argocd")
        self.cluster.run("tar", "-x", "-f", str(archive), "-C", str(self.folder))
        archive.unlink()
        port = urlparse(aws).port
        self._replace("argocd/site.yaml", r"repository: .*", f"repository: {self.url}")
        self._replace("k8s/overlays/local/endpoints/kustomization.yaml", r"http://aws:5000", aws)
        self._replace("k8s/overlays/local/endpoints/network.yaml", r"port: 5000", f"port: {port}")
        self._replace("k8s/overlays/local/endpoints/observer/kustomization.yaml", r"http://aws:5000", aws)
        self._replace("k8s/overlays/local/endpoints/observer/network.yaml", r"port: 5000", f"port: {port}")
        for environment in ENVIRONMENTS:
            overlay = f"k8s/overlays/{environment}"
            self._replace(f"{overlay}/site.yaml", r"example-footfall-\w+", f"{bucket}-{environment}")
            database = f"{bucket}-{environment}".replace("-", "_")  # other tellings share the catalog
            self._replace(f"{overlay}/site.yaml", r"database: .*", f"database: {database}")
            self._replace(f"{overlay}/kustomization.yaml", r"../../components/irsa", "../local/endpoints")
        observer = r"../../components/observer/irsa"
        self._replace("k8s/overlays/production/kustomization.yaml", observer, "../local/endpoints/observer")

    def set_image(self, environment: str, image: Image) -> None:
        """Name an image in the version file of an environment, as robots do."""
        words = ("kustomize", "edit", "set", "image", f"footfall={image}")
        folder = self.folder / "k8s" / "overlays" / environment / "version"
        self.cluster.run("env", f"--chdir={folder}", *words)

    def promote(self) -> None:
        """Copy the version file of test over that of production."""
        overlays = self.folder / "k8s" / "overlays"
        shutil.copy(overlays / "test/version/kustomization.yaml", overlays / "production/version")

    def commit(self, message: str) -> str:
        """Commit and push all changes, and give the revision."""
        self._git("add", "--all")
        self._git(*AUTHOR, "commit", "--quiet", "--message", message)
        return self._push()

    def revert(self, revision: str) -> str:
        """Take a commit back by another one, and push it."""
        self._git(*AUTHOR, "revert", "--no-edit", revision)
        return self._push()

    def _push(self) -> str:
        self._git("push", "--quiet", "origin", *(f"HEAD:refs/heads/{branch}" for branch in BRANCHES))
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *words: str) -> str:
        return self.cluster.run("git", "-C", str(self.folder), *words)

    def _replace(self, file: str, pattern: str, text: str) -> None:
        path = self.folder / file
        content, count = re.subn(pattern, text, path.read_text())
        assert count, f"{file} holds no {pattern}"
        path.write_text(content)
