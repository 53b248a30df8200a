"""What the pods of an environment reach where policies are enforced; in the environment that the story has left."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlparse

import pytest

from tests.cluster.addresses import Addresses
from tests.cluster.kubectl import Cluster, until

NAMESPACE, ELSEWHERE = "footfall-test", "footfall-network"
METADATA = "169.254.169.254"
CONNECT = """
import json, socket, sys, time
# A pod is watched some moments after it has started.
time.sleep(5)
def answers(call, *words):
    try:
        call(*words)
    except OSError:
        return False
    return True
reached = {"names": answers(socket.getaddrinfo, "kubernetes.default.svc.cluster.local", 443)}
for name, host, port in json.loads(sys.argv[1]):
    reached[name] = answers(socket.create_connection, (host, port), 3)
print(json.dumps(reached))
"""
ENDED = ("Succeeded", "Failed")
TRIES = 5
"""How often the policies are looked for."""


@dataclass(frozen=True)
class Probes:
    """Pods that try to connect, with the image of the job."""

    cluster: Cluster
    image: str
    targets: tuple[tuple[str, str, int], ...]

    def reach(self, namespace: str, labels: dict[str, str]) -> dict[str, bool]:
        """Which of the targets a pod with these labels connects to."""
        name = f"probe-{secrets.token_hex(3)}"
        self.cluster.kubectl("create", "--filename=-", text=json.dumps(self._pod(name, namespace, labels)))
        until(f"the end of {name}", lambda: self._phase(namespace, name) in ENDED, 180)
        printed = self.cluster.kubectl("logs", f"--namespace={namespace}", name)
        self.cluster.kubectl("delete", "pod", name, f"--namespace={namespace}", "--wait=false")
        reached: dict[str, bool] = json.loads(printed.splitlines()[-1])
        return reached

    def _phase(self, namespace: str, name: str) -> str:
        return str((self.cluster.get(namespace, "pod", name) or {}).get("status", {}).get("phase"))

    def _pod(self, name: str, namespace: str, labels: dict[str, str]) -> dict[str, Any]:
        closed = {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        container = {
            "name": "probe",
            "image": self.image,
            "args": ["/opt/footfall/bin/python", "-c", CONNECT, json.dumps(self.targets)],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
            "securityContext": closed,
        }
        spec = {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 185,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
        }
        about = {"name": name, "namespace": namespace, "labels": labels}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": spec}


@pytest.fixture(scope="module")
def cluster(addresses: Addresses) -> Cluster:
    """The cluster as it is: what the story has left in it stays."""
    return Cluster(addresses.environment)


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which nodes of AWS hand out their credentials, answered on this node, which is this machine."""
    if os.geteuid():
        pytest.skip("only root gives this machine the address of the metadata")
    address = ("address", "add", f"{METADATA}/32", "dev", "lo")
    subprocess.run(["ip", *address], check=True)
    folder = partial(SimpleHTTPRequestHandler, directory=str(tmp_path_factory.mktemp("metadata")))
    servers = [ThreadingHTTPServer((METADATA, port), folder) for port in (80, 443)]
    try:
        for server in servers:
            Thread(target=server.serve_forever, daemon=True).start()
        yield METADATA
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
        subprocess.run(["ip", "address", "delete", *address[2:]], check=True)


@pytest.fixture(scope="module")
def probes(addresses: Addresses, cluster: Cluster, metadata: str) -> Iterator[Probes]:
    """Pods that try all addresses, on a cluster that enforces policies."""
    template = cluster.get(NAMESPACE, "sparkapplication", "footfall-template")
    assert template is not None, "the story comes first"
    git, aws = urlparse(addresses.git_server), urlparse(addresses.aws)
    targets = (
        ("metadata", metadata, 80),
        ("metadata by TLS", metadata, 443),
        ("S3", str(aws.hostname), aws.port or 80),
        ("API server", "kubernetes.default.svc.cluster.local", 443),
        ("another server", str(git.hostname), git.port or 80),
    )
    probes = Probes(cluster, template["spec"]["image"], targets)
    closed = Path(__file__).parents[2] / "k8s/base/network.yaml"
    cluster.kubectl("create", "namespace", ELSEWHERE)
    try:
        open_to_all = probes.reach(ELSEWHERE, {})
        assert open_to_all == dict.fromkeys(open_to_all, True), "without policies everything answers"
        cluster.kubectl("apply", f"--namespace={ELSEWHERE}", f"--filename={closed}")
        # A policy is enforced some moments after it was accepted.
        if all(probes.reach(ELSEWHERE, {})["another server"] for _ in range(TRIES)):
            pytest.skip("this cluster accepts policies and enforces none")
        yield probes
    finally:
        cluster.kubectl("delete", "namespace", ELSEWHERE, "--wait=false")


def labels_of(cluster: Cluster, kind: str) -> dict[str, str]:
    """The labels of a pod of the environment; none for a stranger."""
    if kind == "launcher":
        job = cluster.get(NAMESPACE, "job", "footfall-smoke")
        assert job is not None, "the story comes first"
        labels = job["spec"]["template"]["metadata"]["labels"]
        return {name: label for name, label in labels.items() if name.startswith("app.kubernetes.io/")}
    template = cluster.get(NAMESPACE, "sparkapplication", "footfall-template")
    assert template is not None, "the story comes first"
    return {"spark-role": kind, **template["spec"][kind]["labels"]} if kind in template["spec"] else {}


@pytest.mark.parametrize(
    ("kind", "opened"),
    [
        ("driver", {"names", "S3", "API server"}),
        ("executor", {"names", "S3"}),
        ("launcher", {"names", "API server"}),
        ("stranger", {"names"}),
    ],
)
def test_a_pod_reaches_what_it_needs_and_never_the_metadata_of_its_node(
    probes: Probes, kind: str, opened: set[str]
) -> None:
    """S3 is where the overlay of the tests has opened it, on the node; no other server of the node answers."""
    reached = probes.reach(NAMESPACE, labels_of(probes.cluster, kind))
    assert {name for name, answers in reached.items() if answers} == opened
