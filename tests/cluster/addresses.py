"""Where the cluster and its neighbours are: named by the environment, or by a neighbouring checkout."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEIGHBOUR = ROOT.parent / "shared" / "cluster" / "cluster"
NAMES = ("KUBECONFIG", "REGISTRY", "GIT_SERVER", "GIT_ROOT", "AWS_ENDPOINT_URL")
# How an image is built beside that cluster, where no docker runs.
BUILD = {"BUILDAH_ARGS": "--isolation chroot --network host --pull-never"}


@dataclass(frozen=True)
class Addresses:
    """What the story needs to know of its surroundings.

    Attributes:
        registry: Host and port that images are pushed to and pulled from, over HTTP.
        git_server: Where Argo CD reads repositories: `<git_server>/<name>.git`.
        git_root: The folder that holds them.
        aws: A server that answers as S3 and Glue do, for this machine and for pods alike.
        environment: The variables for programs that are started.
    """

    registry: str
    git_server: str
    git_root: Path
    aws: str
    environment: Mapping[str, str]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Addresses":
        """Take them from variables."""
        return cls(
            registry=environment["REGISTRY"],
            git_server=environment["GIT_SERVER"],
            git_root=Path(environment["GIT_ROOT"]),
            aws=environment["AWS_ENDPOINT_URL"],
            environment=environment,
        )


def found(*, may_start: bool = True) -> Addresses | None:
    """The cluster that is named, or that is up or may be started beside this checkout; none where there is none."""
    if all(os.environ.get(name) for name in NAMES):
        return Addresses.of(os.environ)
    if not NEIGHBOUR.exists():
        return None
    environment = {**BUILD, **os.environ, **_exports(_neighbour("env"))}
    ready = [
        "kubectl",
        "--namespace",
        "argocd",
        "rollout",
        "status",
        "deployment,statefulset",
        "--timeout=5s",
    ]
    if subprocess.run(ready, env=environment, capture_output=True, check=False).returncode:
        if not may_start:
            return None
        _neighbour("up")
    return Addresses.of(environment)


def needed(*, may_start: bool = True) -> Addresses:
    """What `found` finds, for a test, which is skipped where that is nothing."""
    there = found(may_start=may_start)
    if there is None:
        pytest.skip(f"no cluster: set {', '.join(NAMES)}")
    return there


def _neighbour(word: str) -> str:
    return subprocess.run([NEIGHBOUR, word], check=True, stdout=subprocess.PIPE, text=True).stdout


def _exports(text: str) -> dict[str, str]:
    found = re.findall(r"^export (\w+)=(.*)$", text, re.MULTILINE)
    return {name: value.replace("$PATH", os.environ.get("PATH", "")) for name, value in found}
