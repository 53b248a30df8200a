"""Manifests as the cluster would get them: kustomize renders, and these are the objects."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ("local", "test", "production")
TEMPLATE = ("SparkApplication", "footfall-template")

Object = dict[str, Any]
Objects = dict[tuple[str, str], Object]


@cache
def _kustomize() -> tuple[str, ...]:
    if shutil.which("kustomize"):
        return ("kustomize", "build")
    if shutil.which("kubectl"):
        version = subprocess.run(
            ["kubectl", "version", "--client"], capture_output=True, check=False, text=True
        )
        if "Kustomize Version: v5" in version.stdout:
            return ("kubectl", "kustomize")
    pytest.skip(
        "the manifests cannot be rendered: neither kustomize nor a kubectl with kustomize 5 is installed"
    )


def render(folder: Path) -> Objects:
    """The objects of a folder by kind and name, as kustomize renders them.

    Skips the test where there is no kustomize.
    """
    done = subprocess.run([*_kustomize(), str(folder)], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    objects = list(yaml.safe_load_all(done.stdout))
    named = {(thing["kind"], thing["metadata"]["name"]): thing for thing in objects}
    assert len(named) == len(objects) > 0
    return named


@cache
def environment(name: str) -> Objects:
    """The objects of one environment."""
    return render(ROOT / "k8s" / "overlays" / name)


@cache
def changed_production(*changes: tuple[str, str, str]) -> Objects:
    """The objects of production where somebody changes its overlay: in each file a text to another one."""
    with TemporaryDirectory() as folder:
        overlay = shutil.copytree(ROOT / "k8s", Path(folder) / "k8s") / "overlays/production"
        for file, old, new in changes:
            text = (overlay / file).read_text(encoding="utf-8")
            assert old in text
            (overlay / file).write_text(text.replace(old, new), encoding="utf-8")
        return render(overlay)


@cache
def argo_cd() -> Objects:
    """The objects that Argo CD is told."""
    return render(ROOT / "argocd")


def template(name: str) -> Object:
    """The `spec` of an environment's template."""
    spec: Object = environment(name)[TEMPLATE]["spec"]
    return spec


def flat(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The path and value of each leaf; the parts of a list go by their names, where they have one."""
    if isinstance(thing, dict) and thing:
        for key, part in thing.items():
            yield from flat(part, f"{path}.{key}" if path else key)
    elif isinstance(thing, list) and thing:
        for number, part in enumerate(thing):
            named = part.get("name") if isinstance(part, dict) else None
            yield from flat(part, f"{path}[{named or number}]")
    else:
        yield path, thing
