"""Everything that is applied is valid against the schemas of those who read it, field by field."""

import json
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.manifests.cut_schemas import ARGO_CD, ARGO_WORKFLOWS, SCHEMAS, SPARK_OPERATOR
from tests.manifests.rendering import ENVIRONMENTS, ROOT, Object, Objects, argo_cd, environment


@cache
def schemas() -> dict[str, Any]:
    """The schema of each kind, by API and kind, such as `batch/v1/Job`."""
    files = [json.loads(file.read_text(encoding="utf-8")) for file in SCHEMAS.glob("*.json")]
    definitions = {name: part for file in files for name, part in file.get("definitions", {}).items()}
    return {kind: schema for file in files for kind, schema in file.items()} | {"definitions": definitions}


def defects(thing: Object) -> list[str]:
    """Where and how an object breaks its schema."""
    known = schemas()
    schema = {**known[f"{thing['apiVersion']}/{thing['kind']}"], "definitions": known["definitions"]}
    return [
        f"{thing['kind']} {thing['metadata']['name']} {error.json_path}: {error.message}"
        for error in Draft7Validator(schema).iter_errors(thing)
    ]


def rendered(name: str) -> Objects:
    """The objects of an environment, or of Argo CD."""
    return argo_cd() if name == "argocd" else environment(name)


@pytest.mark.parametrize("name", [*ENVIRONMENTS, "argocd"])
def test_what_is_applied_is_valid(name: str) -> None:
    """Each object has a schema and keeps it."""
    assert [defect for thing in rendered(name).values() for defect in defects(thing)] == []


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("SparkApplication", ("spec", "executor", "instance"), 2),
        ("SparkApplication", ("spec", "driver", "cores"), "two"),
        ("SparkApplication", ("spec", "sparkConf", "spark.ui.port"), 4040),
        ("Job", ("spec", "template", "spec", "container"), []),
        ("WorkflowTemplate", ("spec", "templates", 0, "paralelism"), 2),
        ("CronWorkflow", ("spec", "timezone"), 0),
        ("NetworkPolicy", ("spec", "ingres"), []),
        ("ServiceAccount", ("automountToken",), False),
        ("ResourceQuota", ("spec", "hard", "pods"), []),
    ],
)
def test_a_slip_is_found(kind: str, path: tuple[Any, ...], value: Any) -> None:
    """A field without meaning, or a value of the wrong type, is one defect."""
    thing = json.loads(
        json.dumps(next(thing for (of, _), thing in environment("test").items() if of == kind))
    )
    place = thing
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (defect,) = defects(thing)
    assert path[-1] in defect


@pytest.mark.parametrize("schema", [SPARK_OPERATOR, ARGO_WORKFLOWS])
def test_the_schema_is_that_of_what_is_installed(schema: str) -> None:
    """The revision of the application and the schema go together."""
    name, _, version = schema.rpartition("-")
    assert argo_cd()["Application", name]["spec"]["source"]["targetRevision"] == f"v{version}"


def test_the_argo_cd_of_the_schemas_is_the_one_to_install() -> None:
    """What is applied by hand and the schemas are of one version."""
    (source,) = yaml.safe_load((ROOT / "argocd/install/kustomization.yaml").read_text("utf-8"))["resources"]
    assert source.endswith(f"/argo-cd/manifests/core-install?ref=v{ARGO_CD.removeprefix('argo-cd-')}")


@pytest.mark.parametrize("file", ["docs/kubernetes.md", "k8s/kind.sh", ".github/kind/platform"])
def test_argo_cd_is_installed_from_one_place(file: str) -> None:
    """Who installs it takes the folder, and names no version of his own."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "-k argocd/install" in text
    assert "core-install?ref" not in text


def test_the_schemas_are_those_of_one_version_each() -> None:
    """No file of an earlier version is left."""
    assert len(list(SCHEMAS.glob("*.json"))) == 7
    assert (SCHEMAS / f"{ARGO_CD}.json").exists()
