"""Starts a run on a cluster, or finds the one there is, follows it, and tells how it ended."""

import time
from dataclasses import dataclass
from typing import Any, Literal

from footfall.errors import Conflict, FootfallError, InfrastructureError, PrerequisiteError, SettingsError
from footfall.launch.application import DAY_LABEL, TEMPLATE, Object, driver_pod_name
from footfall.launch.driver_log import DriverLog
from footfall.launch.kubernetes import AlreadyThere, Cluster
from footfall.launch.log_readers import Readers
from footfall.launch.status import (
    Obstacle,
    exit_code,
    failure,
    has_ended,
    obstacle,
    reported,
    state,
)
from footfall.progress import Progress

SIGNALS = 128
"""Exit codes above this are those of killed processes."""


@dataclass(frozen=True)
class Patience:
    """How many seconds something may last before it is an error.

    Attributes:
        whole: The run, from its creation or from when it was joined; none: as long as it takes.
        start: That the driver, or any executor, does not start.
        operator: That no operator takes the run on, or notes its end.
        image: That the driver's image or container is refused.
    """

    whole: float | None = None
    start: float = 300
    operator: float = 60
    image: float = 60

    def of(self, hindrance: Obstacle) -> float:
        """How long this may last."""
        quick = {
            "operator": self.operator,
            "end": self.operator,
            "image": self.image,
            "container": self.image,
        }
        return min(self.start, quick.get(hindrance.kind, self.start))


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes:
        name: The SparkApplication.
        exit_code: That of the driver; that of the error where the driver was killed, or told no result.
        summary: What the run told of itself, if it did.
        error: Why it did not publish, if so.
    """

    name: str
    exit_code: int
    summary: dict[str, Any] | None
    error: FootfallError | None


Choice = Literal["create", "replace", "join", "report"]


def check_permissions(cluster: Cluster) -> None:
    """See that a run can be started and followed, before anything is created.

    Raises:
        PrerequisiteError: The account may not do what a launcher must.
    """
    missing = cluster.missing_permissions()
    if missing:
        raise PrerequisiteError(
            f"This account may not {', '.join(missing)}",
            where=f"namespace {cluster.namespace}",
            fix="Use an account with the role of footfall-launcher, which k8s/base brings.",
        )


def template_of(cluster: Cluster) -> Object:
    """The template of the namespace.

    Raises:
        SettingsError: There is none.
    """
    template = cluster.application(TEMPLATE)
    if template is None:
        raise SettingsError(
            f"There is no SparkApplication {TEMPLATE}",
            where=f"namespace {cluster.namespace}",
            fix="Name the right namespace with --namespace, let Argo CD sync it, or give --template FILE.",
        )
    return template


def start(cluster: Cluster, run: Object, progress: Progress, *, rerun: bool) -> Choice:
    """Create the run, unless it is there already.

    Returns:
        What was found and done: `join` where the run is under way, `report` where it has ended.

    Raises:
        Conflict: Another run counts the same day now.
    """
    name = run["metadata"]["name"]
    with progress.step("start run", f"{name} in {cluster.namespace}") as step:
        there = cluster.application(name)
        done = choice(there, _code(cluster, there), rerun=rerun)
        if done in ("create", "replace"):
            _refuse_other_runs(cluster, run)
        if done == "replace":
            cluster.delete(run)
        if done in ("create", "replace"):
            try:
                cluster.create(run)
            except AlreadyThere:  # someone was quicker with the same
                done = "join"
        step.note(run={"create": "created", "replace": "started again"}.get(done, f"there already: {done}"))
    return done


def choice(there: Object | None, code: int | None, *, rerun: bool) -> Choice:
    """What to do about a run, given the one of the same name that is there.

    Args:
        there: The run as it is, if it is there.
        code: The exit code of its driver, where that is known.
        rerun: Whether a run that ended shall be run once more.
    """
    if there is None:
        return "create"
    if "deletionTimestamp" in there["metadata"]:
        return "replace"
    if not has_ended(there):
        return "join"
    # What failed by its surroundings may go well this time; all else would end as it did.
    surroundings = code is None or code == InfrastructureError.exit_code or code > SIGNALS
    return "replace" if rerun or surroundings else "report"


def follow(cluster: Cluster, name: str, log: DriverLog, patience: Patience) -> Ending:
    """Watch a run to its end, and tell its log meanwhile.

    Raises:
        InfrastructureError: Something held it up for too long, and it was deleted; or it was deleted by others;
            or it took longer than it may.
    """
    where, began = f"SparkApplication {name} in {cluster.namespace}", time.monotonic()
    readers, held = Readers(cluster, log), _Held(patience)
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
        is_stuck = held.too_long(hindrance)
        if has_ended(run) or (hindrance and hindrance.kind == "end" and is_stuck):
            readers.finish()
            return ending(cluster, run, pod, log)
        if hindrance and is_stuck:
            told = obstacle(run, pod, cluster.warnings([name])) or hindrance
            cluster.delete(run)
            raise told.error(f"{where}, which was deleted after {patience.of(told):.0f} s of waiting")
        if patience.whole is not None and time.monotonic() - began > patience.whole:
            raise InfrastructureError(
                f"The run has not ended after {patience.whole:.0f} s, it is {state(run)}",
                where=where,
                fix="Give it longer with --timeout, and submit again: that joins it.",
            )
    raise AssertionError("the changes of a run end with its end")


def ending(cluster: Cluster, run: Object, pod: Object | None, log: DriverLog) -> Ending:
    """Tell how a run ended, by its pod, its log, and what the operator noted."""
    name, code = run["metadata"]["name"], exit_code(run, pod)
    where = f"SparkApplication {name} in {cluster.namespace}"
    told = reported(code, log.error, where)
    if code == 0 and log.summary is None:
        told = InfrastructureError(
            "The driver ended well, but told no result",
            where=where,
            fix="Its log is gone or was cut: look at the manifest in the output, or submit with --rerun.",
        )
    elif code != 0 and told is None:
        told = failure(run, pod, cluster.warnings([name]), where)
    own = code if code is not None and code < SIGNALS else None
    return Ending(name, own or (told.exit_code if told else 0), log.summary, told)


def report(cluster: Cluster, name: str) -> Ending:
    """Tell how a run ended that ended some time ago."""
    run, log = cluster.application(name), DriverLog(say=lambda line: None)
    if run is None:
        raise InfrastructureError(
            "The run was deleted by someone else", where=name, fix="Submit the day again if it is wanted."
        )
    pod = cluster.pod(driver_pod_name(run))
    if pod:
        for line in cluster.log(pod["metadata"]["name"]):
            log.hear(line)
    return ending(cluster, run, pod, log)


def _code(cluster: Cluster, there: Object | None) -> int | None:
    return exit_code(there, cluster.pod(driver_pod_name(there))) if there and has_ended(there) else None


def _refuse_other_runs(cluster: Cluster, run: Object) -> None:
    day = run["metadata"]["labels"].get(DAY_LABEL)
    same_day = cluster.applications({DAY_LABEL: day}) if day else []
    others = [each["metadata"]["name"] for each in same_day if not has_ended(each)]
    others = [name for name in others if name != run["metadata"]["name"]]
    if others:
        raise Conflict(
            f"The day {day} is being counted by a run of another image or with other flags: {', '.join(others)}",
            where=f"namespace {cluster.namespace}",
            fix=f"Wait for it, or end it: kubectl delete sparkapplication {' '.join(others)}",
        )


@dataclass
class _Held:
    """Since when what holds up a run."""

    patience: Patience
    kind: str = ""
    since: float = 0.0

    def too_long(self, hindrance: Obstacle | None) -> bool:
        now, kind = time.monotonic(), hindrance.kind if hindrance else ""
        if kind != self.kind:
            self.kind, self.since = kind, now
        return hindrance is not None and now - self.since > self.patience.of(hindrance)
