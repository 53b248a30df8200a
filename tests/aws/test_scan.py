"""What the registry found in an image decides whether it is deployed: aws/scan, with moto as ECR."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.aws.lookalike import REGION, ROOT
from tests.stores.servers import Servers, servers

pytestmark = pytest.mark.skipif(
    not shutil.which("aws"), reason="the command aws is missing: make test-delivery"
)


@pytest.fixture
def registry() -> Iterator[Servers]:
    """Moto, which finds the same in every image: one thing of high severity."""
    with servers({}) as served:
        yield served


def variables(registry: Servers) -> dict[str, str]:
    """How the command finds it."""
    where = {"AWS_ENDPOINT_URL": registry.s3, "AWS_DEFAULT_REGION": REGION}
    return {**registry.environment, **where, "AWS_REGION": REGION}


def scanned(registry: Servers) -> str:
    """An image that was pushed and scanned: NAME:TAG@DIGEST."""
    ecr: Any = boto3.client(
        "ecr",
        endpoint_url=registry.s3,
        region_name=REGION,
        aws_access_key_id=registry.key,
        aws_secret_access_key=registry.secret,
    )
    ecr.create_repository(repositoryName="footfall")
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "size": 2,
            "digest": f"sha256:{'1' * 64}",
        },
        "layers": [],
    }
    pushed = ecr.put_image(repositoryName="footfall", imageTag="abc", imageManifest=json.dumps(manifest))
    digest = pushed["image"]["imageId"]["imageDigest"]
    ecr.start_image_scan(repositoryName="footfall", imageId={"imageTag": "abc"})
    return f"123456789012.dkr.ecr.{REGION}.amazonaws.com/footfall:abc@{digest}"


@pytest.mark.parametrize(("words", "code"), [((), 0), (("HIGH",), 1)])
def test_an_image_passes_up_to_the_severity_that_was_asked_for(
    registry: Servers, words: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One finding of high severity: no reason by default, one with HIGH. The counts are told either way."""
    for name, text in variables(registry).items():
        monkeypatch.setenv(name, text)
    image = scanned(registry)
    done = subprocess.run([ROOT / "aws/scan", image, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, f"{image}: None critical, 1 high (None is none)\n")


def test_a_password_for_the_registry_is_printed(registry: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """`aws ecr get-login-password`, which workflows pass on to a login."""
    for name, text in variables(registry).items():
        monkeypatch.setenv(name, text)
    done = subprocess.run(["aws", "ecr", "get-login-password"], capture_output=True, text=True, check=True)
    assert done.stdout.strip()
