"""Follows a run to its end, and tells how it ended."""

import time
from dataclasses import dataclass, replace

from footfall.errors import InfrastructureError
from footfall.launch.driver_log import DriverLog
from footfall.launch.ending import Ending, reported
from footfall.launch.exit_codes import OWN
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import Object, driver_pod_name, events_of
from footfall.launch.kubernetes.log_readers import Readers
from footfall.launch.kubernetes.status import Obstacle, exit_code, failure, has_ended, obstacle, state


@dataclass(frozen=True)
class Patience:
    """How many seconds something may last before it is an error.

    Attributes:
        whole: The run, from its creation or from when it was joined, its time in a queue left out; none: as long as it
            takes.
        start: That no operator takes the run on, which tells nothing until its own spark-submit is done; that the
            driver does not start.
        executors: That no executor starts; none: as `start`.
        queue: That the run waits for its turn; none: as long as it takes.
        end: That no operator notes its end.
        image: That the driver's image or container is refused.
    """

    whole: float | None = None
    start: float = 300
    end: float = 180
    image: float = 60
    executors: float | None = None
    queue: float | None = None

    def of(self, hindrance: Obstacle) -> float | None:
        """How long this may last; none: for ever."""
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


def follow(cluster: Cluster, name: str, log: DriverLog, patience: Patience) -> Ending:
    """Watch a run to its end, and tell its log meanwhile.

    Raises:
        InfrastructureError: Something held it up for too long, and it was deleted; or it was deleted by others;
            or it took longer than it may.
    """
    readers = Readers(cluster, log)
    try:
        return _watched(cluster, name, readers, patience)
    finally:
        readers.leave()


def _watched(cluster: Cluster, name: str, readers: Readers, patience: Patience) -> Ending:
    """Watch a run to its end while its readers read."""
    where, began, held = f"SparkApplication {name} in {cluster.namespace}", time.monotonic(), _Held(patience)
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
        was_queued, is_stuck = held.kind == "queue", held.too_long(hindrance)
        if was_queued or held.kind == "queue":
            began = time.monotonic()  # taken back into its queue, it starts anew
        if has_ended(run) or (hindrance and hindrance.kind == "end" and is_stuck):
            readers.finish()
            return ending(cluster, run, pod, readers.log)
        if hindrance and is_stuck:
            told = obstacle(run, pod, cluster.warnings(events_of(name))) or hindrance
            cluster.delete(run)
            raise told.error(f"{where}, which was deleted after {held.longest:.0f} s of waiting")
        if patience.whole is not None and time.monotonic() - began > patience.whole:
            raise InfrastructureError(
                f"The run has not ended after {patience.whole:.0f} s, it is {state(run)}",
                where=where,
                fix="Give it longer with --timeout, and submit again: that joins it.",
            )
    raise AssertionError("the changes of a run end with its end")


def ending(cluster: Cluster, run: Object, pod: Object | None, log: DriverLog) -> Ending:
    """Tell how a run ended whose log was heard to its end."""
    ended = _ending(cluster, run, pod, log)
    if ended.exit_code or ended.summary:
        return ended
    told = InfrastructureError(
        "The driver ended well, but told no result",
        where=f"SparkApplication {ended.name} in {cluster.namespace}",
        fix="Its log was cut: look at the manifest in the output, or submit with --rerun.",
    )
    return replace(ended, exit_code=told.exit_code, error=told)


def report(cluster: Cluster, name: str) -> Ending:
    """Tell how a run ended that ended some time ago; its summary is short where its log is gone."""
    run, log = cluster.application(name), DriverLog(say=lambda line: None)
    if run is None:
        raise InfrastructureError(
            "The run was deleted by someone else", where=name, fix="Submit the day again if it is wanted."
        )
    pod = cluster.pod(driver_pod_name(run))
    if pod:
        for line in cluster.log(pod["metadata"]["name"]):
            log.hear(line)
    ended = _ending(cluster, run, pod, log)
    return ended if ended.exit_code or ended.summary else replace(ended, summary={"state": "published"})


def _ending(cluster: Cluster, run: Object, pod: Object | None, log: DriverLog) -> Ending:
    """Tell how a run ended, by its pod, its log, and what the operator noted."""
    name, code = run["metadata"]["name"], exit_code(run, pod)
    where = f"SparkApplication {name} in {cluster.namespace}"
    told = reported(code, log.error, where)
    if code != 0 and told is None:
        told = failure(run, pod, cluster.warnings([name]), where, log.error)
    own = code if code in OWN else None
    return Ending(name, own or (told.exit_code if told else 0), log.summary, told)


@dataclass
class _Held:
    """Since when what holds up a run."""

    patience: Patience
    kind: str = ""
    since: float = 0.0
    longest: float = 0.0

    def too_long(self, hindrance: Obstacle | None) -> bool:
        now, kind = time.monotonic(), hindrance.kind if hindrance else ""
        if kind != self.kind:
            self.kind, self.since = kind, now
        longest = self.patience.of(hindrance) if hindrance else None
        self.longest = longest or 0.0
        return longest is not None and now - self.since > longest
