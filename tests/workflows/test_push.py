"""docker/pack, docker/push and docker/tag with a real registry: what was packed is what is pushed, and no tag moves."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.servers import MISSING as WITHOUT
from tests.workflows.servers import servers
from tests.workflows.steps import ROOT

MISSING = [tool for tool in ("buildah", "skopeo") if not shutil.which(tool)]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"a tool is missing: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The registry that REGISTRY names; where it names none, the one that ci starts."""
    if named := os.environ.get("REGISTRY"):
        yield named
    elif WITHOUT:
        pytest.skip(f"REGISTRY names no registry, and a server is missing: {', '.join(WITHOUT)}")
    else:
        with servers(tmp_path_factory.mktemp("servers")) as told:
            yield told["REGISTRY"]


@pytest.fixture
def surroundings(registry: str, tmp_path: Path) -> dict[str, str]:
    """The variables, and for skopeo that the registry speaks HTTP."""
    settings = tmp_path / ".config/containers/registries.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'[[registry]]\nlocation = "{registry}"\ninsecure = true\n', encoding="utf-8")
    return {**os.environ, "HOME": str(tmp_path)}


def output(*command: object, env: dict[str, str] | None = None) -> str:
    """What a command prints."""
    words = [str(word) for word in command]
    return subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def images(tmp_path: Path) -> Iterator[list[str]]:
    """Two images with one small file each, in the store of buildah."""
    names = []
    for content in ("one", "two"):
        (tmp_path / content).write_text(content * 1000, encoding="utf-8")
        container = output("buildah", "from", "scratch")
        output("buildah", "copy", container, tmp_path / content, "/file")
        names.append(f"localhost/footfall-packed:{content}-{secrets.token_hex(3)}")
        output("buildah", "commit", "--quiet", "--rm", container, names[-1])
    yield names
    for name in names:
        output("buildah", "rmi", name)


@pytest.mark.skipif(
    not subprocess.run(["sh", "-c", "docker info"], capture_output=True, check=False).returncode,
    reason="docker runs, so the image would be looked for there and not in the store of buildah",
)
def test_what_is_packed_is_pushed_and_a_tag_never_moves(
    images: list[str], registry: str, surroundings: dict[str, str], tmp_path: Path
) -> None:
    """The digest is that of the packed manifest, layers are zstd; another image does not get the same tag.

    That it is another one is found before it is signed.
    """
    name = f"{registry}/footfall-pushed:{secrets.token_hex(6)}"
    files = [tmp_path / "one.tar", tmp_path / "two.tar"]
    for image, file in zip(images, files, strict=True):
        output(ROOT / "docker/pack", image, file)
    packed = output("skopeo", "inspect", "--format", "{{.Digest}}", f"oci-archive:{files[0]}")
    assert output(ROOT / "docker/push", files[0], name, env=surroundings) == f"{name}@{packed}"
    assert output(ROOT / "docker/push", files[1], name, env=surroundings) == f"{name}@{packed}"
    ours = [
        subprocess.run([ROOT / "docker/is_ours", file, f"{name}@{packed}"], capture_output=True, check=False)
        for file in files
    ]
    assert [done.returncode for done in ours] == [0, 1]
    assert b"was there before, and is not what was built here" in ours[1].stderr
    manifest = json.loads(output("skopeo", "inspect", "--raw", f"docker://{name}", env=surroundings))
    assert [layer["mediaType"].rpartition("+")[2] for layer in manifest["layers"]] == ["zstd"]

    again = output(ROOT / "docker/tag", f"{name}@{packed}", "v0.1.0", env=surroundings)
    released = f"{name.rpartition(':')[0]}:v0.1.0"
    assert again == f"{released}@{packed}"
    assert output(ROOT / "docker/tag", f"{name}@{packed}", "v0.1.0", env=surroundings) == again
    other = output(ROOT / "docker/push", files[1], f"{name}-other", env=surroundings)
    moved = [ROOT / "docker/tag", other, "v0.1.0"]
    done = subprocess.run(moved, env=surroundings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"{released} is there already, as {packed}\n")


def test_a_registry_that_does_not_answer_is_an_error(tmp_path: Path, surroundings: dict[str, str]) -> None:
    """The words of skopeo are told, and no image is printed."""
    done = subprocess.run(
        [ROOT / "docker/push", tmp_path / "none.tar", "localhost:1/footfall:abc"],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "none.tar" in done.stderr
