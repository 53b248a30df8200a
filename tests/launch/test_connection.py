"""How the client of the API comes to the cluster, and what it says where no answer comes."""

import socket
import ssl
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("kubernetes", reason="Kubernetes is an extra of the job")

from urllib3.util.ssl_ import create_urllib3_context

from footfall.errors import InfrastructureError
from footfall.launch.kubernetes import connection
from footfall.launch.kubernetes.api import Cluster

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{{name: here, context: {{cluster: c, user: u, namespace: shop}}}}]
clusters: [{{name: c, cluster: {{server: "https://127.0.0.1:{port}"}}}}]
users: [{{name: u, user: {{token: none}}}}]
"""


def configured(folder: Path, monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Let KUBECONFIG name a cluster on this port."""
    (folder / "config").write_text(KUBECONFIG.format(port=port))
    # The client reads the variable KUBECONFIG once, when it is imported.
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(folder / "config"))


def test_an_authority_without_modern_extensions_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13 asks for them by itself, and would refuse clusters that kubectl takes; the chain is verified."""

    def as_in_python_313(**more: Any) -> ssl.SSLContext:
        context = create_urllib3_context(**more)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(connection, "create_urllib3_context", as_in_python_313)
    configured(tmp_path, monkeypatch, 1)
    api, namespace = connection.open_client()
    context = api.rest_client.pool_manager.connection_pool_kw["ssl_context"]
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert namespace == "shop"


def test_a_server_that_speaks_no_tls_is_a_cluster_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No status comes back, which is no defect: the sentence says what happened, and machines may try again."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        configured(tmp_path, monkeypatch, server.getsockname()[1])
        cluster = Cluster(*connection.open_client(), longest_outage=0)

        def answer_plainly() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(1024)
                taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = Thread(target=answer_plainly)
        thread.start()
        with pytest.raises(InfrastructureError, match="The cluster does not answer") as caught:
            cluster.missing_permissions()
        thread.join()
    assert caught.value.exit_code == 6
    assert "127.0.0.1" in caught.value.where
