"""What Spark makes of the template of a driver: a real spark-submit, as the operator calls it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest
import yaml
from kubernetes import client

from tests.launch.api_server import missing_programs, running
from tests.manifests.rendering import ROOT, Object, render, template

pytestmark = pytest.mark.spark
HOME = Path(pyspark.__file__).parent
NAME = "footfall-20230301-1a2b3c4d"


def pod_file(folder: Path, half: str) -> str:
    """The pod template of a half of production, as the operator writes it to a file."""
    file = folder / f"{half}.yaml"
    pod = {"apiVersion": "v1", "kind": "Pod", **template("production")[half]["template"]}
    file.write_text(yaml.safe_dump(pod), encoding="utf-8")
    return str(file)


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.CoreV1Api]:
    """A server on which a driver was created, which nobody runs."""
    if missing := missing_programs():
        pytest.skip(
            f"no API server can be started: {', '.join(missing)} not on PATH or in KUBEBUILDER_ASSETS"
        )
    folder = tmp_path_factory.mktemp("submitted")
    with running(folder) as server:
        core = client.CoreV1Api(server.client())
        conf = {
            "spark.kubernetes.container.image": "footfall:1",
            "spark.kubernetes.driver.pod.name": f"{NAME}-driver",
            "spark.kubernetes.submission.waitAppCompletion": "false",
            "spark.kubernetes.authenticate.submission.oauthToken": "token-of-admin",
            "spark.kubernetes.authenticate.submission.caCertFile": f"{folder}/certificates/apiserver.crt",
        }
        for half in ("driver", "executor"):
            conf[f"spark.kubernetes.{half}.podTemplateFile"] = pod_file(folder, half)
            conf[f"spark.kubernetes.{half}.podTemplateContainerName"] = f"spark-kubernetes-{half}"
        flags = [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]
        where = [
            "--master",
            f"k8s://https://127.0.0.1:{server.port}",
            "--deploy-mode",
            "cluster",
            "--name",
            NAME,
        ]
        command = [str(HOME / "bin/spark-submit"), *where, *flags, "local:///opt/footfall/main.py"]
        environ = {**os.environ, "SPARK_HOME": str(HOME), "KUBECONFIG": "/nowhere"}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        yield core


def driver(core: client.CoreV1Api) -> Object:
    """The container of the driver that Spark asked for."""
    (container,) = core.read_namespaced_pod(f"{NAME}-driver", "default").spec.containers
    return dict(container.to_dict())


def test_spark_keeps_what_the_template_says_of_disk_beside_its_own_cores_and_memory(
    submitted: client.CoreV1Api,
) -> None:
    """It has no setting for disk."""
    (wanted,) = template("production")["driver"]["template"]["spec"]["containers"]
    found = driver(submitted)
    for which in ("requests", "limits"):
        assert found["resources"][which].items() >= wanted["resources"][which].items()
    assert set(found["resources"]["requests"]) == {"cpu", "memory", "ephemeral-storage"}


def test_spark_names_its_port_as_the_monitor_of_drivers_does(submitted: client.CoreV1Api) -> None:
    """By the name Prometheus finds it."""
    ports = {port["name"]: port["container_port"] for port in driver(submitted)["ports"]}
    monitor = render(ROOT / "k8s/components/prometheus-operator")["PodMonitor", "footfall-drivers"]
    assert {ports[asked["port"]] for asked in monitor["spec"]["podMetricsEndpoints"]} == {4040}


def test_pods_of_executors_begin_with_the_name_of_their_run(submitted: client.CoreV1Api) -> None:
    """By which their logs are found when they are gone: the driver names them after its application and a number.

    Spark takes 47 characters at most for both, or leaves the name out.
    """
    configured = [each.data for each in submitted.list_namespaced_config_map("default").items if each.data]
    properties = [line for each in configured for line in each.get("spark.properties", "").splitlines()]
    assert f"spark.app.name={NAME}" in properties
    assert len(f"{NAME}-0123456789abcdef") <= 47
