"""The budget of an environment, as Kubernetes' own controller reads it: no driver and no launcher is evicted."""

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from tests.launch.api_server import missing_programs, program, running
from tests.launch.operator import install_crd
from tests.manifests.rendering import environment, template

CONTROLLER, NAMESPACE = "kube-controller-manager", "footfall-test"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.ApiClient]:
    """A server with the controller of disruptions, a node, and the budget of test."""
    if missing := [*missing_programs(), *([] if program(CONTROLLER) else [CONTROLLER])]:
        pytest.skip(
            f"no controller can be started: {', '.join(missing)} not on PATH or in KUBEBUILDER_ASSETS"
        )
    folder = tmp_path_factory.mktemp("evictions")
    with running(folder) as started:
        connection = started.client()
        install_crd(connection)
        words = [
            f"--kubeconfig={started.kubeconfig('admin', 'default')}",
            "--controllers=disruption-controller",
        ]
        words += ["--leader-elect=false", "--secure-port=0", f"--cert-dir={folder}"]
        with (folder / "controller.log").open("w") as log:
            process = subprocess.Popen([str(program(CONTROLLER)), *words], stdout=log, stderr=log)
            try:
                core = client.CoreV1Api(connection)
                core.create_namespace({"metadata": {"name": NAMESPACE}})
                core.create_node({"metadata": {"name": "node"}})
                budget = environment("test")["PodDisruptionBudget", "footfall"]
                client.PolicyV1Api(connection).create_namespaced_pod_disruption_budget(NAMESPACE, budget)
                yield connection
            finally:
                process.terminate()
                process.wait(30)


def running_pod(
    server: client.ApiClient, name: str, labels: dict[str, str], owner: dict[str, Any] | None
) -> None:
    """A pod that is ready, of an owner or of nobody."""
    about = {"name": name, "labels": labels, "ownerReferences": [owner] if owner else []}
    spec = {"nodeName": "node", "containers": [{"name": "one", "image": "footfall:1"}]}
    core = client.CoreV1Api(server)
    core.create_namespaced_pod(NAMESPACE, {"metadata": about, "spec": spec})
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    core.patch_namespaced_pod_status(name, NAMESPACE, {"status": ready})


def is_evicted(server: client.ApiClient, name: str) -> bool:
    """Whether a pod goes when a node is drained."""
    eviction = {"metadata": {"name": name}}
    try:
        client.CoreV1Api(server).create_namespaced_pod_eviction(name, NAMESPACE, eviction)
    except ApiException as error:
        if error.status != 429:
            raise
        return False
    return True


def test_two_drivers_and_a_launcher_stay_and_an_executor_goes(server: client.ApiClient) -> None:
    """Each driver is of a SparkApplication, which has no scale, as in a backfill of two days."""
    budgets = client.PolicyV1Api(server)
    until = time.monotonic() + 60
    while not budgets.read_namespaced_pod_disruption_budget("footfall", NAMESPACE).status.observed_generation:
        assert time.monotonic() < until
        time.sleep(0.2)
    spec = template("test")
    for name in ("one", "two"):
        application = {
            "apiVersion": "sparkoperator.k8s.io/v1beta2",
            "kind": "SparkApplication",
            "metadata": {"name": name},
            "spec": {},
        }
        made = client.CustomObjectsApi(server).create_namespaced_custom_object(
            "sparkoperator.k8s.io", "v1beta2", NAMESPACE, "sparkapplications", application
        )
        kind = {key: application[key] for key in ("apiVersion", "kind")}
        owner = {**kind, "name": name, "uid": made["metadata"]["uid"], "controller": True}
        running_pod(server, f"{name}-driver", spec["driver"]["labels"], owner)
    launcher = environment("test")["Job", "footfall-smoke"]["spec"]["template"]["metadata"]["labels"]
    running_pod(server, "launcher", launcher, None)
    running_pod(server, "executor", spec["executor"]["labels"], None)
    time.sleep(2)  # for the controller to see them
    evicted = [
        name for name in ("one-driver", "two-driver", "launcher", "executor") if is_evicted(server, name)
    ]
    assert evicted == ["executor"]
    client.CoreV1Api(server).patch_namespaced_pod_status(
        "one-driver", NAMESPACE, {"status": {"phase": "Succeeded"}}
    )
    assert is_evicted(server, "one-driver")
    told = budgets.read_namespaced_pod_disruption_budget("footfall", NAMESPACE).status
    assert told.desired_healthy == 0  # so that no alert on budgets fires while nothing runs
