"""Makes the client of the Kubernetes API from the pod's account or from KUBECONFIG."""

import ssl
from pathlib import Path

from footfall.errors import SettingsError
from footfall.extras import needed

with needed("kubernetes"):
    from kubernetes import client, config
    from kubernetes.config import ConfigException
    from urllib3.util.ssl_ import create_urllib3_context

_IN_POD = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def open_client() -> tuple[client.ApiClient, str]:
    """A client and the namespace: of the pod that this process runs in, else of the current context of KUBECONFIG.

    Raises:
        SettingsError: Neither is configured.
    """
    settings = client.Configuration()
    try:
        if _IN_POD.exists():
            config.load_incluster_config(client_configuration=settings)
            here = _IN_POD.read_text(encoding="utf-8").strip()
        else:
            config.load_kube_config(client_configuration=settings)
            here = config.list_kube_config_contexts()[1]["context"].get("namespace", "default")
    except (ConfigException, OSError) as error:
        raise SettingsError(
            f"No cluster is configured: {error}",
            where="variable KUBECONFIG, or ~/.kube/config",
            fix="Point KUBECONFIG to a file with which `kubectl get pods` works.",
        ) from error
    settings.retries = False  # `Cluster` retries
    api = client.ApiClient(settings)
    _trust_plain_authorities(api)
    return api, here


def _trust_plain_authorities(api: client.ApiClient) -> None:
    """Verify certificates as Python below 3.13 does.

    Later versions also require extensions of RFC 5280, which clusters' authorities may lack; kubectl does not.
    """
    context = create_urllib3_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    api.rest_client.pool_manager.connection_pool_kw["ssl_context"] = context
