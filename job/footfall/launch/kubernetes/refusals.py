"""What the API of Kubernetes refuses, told as our errors."""

import json

from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError

QUOTA_IS_FULL = "exceeded quota"
"""What Kubernetes says then."""


def refusal(status: int, body: str, namespace: str) -> FootfallError:
    """Say what a refused request means.

    Args:
        status: The HTTP status.
        body: The answer, JSON where it comes from Kubernetes itself.
        namespace: Where the request was for.
    """
    message, where = _message(body), f"namespace {namespace}, HTTP status {status}"
    if status == 403 and QUOTA_IS_FULL in message:
        return quota_full(message, where)
    if status in (401, 403):
        fix = "Use an account that may, such as footfall-launcher: k8s/base has its role."
        return PrerequisiteError(f"The cluster does not allow it: {message}", where=where, fix=fix)
    if status == 404 and not is_about_object(body):
        fix = "Install the operator, as docs/kubernetes.md says: argocd/ brings it."
        return PrerequisiteError("The cluster knows no SparkApplications", where=where, fix=fix)
    if status in (400, 422):
        fix = "Mend the template, and sync or render again."
        return SettingsError(f"The cluster does not accept the run: {message}", where=where, fix=fix)
    if "failed calling webhook" in message and "kueue" in message:
        fix = "See that the pods of Kueue are ready: its webhook puts each run of a queue on hold."
        return InfrastructureError(f"Kueue does not answer: {message}", where=where, fix=fix)
    if "failed calling webhook" in message:
        fix = "See that the pods of spark-operator are ready: its webhook judges each run first."
        return InfrastructureError(f"The Spark operator does not answer: {message}", where=where, fix=fix)
    fix = "Try again; if it stays so, ask those who run the cluster."
    return InfrastructureError(f"The cluster failed: {message}", where=where, fix=fix)


def quota_full(told: str, where: str) -> InfrastructureError:
    """The error for a namespace without room for another run, whoever was told so."""
    return InfrastructureError(
        f"The quota of the namespace is full: {told}",
        where=where,
        fix="Wait for other runs to end or delete them, or raise the quota: kubectl describe quota",
    )


def unreachable(told: str, host: str) -> InfrastructureError:
    """The error for a cluster that does not answer."""
    return InfrastructureError(
        f"The cluster does not answer: {told}",
        where=host,
        fix="See that `kubectl get pods` works from here: network, VPN, the context of KUBECONFIG.",
    )


def is_about_object(body: str) -> bool:
    """Whether a 404 says that an object is not there, rather than that its whole kind is unknown."""
    return "name" in _parsed(body).get("details", {})


def _message(body: str) -> str:
    return " ".join(str(_parsed(body).get("message") or body).split())


def _parsed(body: str) -> dict[str, dict[str, str]]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
