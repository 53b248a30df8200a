"""What may go from the registry, and what stays however old it is: aws/expire.py, also with moto as ECR."""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.aws.lookalike import REGION, ROOT
from tests.stores.servers import Servers, servers
from tests.workflows.repository import clone, image, origin, surroundings

_SPEC = importlib.util.spec_from_file_location("expire", ROOT / "aws/expire.py")
assert _SPEC
assert _SPEC.loader
expire = importlib.util.module_from_spec(_SPEC)
sys.modules["expire"] = expire
_SPEC.loader.exec_module(expire)

NOW = datetime(2026, 11, 30, tzinfo=UTC)
OLD = NOW - timedelta(days=400)
SINCE = NOW - timedelta(days=90)


def made(
    digest: str, *tags: str, pushed: datetime = OLD, parts: tuple[str, ...] = (), subject: str = ""
) -> Any:
    """A manifest of the repository."""
    return expire.Image(digest, tags, pushed, parts, subject)


def gone(images: list[Any], *used: str) -> list[str]:
    """The digests that may go, in their order."""
    return [each.digest for each in expire.expired(images, used, SINCE)]


def test_what_an_environment_uses_stays_with_all_that_belongs_to_it() -> None:
    """The platforms of its index, the attestation of the index, the signature of a platform; another image goes."""
    images = [
        made("index", "abc", parts=("amd", "arm")),
        made("amd"),
        made("arm"),
        made("attestation", subject="index"),
        made("signature", subject="arm"),
        made("signature of that", subject="attestation"),
        made("other", "def"),
    ]
    assert gone(images, "index") == ["other"]


def test_what_is_new_or_released_stays() -> None:
    """A push of the last days may be named in a minute; a version may be asked for in a year."""
    images = [made("new", "abc", pushed=NOW), made("released", "def", "v1.2.0"), made("old", "ghi", "vague")]
    assert gone(images) == ["old"]


def test_what_names_others_goes_before_what_it_names() -> None:
    """ECR deletes no image that an index lists."""
    images = [made("arm"), made("index", "abc", parts=("arm",)), made("note", subject="index")]
    assert gone(images) == ["note", "index", "arm"]


def test_a_signature_by_its_tag_belongs_to_its_image() -> None:
    """Registries without subjects keep it under a tag that has the digest."""
    digest = f"sha256:{'1' * 64}"
    detail = {"imageDigest": "x", "imageTags": [f"sha256-{'1' * 64}.sig"], "imagePushedAt": OLD.isoformat()}
    assert expire.image_of(detail, {}).subject == digest


@pytest.fixture
def registry() -> Iterator[Servers]:
    """Moto as ECR."""
    with servers({}) as served:
        yield served


def manifest(number: int, **more: Any) -> str:
    """A manifest of its own digest."""
    kind = "application/vnd.oci.image.manifest.v1+json"
    config = {
        "mediaType": "application/vnd.oci.image.config.v1+json",
        "size": number,
        "digest": f"sha256:{'1' * 64}",
    }
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [], **more})


@pytest.mark.skipif(not shutil.which("aws"), reason="the command aws is missing: make test-delivery")
@pytest.mark.skipif(not shutil.which("kustomize"), reason="kustomize is missing: make test-delivery")
def test_it_asks_the_branches_of_the_environments(registry: Servers, tmp_path: Path) -> None:
    """Without them nothing is deleted; with them what test has stays, and without --apply everything does."""
    where = {"endpoint_url": registry.s3, "region_name": REGION}
    keys = {"aws_access_key_id": registry.key, "aws_secret_access_key": registry.secret}
    ecr: Any = boto3.client("ecr", **where, **keys)
    ecr.create_repository(repositoryName="footfall")
    digests = []
    for number, tag in enumerate(("used", "unused")):
        text = manifest(number)
        digests.append(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")
        ecr.put_image(repositoryName="footfall", imageTag=tag, imageManifest=text, imageDigest=digests[-1])
    desk = clone(origin(tmp_path), tmp_path / "desk")
    aws = {"AWS_ENDPOINT_URL": registry.s3, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        name = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/footfall"
        command = [sys.executable, ROOT / "aws/expire.py", name, "--days", "0", *words]
        environment = {**surroundings(), **registry.environment, **aws}
        return subprocess.run(
            command, cwd=desk.folder, env=environment, capture_output=True, text=True, check=False
        )

    assert "nothing is deleted" in run("--apply").stderr
    used = image("used").replace(f"sha256:{'a' * 64}", digests[0])
    assert desk.version("set", "test", used)[0] == 0
    said = run()
    assert said.stdout.startswith(digests[1]), said.stderr
    assert said.stderr == "footfall: 1 of 2 to delete; --apply does it\n"
    assert run("--apply").stderr == "footfall: 1 of 2 deleted\n"
    left = ecr.describe_images(repositoryName="footfall")["imageDetails"]
    assert [each["imageDigest"] for each in left] == [digests[0]]
