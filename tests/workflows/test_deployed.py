"""What Argo CD reads on the branch of an environment, made of the manifests of this repository by the real command."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workflows.repository import Clone, clone, file_of, image, surroundings
from tests.workflows.steps import ROOT

pytestmark = pytest.mark.skipif(
    not shutil.which("kustomize"), reason="kustomize, which writes the version files, is not installed"
)


def rendered(folder: Path) -> str:
    """A folder as kustomize renders it."""
    return subprocess.run(["kustomize", "build", folder], capture_output=True, text=True, check=True).stdout


def test_an_environment_is_main_with_another_image_and_nothing_else(tmp_path: Path) -> None:
    """Test and its previews render on the branch as on main, but for the image; no program and no workflow is there."""
    bare = tmp_path / "origin.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", bare], check=True, env=surroundings())
    main = clone(bare, tmp_path / "main")
    archive = subprocess.run(
        ["git", "archive", "HEAD", "k8s", ".gitignore"], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", main.folder], input=archive.stdout, check=True)
    main.git("checkout", "--quiet", "-b", "main")
    main.git("add", "--all")
    main.write("README.md", "words\n")
    assert main.version("set", "test", image("abc"))[0] == 0
    deployed = Clone(tmp_path / "deployed")
    main.git("clone", "--quiet", "--branch", "deploy/test", str(bare), str(deployed.folder))
    for folder in ("k8s/overlays/test", "k8s/preview"):
        before, after = rendered(main.folder / folder), rendered(deployed.folder / folder)
        assert before.replace("registry.example.com/footfall:0.1.0", image("abc")) == after != before
    there = set(deployed.git("ls-tree", "-r", "--name-only", "HEAD").splitlines())
    here = set(main.git("ls-tree", "-r", "--name-only", "HEAD", "k8s").splitlines())
    assert here - there == {path for path in here if path.count("/") == 1}
    assert there - here == {"README.md"}
    assert file_of("test") in there
