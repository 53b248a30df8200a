"""What ci starts beside its kind cluster answers: a registry, Git over HTTP, S3 and Glue."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.cluster.addresses import NAMES
from tests.workflows.repository import surroundings
from tests.workflows.servers import MISSING, servers
from tests.workflows.steps import ROOT

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"a server is missing: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of the running servers."""
    with servers(tmp_path_factory.mktemp("servers")) as variables:
        yield variables


def test_all_that_the_story_reads_is_told(told: dict[str, str]) -> None:
    """The names of tests/cluster/addresses.py; .github/kind/platform tells of the cluster."""
    platform = (ROOT / ".github/kind/platform").read_text(encoding="utf-8")
    assert {*told, *re.findall(r"^echo \"(\w+)=", platform, re.MULTILINE)} >= set(NAMES)


def test_a_commit_is_pushed_and_cloned_over_http(told: dict[str, str], tmp_path: Path) -> None:
    """As the story does it: a bare repository in the folder, then Git's own protocol."""
    bare, url = Path(told["GIT_ROOT"]) / "story.git", f"{told['GIT_SERVER']}/story.git"

    def git(*words: object) -> str:
        command = ["git", *(str(word) for word in words)]
        return subprocess.run(command, env=surroundings(), capture_output=True, text=True, check=True).stdout

    git("init", "--quiet", "--bare", "-b", "main", bare)
    git("-C", bare, "config", "http.receivepack", "true")
    git("clone", "--quiet", url, tmp_path / "one")
    git("-C", tmp_path / "one", "commit", "--quiet", "--allow-empty", "--message", "Begin")
    git("-C", tmp_path / "one", "push", "--quiet", "origin", "HEAD:main")
    git("clone", "--quiet", url, tmp_path / "two")
    assert git("-C", tmp_path / "two", "log", "--format=%s").strip() == "Begin"


def test_an_image_is_pushed_and_found(told: dict[str, str], tmp_path: Path) -> None:
    """Over HTTP, by its digest."""
    container = subprocess.run(["buildah", "from", "scratch"], capture_output=True, text=True, check=True)
    name = f"{told['REGISTRY']}/small:one"
    image, digest = "localhost/footfall-small:one", tmp_path / "digest"
    subprocess.run(["buildah", "commit", "--quiet", "--rm", container.stdout.strip(), image], check=True)
    push = [
        "buildah",
        "push",
        "--quiet",
        "--tls-verify=false",
        f"--digestfile={digest}",
        image,
        f"docker://{name}",
    ]
    subprocess.run(push, check=True)
    subprocess.run(["buildah", "rmi", image], check=True, capture_output=True)
    inspect = ["skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", f"docker://{name}"]
    found = subprocess.run(inspect, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == digest.read_text()


def test_s3_and_glue_answer_at_one_address(told: dict[str, str]) -> None:
    """A bucket and a database are made and found."""
    where = {"endpoint_url": told["AWS_ENDPOINT_URL"], "region_name": "us-east-1"}
    keys = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}
    s3, glue = boto3.client("s3", **where, **keys), boto3.client("glue", **where, **keys)
    s3.create_bucket(Bucket="story")
    glue.create_database(DatabaseInput={"Name": "story"})
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["story"]
    assert glue.get_database(Name="story")["Database"]["Name"] == "story"
