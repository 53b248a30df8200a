"""The API server that the tests of the launcher share, and a namespace for each of them."""

import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client

from tests.launch.api_server import ApiServer, missing_programs, running
from tests.launch.kubelet import Kubelet, listening
from tests.launch.operator import Operator, install_crd
from tests.launch.processes import Submit, started

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A server that does not know the kind SparkApplication."""
    missing = missing_programs()
    if missing:
        pytest.skip(
            f"no API server can be started: {', '.join(missing)} not on PATH or in KUBEBUILDER_ASSETS"
        )
    with running(tmp_path_factory.mktemp("api-server")) as server:
        yield server


@pytest.fixture(scope="session")
def server(api_server: ApiServer) -> ApiServer:
    """A server that knows it."""
    install_crd(api_server.client())
    return api_server


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    """A new namespace."""
    name = f"footfall-{next(NUMBERS)}"
    client.CoreV1Api(api_server.client()).create_namespace({"metadata": {"name": name}})
    return name


@pytest.fixture
def operator(server: ApiServer, namespace: str) -> Operator:
    """Whoever plays the operator in the namespace."""
    return Operator(server.client(), namespace)


@pytest.fixture
def kubelet(operator: Operator, tmp_path: Path) -> Iterator[Kubelet]:
    """The node that drivers run on."""
    core, name = client.CoreV1Api(operator.api), f"node-{operator.namespace}"
    with listening(tmp_path) as kubelet:
        core.create_node({"metadata": {"name": name}})
        status = {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet.port}},
        }
        core.patch_node_status(name, {"status": status})
        yield kubelet


@pytest.fixture
def submit(server: ApiServer, namespace: str) -> Iterator[Submit]:
    """Starts the command, as admin unless told otherwise."""
    processes = []

    def start(*words: str, user: str = "admin") -> subprocess.Popen[str]:
        processes.append(started(server, namespace, words, user))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()
