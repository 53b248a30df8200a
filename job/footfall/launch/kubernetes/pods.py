"""Finds the SparkApplication and the pods of a run by the run's id, and reads the logs of pods that still exist."""

from collections.abc import Iterator, Sequence
from datetime import date

from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import (
    DAY_LABEL,
    TEMPLATE,
    TEMPLATE_LABEL,
    Object,
    driver_pod_name,
)
from footfall.launch.kubernetes.status import DRIVER

EXECUTOR = "spark-kubernetes-executor"


def application_of(cluster: Cluster, run_id: str, days: Sequence[date]) -> Object | None:
    """The SparkApplication of a run; None unless it and its driver's pod still exist.

    Args:
        cluster: Where to look.
        run_id: The run's id, which the driver's log holds.
        days: The days that it counted; runs of one day are found by their label.
    """
    labels = {DAY_LABEL: str(days[0])} if len(days) == 1 else {TEMPLATE_LABEL: TEMPLATE}
    for run in [*cluster.applications(labels), *_without_day(cluster, labels)]:
        if run_id in text_of(cluster, driver_pod_name(run), DRIVER):
            return run
    return None


def text_of(cluster: Cluster, pod: str, container: str) -> str:
    """The log of a container so far; empty if its pod is gone or the container has not started."""
    statuses = (cluster.pod(pod) or {}).get("status", {}).get("containerStatuses", ())
    has_started = any({"running", "terminated"} & set(each.get("state", {})) for each in statuses)
    return cluster.log_text(pod, container) if has_started else ""


def pods_of(application: Object) -> Iterator[tuple[str, str]]:
    """Pairs of pod and container names of a run, its driver first."""
    yield driver_pod_name(application), DRIVER
    for name in sorted(application.get("status", {}).get("executorState", {})):
        yield name, EXECUTOR


def _without_day(cluster: Cluster, labels: dict[str, str]) -> list[Object]:
    """Smoke runs, which count a day of the sample but have no label for it."""
    if DAY_LABEL not in labels:
        return []
    runs = cluster.applications({TEMPLATE_LABEL: TEMPLATE})
    return [run for run in runs if DAY_LABEL not in run["metadata"]["labels"]]
