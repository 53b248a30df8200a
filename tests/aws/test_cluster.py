"""The EKS cluster for those who have none, against the schema of the eksctl that reads it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.aws.lookalike import AWS, ROOT

EKSCTL = "github.com/weaveworks/eksctl@v0.215.0"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema that comes with the source of eksctl."""
    if not shutil.which("go"):
        pytest.skip("Go, which brings the source of eksctl, is missing")
    fetch = ["go", "mod", "download", "-json", EKSCTL]
    done = subprocess.run(fetch, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the source of eksctl cannot be had: {done.stdout}{done.stderr}")
    source = Path(json.loads(done.stdout)["Dir"])
    return json.loads((source / "pkg/apis/eksctl.io/v1alpha5/assets/schema.json").read_text())  # type: ignore[no-any-return]


def cluster() -> dict[str, Any]:
    """The definition."""
    return yaml.safe_load((AWS / "eks/cluster.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_the_definition_is_one_that_eksctl_takes(schema: dict[str, Any]) -> None:
    """By its schema, which refuses what it does not know."""
    jsonschema.validate(cluster(), schema)


def test_a_misspelt_setting_is_found(schema: dict[str, Any]) -> None:
    """The schema is strict where it matters."""
    wrong = {**cluster(), "autoMode": {"enabled": True}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_the_version_is_the_one_that_the_manifests_are_checked_against() -> None:
    """A newer Kubernetes comes to both in one commit."""
    (file,) = (ROOT / "tests/manifests/schemas").glob("kubernetes-*.json")
    assert file.stem.removeprefix("kubernetes-").startswith(f"{cluster()['metadata']['version']}.")


def test_nobody_outside_reaches_the_api_unless_they_are_named() -> None:
    """The networks are to be filled in; the one that stands there belongs to nobody."""
    assert cluster()["vpc"]["publicAccessCIDRs"] == ["192.0.2.0/24"]
