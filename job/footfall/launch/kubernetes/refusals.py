"""Turns refusals of the Kubernetes API into the job's errors."""

import json

from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError

QUOTA_IS_FULL = "exceeded quota"
"""The words by which Kubernetes reports a full quota."""


def refusal(status: int, body: str, namespace: str) -> FootfallError:
    """The error that a refused request means.

    Args:
        status: The HTTP status.
        body: The answer; JSON if it comes from Kubernetes itself.
        namespace: The namespace of the request.
    """
    message, where = _message(body), f"namespace {namespace}, HTTP status {status}"
    if status == 403 and QUOTA_IS_FULL in message:
        return quota_full(message, where)
    if status in (401, 403):
        fix = "Use an account with these rights, such as footfall-launcher: k8s/base has its role."
        return PrerequisiteError(f"The cluster does not allow it: {message}", where=where, fix=fix)
    if status == 404 and not is_about_object(body):
        fix = "Install the operator, as docs/kubernetes.md says: argocd/ brings it."
        return PrerequisiteError("The cluster has no kind SparkApplication", where=where, fix=fix)
    if status in (400, 422):
        fix = "Correct the template, and sync or render again."
        return SettingsError(f"The cluster does not accept the run: {message}", where=where, fix=fix)
    if "failed calling webhook" in message and "kueue" in message:
        fix = "See that the pods of Kueue are ready: its webhook puts each run of a queue on hold."
        return InfrastructureError(f"Kueue does not answer: {message}", where=where, fix=fix)
    if "failed calling webhook" in message:
        fix = "See that the pods of spark-operator are ready: its webhook checks each run first."
        return InfrastructureError(f"The Spark operator does not answer: {message}", where=where, fix=fix)
    fix = "Try again; if it fails again, ask the cluster's administrators."
    return InfrastructureError(f"The cluster failed: {message}", where=where, fix=fix)


def quota_full(message: str, where: str) -> InfrastructureError:
    """The error for a namespace whose quota is used up."""
    return InfrastructureError(
        f"The quota of the namespace is full: {message}",
        where=where,
        fix="Wait for other runs to end or delete them, or raise the quota: kubectl describe quota",
    )


def unreachable(reason: str, host: str) -> InfrastructureError:
    """The error for a cluster that does not answer."""
    return InfrastructureError(
        f"The cluster does not answer: {reason}",
        where=host,
        fix="See that `kubectl get pods` works from here: network, VPN, the context of KUBECONFIG.",
    )


def is_about_object(body: str) -> bool:
    """Whether a 404 means that the object is missing, rather than that its kind is unknown."""
    return "name" in _parsed(body).get("details", {})


def _message(body: str) -> str:
    return " ".join(str(_parsed(body).get("message") or body).split())


def _parsed(body: str) -> dict[str, dict[str, str]]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
