"""`footfall settle`: ends the runs of a launcher that has ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import DAY_LABEL, LAUNCHER_LABEL, driver_pod_name
from footfall.launch.kubernetes.status import exit_code, has_ended


@dataclass(frozen=True)
class SettledRun:
    """How a run of the launcher ended, or that it was deleted.

    Attributes:
        day: The day it counted or would have counted; None for a smoke run.
        application: The SparkApplication.
        state: `deleted` if it had not ended.
        exit_code: The driver's; None if it is not known.
    """

    day: str | None
    application: str
    state: Literal["published", "failed", "deleted"]
    exit_code: int | None


def settle(cluster: Cluster, launcher: str) -> Iterator[SettledRun]:
    """Delete the launcher's runs that have not ended, and give the outcome of each of its runs, by day.

    A run that the launcher only joined belongs to another launcher, and stays.

    Raises:
        InfrastructureError: A run is still there after it was deleted.
    """
    runs = cluster.applications({LAUNCHER_LABEL: launcher})
    for run in sorted(runs, key=lambda run: str(run["metadata"]["labels"].get(DAY_LABEL))):
        day, name = run["metadata"]["labels"].get(DAY_LABEL), run["metadata"]["name"]
        if has_ended(run):
            code = exit_code(run, cluster.pod(driver_pod_name(run)))
            yield SettledRun(day, name, "published" if code == 0 else "failed", code)
        else:
            cluster.delete(run)
            yield SettledRun(day, name, "deleted", None)
