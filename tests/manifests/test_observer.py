"""The component for seeing what runs do: valid, restricted, told where runs are, and of no right at the API server."""

import shutil
from pathlib import Path

import pytest

from tests.manifests.pod_security import pods, violations
from tests.manifests.rendering import ROOT, Object, Objects, environment, render
from tests.manifests.test_schemas import defects

PROGRAMS = ("footfall-metrics", "footfall-history-server")


@pytest.fixture
def observed() -> Objects:
    """The environment that has the component."""
    return environment("production")


def container(objects: Objects, name: str) -> Object:
    """The one container of a deployment."""
    (only,) = objects["Deployment", name]["spec"]["template"]["spec"]["containers"]
    return dict(only)


def told(objects: Objects, name: str) -> dict[str, str]:
    """The variables of the container of a deployment."""
    return {each["name"]: each["value"] for each in container(objects, name)["env"]}


def test_it_is_valid_and_restricted(observed: Objects) -> None:
    """Both deployments, as all pods."""
    assert [defect for thing in observed.values() for defect in defects(thing)] == []
    for name in PROGRAMS:
        (pod,) = pods(observed["Deployment", name])
        assert violations(pod) == []
        assert pod.spec["automountServiceAccountToken"] is False


def test_it_looks_where_the_runs_of_the_environment_are(observed: Objects) -> None:
    """As site.yaml says, in the image of version/."""
    assert told(observed, "footfall-metrics") == {
        "FOOTFALL_OUTPUT": "s3://example-footfall-production/footfall"
    }
    server = told(observed, "footfall-history-server")
    assert server["EVENTS"] == "s3a://example-footfall-production/spark-events/"
    assert "logDirectory=$(EVENTS)" in server["SPARK_HISTORY_OPTS"]
    template = observed["SparkApplication", "footfall-template"]["spec"]
    assert {container(observed, name)["image"] for name in PROGRAMS} == {template["image"]}


def test_its_account_has_a_role_of_its_own(observed: Objects) -> None:
    """Which reads the history and no pings."""
    annotations = observed["ServiceAccount", "footfall-observer"]["metadata"]["annotations"]
    assert annotations == {
        "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/footfall-production-observer"
    }


def test_beside_a_stand_in_it_is_told_of_that(tmp_path: Path) -> None:
    """The local environment takes it by two lines."""
    copy: Path = shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    overlay = copy / "overlays" / "local" / "kustomization.yaml"
    site, endpoints = "  - ../../components/site\n", "  - endpoints\n"
    text = overlay.read_text("utf-8").replace(site, f"{site}  - ../../components/observer\n")
    overlay.write_text(text.replace(endpoints, f"{endpoints}  - endpoints/observer\n"), "utf-8")
    local = render(overlay.parent)
    assert [defect for thing in local.values() for defect in defects(thing)] == []
    assert {told(local, name)["AWS_ENDPOINT_URL"] for name in PROGRAMS} == {"http://aws:5000"}
    assert told(local, "footfall-metrics")["FOOTFALL_OUTPUT"] == "s3://footfall-local/footfall"
    options = told(local, "footfall-history-server")["SPARK_DAEMON_JAVA_OPTS"]
    assert "fs.s3a.endpoint=$(AWS_ENDPOINT_URL)" in options


def test_only_monitoring_reaches_the_metrics_and_nobody_the_history_server(observed: Objects) -> None:
    """Which knows no users; a port-forward does not go through the network's policies."""
    rules = observed["NetworkPolicy", "observer"]["spec"]["ingress"]
    assert [port["port"] for rule in rules for port in rule["ports"]] == [9464]


def test_rules_and_dashboard_come_with_it(observed: Objects) -> None:
    """Under names that stay, the dashboard with the label that Grafana's sidecar looks for."""
    assert "rules.yaml" in observed["ConfigMap", "footfall-rules"]["data"]
    dashboard = observed["ConfigMap", "footfall-dashboard"]
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert "footfall.json" in dashboard["data"]
