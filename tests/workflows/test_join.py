"""One tag for several platforms: docker/join.py, and what a registry gives of it."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.servers import MISSING, servers
from tests.workflows.steps import ROOT
from tests.workflows.test_push import output

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"a tool is missing: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, str]]]:
    """A small image for each of two platforms, packed: the file and its digest."""
    folder, packed, names = tmp_path_factory.mktemp("parts"), {}, []
    for architecture in ("amd64", "arm64"):
        (folder / architecture).write_text(architecture * 1000, encoding="utf-8")
        container = output("buildah", "from", "scratch")
        output("buildah", "config", "--arch", architecture, container)
        output("buildah", "copy", container, folder / architecture, "/file")
        names.append(f"localhost/footfall-part:{architecture}-{secrets.token_hex(3)}")
        output("buildah", "commit", "--quiet", "--rm", container, names[-1])
        file = folder / f"{architecture}.tar"
        packed[architecture] = (file, output(ROOT / "docker/pack", names[-1], file))
    yield packed
    for name in names:
        output("buildah", "rmi", name)


def join(file: Path, *parts: tuple[Path, str]) -> subprocess.CompletedProcess[str]:
    """Run docker/join.py with parts and their digests."""
    words = [f"{part}={digest}" for part, digest in parts]
    command = [sys.executable, ROOT / "docker/join.py", file, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_registry_gives_each_platform_its_own_image_under_one_tag(
    parts: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    """The digests of the parts stay as they were built; the same parts in another order give the same index."""
    joined, again = (
        join(tmp_path / name, *some)
        for name, some in (("1", [*parts.values()]), ("2", [*parts.values()][::-1]))
    )
    assert joined.stdout == again.stdout != "", joined.stderr
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    with servers(tmp_path / "servers") as started:
        tls = ("--src-tls-verify=false", "--dest-tls-verify=false")
        registry = started["REGISTRY"]
        settings = tmp_path / ".config/containers/registries.conf"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'[[registry]]\nlocation = "{registry}"\ninsecure = true\n', encoding="utf-8")
        home = {"HOME": str(tmp_path), "PATH": output("sh", "-c", "echo $PATH")}
        name = f"{registry}/footfall:abc"
        pushed = output(ROOT / "docker/push", tmp_path / "1", name, env=home)
        assert pushed == f"{name}@{joined.stdout.strip()}"
        assert output(ROOT / "docker/is_ours", tmp_path / "1", pushed, env=home) == ""
        tagged = output(ROOT / "docker/tag", pushed, "v1.0.0", env=home)
        listed = json.loads(
            output("skopeo", "inspect", "--raw", f"docker://{tagged.partition('@')[0]}", env=home)
        )["manifests"]
        found = {each["platform"]["architecture"]: each["digest"] for each in listed}
        assert found == {architecture: digest for architecture, (_, digest) in parts.items()}
        for architecture in parts:
            copied = tmp_path / f"{architecture}.oci"
            words = ("--override-arch", architecture, "copy", "--quiet", *tls)
            output("skopeo", *words, f"docker://{name}", f"oci-archive:{copied}", env=home)
            config = json.loads(output("skopeo", "inspect", "--config", f"oci-archive:{copied}", env=home))
            assert config["architecture"] == architecture


def test_a_part_that_its_build_did_not_make_is_refused(
    parts: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    """Who can replace a file on its way from the build to the push has the wrong digest."""
    (amd, digest), (arm, _) = parts.values()
    done = join(tmp_path / "1", (amd, digest), (arm, digest))
    assert done.returncode == 1
    assert f"and its build made {digest}: nothing is joined" in done.stderr
    assert not (tmp_path / "1").exists()


def test_two_parts_of_one_platform_are_refused(parts: dict[str, tuple[Path, str]], tmp_path: Path) -> None:
    """A node would take either."""
    done = join(tmp_path / "1", parts["amd64"], parts["amd64"])
    assert "two parts are of the same platform" in done.stderr
