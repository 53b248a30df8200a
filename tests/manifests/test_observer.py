"""The component for seeing what runs do: valid, restricted, told where runs are, and of no right at the API server."""

import shutil
from pathlib import Path

import pytest

from tests.manifests.pod_security import pods, violations
from tests.manifests.rendering import ROOT, Objects, render
from tests.manifests.test_schemas import defects

SITE = "  - ../../components/site\n"


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Objects:
    """The local environment with the component."""
    copy: Path = shutil.copytree(ROOT / "k8s", tmp_path_factory.mktemp("observed") / "k8s")
    overlay = copy / "overlays" / "local" / "kustomization.yaml"
    text = overlay.read_text("utf-8")
    assert SITE in text
    overlay.write_text(text.replace(SITE, f"{SITE}  - ../../components/observer\n"), "utf-8")
    return render(overlay.parent)


def test_it_is_valid_and_restricted(observed: Objects) -> None:
    """Both deployments, as all pods."""
    assert [defect for thing in observed.values() for defect in defects(thing)] == []
    for name in ("footfall-metrics", "footfall-history-server"):
        (pod,) = pods(observed["Deployment", name])
        assert violations(pod) == []
        assert pod.spec["automountServiceAccountToken"] is False


def test_it_looks_where_the_runs_of_the_environment_are(observed: Objects) -> None:
    """As site.yaml says, in the image of version/."""
    (metrics,) = observed["Deployment", "footfall-metrics"]["spec"]["template"]["spec"]["containers"]
    assert {each["name"]: each["value"] for each in metrics["env"]} == {
        "FOOTFALL_OUTPUT": "s3://footfall-local/footfall"
    }
    (server,) = observed["Deployment", "footfall-history-server"]["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in server["env"]}
    assert told["EVENTS"] == "s3a://footfall-local/"
    assert "logDirectory=$(EVENTS)" in told["SPARK_HISTORY_OPTS"]
    template = observed["SparkApplication", "footfall-template"]["spec"]
    assert metrics["image"] == server["image"] == template["image"]


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
