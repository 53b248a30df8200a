"""Follows a run to its end, and finds out how it ended."""

import time
from dataclasses import dataclass, replace

from footfall.errors import InfrastructureError
from footfall.launch.driver_log import DriverLog
from footfall.launch.ending import Ending, error_from_log
from footfall.launch.exit_codes import OWN
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import Object, driver_pod_name, events_of
from footfall.launch.kubernetes.log_readers import Readers
from footfall.launch.kubernetes.status import Obstacle, exit_code, failure, has_ended, obstacle, state


@dataclass(frozen=True)
class Timeouts:
    """How many seconds each phase of a run may last before that is an error.

    Attributes:
        whole: The run, from its creation or from when it was joined, without its time in a queue; None for no limit.
        start: Until the operator accepts the run, which includes its spark-submit; and until the driver starts.
        executors: Until an executor starts; None for the same as `start`.
        queue: The wait in a queue; None for no limit.
        end: Until the operator records the end of the driver.
        image: While the driver's image or container is refused.
    """

    whole: float | None = None
    start: float = 300
    end: float = 180
    image: float = 60
    executors: float | None = None
    queue: float | None = None

    def of(self, hindrance: Obstacle) -> float | None:
        """How many seconds this obstacle may last; None for no limit."""
        if hindrance.kind == "queue":
            return self.queue
        if hindrance.kind == "executors" and self.executors is not None:
            return self.executors
        quick = {
            "end": self.end,
            "image": self.image,
            "container": self.image,
        }
        return min(self.start, quick.get(hindrance.kind, self.start))


def follow(cluster: Cluster, name: str, log: DriverLog, timeouts: Timeouts) -> Ending:
    """Watch a run to its end, pass on its log, and give how it ended.

    Raises:
        InfrastructureError: An obstacle lasted too long, and the run was deleted; or others deleted it; or the whole
            run took too long.
    """
    readers = Readers(cluster, log)
    try:
        return _watch(cluster, name, readers, timeouts)
    finally:
        readers.stop()


def _watch(cluster: Cluster, name: str, readers: Readers, timeouts: Timeouts) -> Ending:
    """Watch a run to its end while the readers pass on its log."""
    where, began, timer = (
        f"SparkApplication {name} in {cluster.namespace}",
        time.monotonic(),
        _ObstacleTimer(timeouts),
    )
    for run in cluster.changes(name):
        if run is None:
            raise InfrastructureError(
                "The run was deleted by someone else",
                where=where,
                fix="Submit the day again if it is wanted.",
            )
        pod = cluster.pod(driver_pod_name(run))
        readers.read(pod)
        hindrance = None if has_ended(run) else obstacle(run, pod, ())
        was_queued, is_stuck = timer.kind == "queue", timer.is_over(hindrance)
        if was_queued or timer.kind == "queue":
            began = time.monotonic()  # a run that returns to its queue starts again
        if has_ended(run) or (hindrance and hindrance.kind == "end" and is_stuck):
            readers.finish()
            return ending(cluster, run, pod, readers.log)
        if hindrance and is_stuck:
            explained = obstacle(run, pod, cluster.warnings(events_of(name))) or hindrance
            cluster.delete(run)
            raise explained.error(f"{where}, which was deleted after {timer.longest:.0f} s of waiting")
        if timeouts.whole is not None and time.monotonic() - began > timeouts.whole:
            raise InfrastructureError(
                f"The run has not ended after {timeouts.whole:.0f} s, it is {state(run)}",
                where=where,
                fix="Give it longer with --timeout, and submit again: that joins it.",
            )
    raise AssertionError("the changes of a run end only when it is deleted")


def ending(cluster: Cluster, run: Object, pod: Object | None, log: DriverLog) -> Ending:
    """How a run ended whose log was read completely."""
    ended = _ending(cluster, run, pod, log)
    if ended.exit_code or ended.summary:
        return ended
    no_result = InfrastructureError(
        "The driver succeeded, but its log has no result",
        where=f"SparkApplication {ended.name} in {cluster.namespace}",
        fix="Its log was cut off: read the manifest in the output, or submit with --rerun.",
    )
    return replace(ended, exit_code=no_result.exit_code, error=no_result)


def report(cluster: Cluster, name: str) -> Ending:
    """How a run ended some time ago; if its log is gone, the summary has only its state."""
    run, log = cluster.application(name), DriverLog(say=lambda line: None)
    if run is None:
        raise InfrastructureError(
            "The run was deleted by someone else", where=name, fix="Submit the day again if it is wanted."
        )
    pod = cluster.pod(driver_pod_name(run))
    if pod:
        for line in cluster.log(pod["metadata"]["name"]):
            log.feed(line)
    ended = _ending(cluster, run, pod, log)
    return ended if ended.exit_code or ended.summary else replace(ended, summary={"state": "published"})


def _ending(cluster: Cluster, run: Object, pod: Object | None, log: DriverLog) -> Ending:
    """How a run ended, from its pod, its log and the status that the operator set."""
    name, code = run["metadata"]["name"], exit_code(run, pod)
    where = f"SparkApplication {name} in {cluster.namespace}"
    error = error_from_log(code, log.error, where)
    if code != 0 and error is None:
        error = failure(run, pod, cluster.warnings([name]), where, log.error)
    own = code if code in OWN else None
    return Ending(name, own or (error.exit_code if error else 0), log.summary, error)


@dataclass
class _ObstacleTimer:
    """Measures how long the same kind of obstacle lasts."""

    timeouts: Timeouts
    kind: str = ""
    since: float = 0.0
    longest: float = 0.0

    def is_over(self, hindrance: Obstacle | None) -> bool:
        now, kind = time.monotonic(), hindrance.kind if hindrance else ""
        if kind != self.kind:
            self.kind, self.since = kind, now
        longest = self.timeouts.of(hindrance) if hindrance else None
        self.longest = longest or 0.0
        return longest is not None and now - self.since > longest
