"""The queue in which a run waits for its turn, where the template names one: Kueue holds it by `spec.suspend`."""

import time

from footfall.launch.audience import Audience
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import QUEUE_LABEL, events_of
from footfall.launch.kubernetes.status import is_held, obstacle

QUIET = 30
"""Seconds between two looks at why a run waits."""


def await_turn(cluster: Cluster, name: str, audience: Audience, patience: float | None) -> None:
    """Wait until a run is let go, and say why it is not; return at once where nothing holds it.

    Args:
        cluster: Where the run is.
        name: The run.
        audience: Shown the wait as a step, and each new reason that the queue gives.
        patience: Seconds that it may take; None for as long as it takes.

    Raises:
        InfrastructureError: It took longer, and the run was deleted.
    """
    run = cluster.application(name)
    if run is None or not is_held(run):
        return
    queue = run["metadata"].get("labels", {}).get(QUEUE_LABEL, "")
    began, looked, last = time.monotonic(), 0.0, ""
    with audience.progress.step("wait for turn", f"queue {queue}" if queue else "suspended"):
        for run in cluster.changes(name):
            if run is None or not is_held(run):
                return  # that it is gone, its follower tells
            now = time.monotonic()
            is_late = patience is not None and now - began > patience
            if is_late or now - looked > QUIET:
                told = obstacle(run, None, cluster.warnings(events_of(name)))
                assert told is not None  # noqa: S101 - a run that is held is held up
                if is_late:
                    cluster.delete(run)
                    where = f"SparkApplication {name} in {cluster.namespace}"
                    raise told.error(f"{where}, which was deleted after {patience:.0f} s in the queue")
                if told.evidence not in ("", last):
                    audience.say(f"{told.what}: {told.evidence}")
                looked, last = now, told.evidence
