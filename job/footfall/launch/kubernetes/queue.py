"""Waits for a run that Kueue holds in a queue by `spec.suspend`."""

import time

from footfall.launch.audience import Audience
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import QUEUE_LABEL, events_of
from footfall.launch.kubernetes.status import is_held, obstacle

QUIET = 30
"""Seconds between two checks of why a run waits."""


def await_turn(cluster: Cluster, name: str, audience: Audience, timeout: float | None) -> None:
    """Wait until a run leaves its queue, and say why it has to wait; returns at once if it is in none.

    Args:
        cluster: Where the run is.
        name: The run.
        audience: Shows the wait as a step, and each new reason that the queue gives.
        timeout: Seconds that the wait may take; None for no limit.

    Raises:
        InfrastructureError: The wait took longer, and the run was deleted.
    """
    run = cluster.application(name)
    if run is None or not is_held(run):
        return
    queue = run["metadata"].get("labels", {}).get(QUEUE_LABEL, "")
    began, looked, last = time.monotonic(), 0.0, ""
    with audience.progress.step("wait for turn", f"queue {queue}" if queue else "suspended"):
        for run in cluster.changes(name):
            if run is None or not is_held(run):
                return  # if it was deleted, `follow` raises that
            now = time.monotonic()
            is_late = timeout is not None and now - began > timeout
            if is_late or now - looked > QUIET:
                found = obstacle(run, None, cluster.warnings(events_of(name)))
                assert found is not None  # noqa: S101 - a suspended run has an obstacle
                if is_late:
                    cluster.delete(run)
                    where = f"SparkApplication {name} in {cluster.namespace}"
                    raise found.error(f"{where}, which was deleted after {timeout:.0f} s in the queue")
                if found.evidence not in ("", last):
                    audience.say(f"{found.what}: {found.evidence}")
                looked, last = now, found.evidence
