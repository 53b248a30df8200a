"""`footfall settle`: what is left to do when a launcher has ended, however it ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import DAY_LABEL, LAUNCHER_LABEL, driver_pod_name
from footfall.launch.kubernetes.status import exit_code, has_ended


@dataclass(frozen=True)
class Settled:
    """How a run of the launcher ended.

    Attributes:
        day: The day it counted, or was to count.
        application: The SparkApplication.
        state: `deleted` where it had not ended.
        exit_code: That of the driver, where it is known.
    """

    day: str | None
    application: str
    state: Literal["published", "failed", "deleted"]
    exit_code: int | None


def settled(cluster: Cluster, launcher: str) -> Iterator[Settled]:
    """Delete the launcher's runs that have not ended, and tell of all of them, in the order of their days.

    A run that the launcher joined is another one's, and stays.

    Raises:
        InfrastructureError: A run is still there after it was deleted.
    """
    runs = cluster.applications({LAUNCHER_LABEL: launcher})
    for run in sorted(runs, key=lambda run: str(run["metadata"]["labels"].get(DAY_LABEL))):
        day, name = run["metadata"]["labels"].get(DAY_LABEL), run["metadata"]["name"]
        if has_ended(run):
            code = exit_code(run, cluster.pod(driver_pod_name(run)))
            yield Settled(day, name, "published" if code == 0 else "failed", code)
        else:
            cluster.delete(run)
            yield Settled(day, name, "deleted", None)
