"""A real API server of Kubernetes for a test session: no nodes, no controllers, and this test suite as its operator."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from kubernetes import client, config

PROGRAMS = ("etcd", "kube-apiserver", "openssl")
USERS = {"admin": "system:masters", "nobody": "strangers"}


@dataclass(frozen=True)
class ApiServer:
    """A server, and the folder with a kubeconfig for each user."""

    folder: Path
    port: int

    def kubeconfig(self, user: str, namespace: str) -> Path:
        """Write the kubeconfig of a user whose context names a namespace."""
        server = {"server": f"https://127.0.0.1:{self.port}"}
        authority = {"certificate-authority": str(self.folder / "certificates" / "apiserver.crt")}
        context = {"cluster": "it", "user": user, "namespace": namespace}
        file = self.folder / f"{user}-{namespace}.yaml"
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "it", "cluster": {**server, **authority}}],
            "users": [{"name": user, "user": {"token": f"token-of-{user}"}}],
            "contexts": [{"name": "it", "context": context}],
            "current-context": "it",
        }
        file.write_text(yaml.safe_dump(content))
        return file

    def client(self, user: str = "admin", namespace: str = "default") -> client.ApiClient:
        """Connect as a user."""
        settings = client.Configuration()
        config.load_kube_config(str(self.kubeconfig(user, namespace)), client_configuration=settings)
        settings.retries = False
        return client.ApiClient(settings)


def missing_programs() -> list[str]:
    """The programs that are not found on the PATH, nor in KUBEBUILDER_ASSETS."""
    return [name for name in PROGRAMS if program(name) is None]


def program(name: str) -> str | None:
    """Where a program of Kubernetes is, on the PATH or in KUBEBUILDER_ASSETS."""
    assets = os.environ.get("KUBEBUILDER_ASSETS", "")
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{assets}")


@contextmanager
def running(folder: Path) -> Iterator[ApiServer]:
    """Start etcd and an API server in a folder, and end them."""
    etcd_port, peer_port, port = _free_ports(3)
    etcd = [
        *(program("etcd"), f"--data-dir={folder}/etcd", "--unsafe-no-fsync", "--log-level=error"),
        f"--listen-client-urls=http://127.0.0.1:{etcd_port}",
        f"--advertise-client-urls=http://127.0.0.1:{etcd_port}",
        f"--listen-peer-urls=http://127.0.0.1:{peer_port}",
    ]
    key, tokens = folder / "accounts.key", folder / "tokens.csv"
    subprocess.run([program("openssl"), "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    tokens.write_text("".join(f"token-of-{user},{user},{user},{group}\n" for user, group in USERS.items()))
    server = [
        *(
            program("kube-apiserver"),
            f"--etcd-servers=http://127.0.0.1:{etcd_port}",
            f"--secure-port={port}",
        ),
        *("--bind-address=127.0.0.1", f"--cert-dir={folder}/certificates", f"--token-auth-file={tokens}"),
        *(f"--service-account-key-file={key}", f"--service-account-signing-key-file={key}"),
        *("--service-account-issuer=https://tests", "--service-cluster-ip-range=10.0.0.0/24"),
        *("--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount"),
    ]
    with (folder / "servers.log").open("w") as log:
        processes = [subprocess.Popen(words, stdout=log, stderr=log) for words in (etcd, server)]
        try:
            _wait_until_ready(ready := ApiServer(folder, port), folder / "servers.log")
            yield ready
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(30)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_until_ready(server: ApiServer, log: Path) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            client.CoreV1Api(server.client()).read_namespace("default")
        except Exception as error:
            if time.monotonic() > until:
                raise RuntimeError(f"the API server did not start:\n{log.read_text()[-3000:]}") from error
            time.sleep(0.5)
        else:
            return
