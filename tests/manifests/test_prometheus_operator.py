"""What a stock kube-prometheus-stack sees: monitors of pods and ports that are there, and rules of one source."""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.manifests.rendering import ROOT, Object, Objects, changed_production, template
from tests.manifests.test_schemas import defects

OBSERVER = ROOT / "k8s/components/observer"
SPARK_UI = "spark-ui"
"""How Spark names the port 4040 of a driver's container."""


def watched() -> Objects:
    """Production with both components."""
    line = "  - ../../components/observer\n"
    parts = ("../../components/prometheus-operator", "../../components/observer/prometheus-operator")
    added = line + "".join(f"  - {part}\n" for part in parts)
    return changed_production(("kustomization.yaml", line, added))


def of_operator() -> dict[tuple[str, str], Object]:
    """What only the Prometheus operator reads."""
    return {key: thing for key, thing in watched().items() if thing["apiVersion"].startswith("monitoring.")}


def test_monitors_and_rules_are_valid_and_chosen_by_the_stack() -> None:
    """By the operator's own definitions; the chart takes those that carry the label of its release."""
    assert set(of_operator()) == {
        ("PodMonitor", "footfall-drivers"),
        ("PodMonitor", "footfall-metrics"),
        ("PrometheusRule", "footfall"),
    }
    assert [defect for thing in of_operator().values() for defect in defects(thing)] == []
    assert {thing["metadata"]["labels"]["release"] for thing in of_operator().values()} == {
        "kube-prometheus-stack"
    }
    assert {thing["metadata"]["namespace"] for thing in of_operator().values()} == {"footfall-production"}


def test_a_slip_in_a_monitor_is_found() -> None:
    """The operator would ignore the field."""
    monitor = of_operator()["PodMonitor", "footfall-drivers"]
    assert defects({**monitor, "spec": {**monitor["spec"], "endpoints": []}})


def test_drivers_are_asked_where_the_annotations_say() -> None:
    """The same port and path, and the executors' beside it; Prometheus knows the port by Spark's name for it."""
    spec = of_operator()["PodMonitor", "footfall-drivers"]["spec"]
    assert spec["selector"]["matchLabels"] == {"spark-role": "driver"}
    asked = {(each["port"], each["path"]) for each in spec["podMetricsEndpoints"]}
    annotations = template("production")["driver"]["annotations"]
    assert annotations["prometheus.io/port"] == "4040"
    assert asked == {
        (SPARK_UI, annotations["prometheus.io/path"]),
        (SPARK_UI, "/metrics/executors/prometheus/"),
    }


def test_the_exporter_is_asked_at_its_port() -> None:
    """By the name that its container gives it, and the labels that its pods have."""
    pod = watched()["Deployment", "footfall-metrics"]["spec"]["template"]
    spec = of_operator()["PodMonitor", "footfall-metrics"]["spec"]
    assert pod["metadata"]["labels"].items() >= spec["selector"]["matchLabels"].items()
    (asked,) = spec["podMetricsEndpoints"]
    ports = {port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
    assert ports[asked["port"]] == int(pod["metadata"]["annotations"]["prometheus.io/port"])
    assert asked["path"] == pod["metadata"]["annotations"]["prometheus.io/path"]


def test_the_rules_are_those_of_the_plain_file() -> None:
    """Each with its expression, its duration and its words."""
    plain = yaml.safe_load((OBSERVER / "rules.yaml").read_text(encoding="utf-8"))
    assert of_operator()["PrometheusRule", "footfall"]["spec"] == plain


def test_the_rules_of_the_operator_are_made_of_the_plain_ones(tmp_path: Path) -> None:
    """By one command, which writes what is committed: a change of the plain file alone is found here."""
    copy = shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    made = copy / "components/observer/prometheus-operator/prometheus-rule.yaml"
    before = made.read_text(encoding="utf-8")
    made.unlink()
    subprocess.run([sys.executable, str(copy / "rules.py")], check=True)
    assert made.read_text(encoding="utf-8") == before
