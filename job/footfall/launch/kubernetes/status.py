"""The state of a run on Kubernetes: whether and how it ended, or what holds it up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from footfall.errors import FootfallError, InfrastructureError, SettingsError
from footfall.launch.exit_codes import OWN, foreign
from footfall.launch.kubernetes.application import QUEUE_LABEL, Object
from footfall.launch.kubernetes.refusals import QUOTA_IS_FULL, quota_full

DRIVER = "spark-kubernetes-driver"
OUT_OF_MEMORY = "OOMKilled"
"""The reason that Kubernetes gives for a container that was killed for its memory."""

LONGEST = 1000
"""Characters of the operator's message that are kept; it may have a hundred thousand."""

_IMAGE_REASONS = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
_CONTAINER_REASONS = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")
_OPERATOR_FIX = (
    "See that spark-operator runs and watches this namespace: "
    "kubectl get deployments --all-namespaces --selector app.kubernetes.io/name=spark-operator"
)
_CLUSTER_FIX = "Read the events and the operator's log; submit again once the cluster has recovered."
_LOG_FIX = (
    "Its log is gone, but its manifest has the reason: footfall runs, with the output of the environment."
)
_REFUSED = {
    "denied the request": "Give the driver what that policy asks for, such as a signed image: "
    "`kubectl get clusterimagepolicies` names the policies for images. Then submit again.",
    "forbidden": "Compare the template with what the namespace allows, then submit with --rerun.",
}
"""What to do when a driver was refused, by the words with which webhooks and the API server refuse."""

_MEMORY_FIX = "Give the driver more in the overlay: spec.driver.memory, or memoryOverhead for Python's part."


@dataclass(frozen=True)
class Obstacle:
    """Why a run does not go on. It becomes an error if the same kind lasts too long.

    Attributes:
        kind: `queue`, `operator`, `image`, `container`, `place` (no node takes the driver), `driver`, `executors`
            or `end`.
        what: What is wrong, in a sentence.
        evidence: What the cluster says about it, in its own words; may be empty.
        fix: What to do.
    """

    kind: str
    what: str
    evidence: str
    fix: str

    def error(self, where: str) -> InfrastructureError:
        """The error for an obstacle that lasted too long."""
        text = f"{self.what}: {self.evidence}" if self.evidence else self.what
        return InfrastructureError(text, where=where, fix=self.fix)


def state(application: Object) -> str:
    """The state that the operator set, such as RUNNING; empty until an operator has seen the run."""
    return str(application.get("status", {}).get("applicationState", {}).get("state", ""))


def has_ended(application: Object) -> bool:
    """Whether the run has ended."""
    return state(application) in ("COMPLETED", "FAILED")


def is_held(application: Object) -> bool:
    """Whether a run is suspended, by a queue or a person, and has not ended."""
    return bool(application.get("spec", {}).get("suspend")) and not has_ended(application)


def exit_code(application: Object, pod: Object | None) -> int | None:
    """The driver's exit code, from its pod or else from the operator's message; None if neither has it."""
    ended = _driver_container(pod).get("state", {}).get("terminated")
    if ended:
        return int(ended["exitCode"])
    noted = re.search(r"ExitCode: (\d+)", _message(application))
    if noted:
        return int(noted[1])
    return 0 if state(application) == "COMPLETED" else None


def is_driver_started(pod: Object | None) -> bool:
    """Whether the driver's container has started, so that there is a log to read."""
    return bool({"running", "terminated"} & set(_driver_container(pod).get("state", {})))


def is_running(pod: Object | None) -> bool:
    """Whether the driver's container is running."""
    return "running" in _driver_container(pod).get("state", {})


def obstacle(application: Object, pod: Object | None, events: Sequence[str]) -> Obstacle | None:
    """What holds up a run that has not ended; None if nothing does."""
    if is_held(application):
        return _queue_obstacle(application, events)
    if not state(application):
        return Obstacle(
            "operator",
            "No Spark operator has accepted the run",
            _joined(events),
            _OPERATOR_FIX,
        )
    if not is_driver_started(pod):
        return _driver_obstacle(pod, events)
    if not is_running(pod):
        return Obstacle(
            "end", "The driver has ended, but no operator has recorded it", _joined(events), _OPERATOR_FIX
        )
    if set(application["status"].get("executorState", {}).values()) - {"PENDING"}:
        return None  # one executor is enough: Spark adds and removes others by itself
    return Obstacle(
        "executors",
        "The driver runs, but no executor does",
        _joined(events),
        "See whether quota and nodes have room for an executor: kubectl describe quota; kubectl get events",
    )


def failure(
    application: Object,
    pod: Object | None,
    events: Sequence[str],
    where: str,
    logged: tuple[str, str, str] | None = None,
) -> FootfallError:
    """The error of a failed run whose log does not end with one of the job's own errors.

    Args:
        application: The run.
        pod: The driver's pod; None if it is gone.
        events: Texts of the cluster's warnings.
        where: The run, for people.
        logged: The last error in its log (what, where, what to do), although the driver ended for another reason.
    """
    message, code, container = _message(application), exit_code(application, pod), _driver_container(pod)
    ended = container.get("state", {}).get("terminated") or {}
    if ended.get("reason") == OUT_OF_MEMORY or f"Reason: {OUT_OF_MEMORY}" in message:
        limit = container.get("limit", "its limit")
        what = f"The driver was killed for using more memory than {limit}: {message}"
        return InfrastructureError(what, where=where, fix=_MEMORY_FIX)
    if QUOTA_IS_FULL in message:
        return quota_full(_from(QUOTA_IS_FULL, message), where)
    for words, fix in _REFUSED.items():
        if words in message:
            return SettingsError(
                f"The cluster refused the driver: {_from(words, message)}", where=where, fix=fix
            )
    evicted = (pod or {}).get("status", {}).get("message")
    if evicted or code is None:
        what = evicted or _from("Exception", message) or _joined(events) or "the operator gives no reason"
        return InfrastructureError(f"The run failed: {what}", where=where, fix=_CLUSTER_FIX)
    if code in OWN:
        what = _from("Exception", message) or _joined(events) or "the operator gives no reason"
        return InfrastructureError(f"The run failed: {what}", where=where, fix=_LOG_FIX)
    means, evidence = foreign(code), logged[0] if logged else _joined(events)
    what = f"{means.what} (exit code {code})"
    return means.kind(f"{what}: {evidence}" if evidence else what, where=where, fix=means.fix)


def event_texts(events: Iterable[Object]) -> list[str]:
    """The texts of the warnings among events, each once, the newest last."""
    warnings = [event for event in events if event.get("type") == "Warning"]
    warnings.sort(key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or "")
    return list(dict.fromkeys(f"{event['reason']}: {event['message'].strip()}" for event in warnings))


def _queue_obstacle(application: Object, events: Sequence[str]) -> Obstacle:
    queue = application["metadata"].get("labels", {}).get(QUEUE_LABEL)
    if queue:
        fix = "Wait longer with --queue-timeout, or see what the queue has room for: kubectl get localqueues,workloads"
        return Obstacle("queue", f"The run waits for its turn in the queue {queue}", _joined(events), fix)
    fix = "Resume it (`suspend: false`) or delete it: no queue holds it, so a person suspended it."
    return Obstacle("queue", "The run is suspended", _joined(events), fix)


def _driver_obstacle(pod: Object | None, events: Sequence[str]) -> Obstacle | None:
    waiting = _driver_container(pod).get("state", {}).get("waiting", {})
    reason, message = waiting.get("reason", ""), _joined(events) or waiting.get("message", "")
    if reason in _IMAGE_REASONS:
        pulled = _joined(text for text in events if "image" in text.lower()) or waiting.get("message", "")
        fix = "See that the registry holds this tag and digest, and that the nodes may pull from it."
        return Obstacle("image", f"The driver's image cannot be pulled ({reason})", pulled, fix)
    if reason in _CONTAINER_REASONS:
        fix = "Correct the template: a volume, a ConfigMap or the command does not fit."
        return Obstacle("container", f"The driver's container cannot start ({reason})", message, fix)
    for condition in (pod or {}).get("status", {}).get("conditions", ()):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            fix = "Add a node, wait for the autoscaler, or ask for less in the overlay."
            return Obstacle("place", "No node takes the driver", condition.get("message", ""), fix)
    fix = "Read the events of the namespace and the operator's log."
    return Obstacle("driver", "The driver has not started", message, fix)


def _driver_container(pod: Object | None) -> Object:
    """The status of the driver's container, with its memory limit as `limit`; empty if there is none yet."""
    if pod is None:
        return {}
    limits = {
        each["name"]: each.get("resources", {}).get("limits", {}).get("memory")
        for each in pod["spec"]["containers"]
    }
    for status in pod.get("status", {}).get("containerStatuses", ()):
        if status["name"] == DRIVER:
            limit = limits.get(DRIVER)
            return {**status, **({"limit": limit} if limit else {})}
    return {}


def _message(application: Object) -> str:
    return str(application.get("status", {}).get("applicationState", {}).get("errorMessage", ""))


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(list(texts)[-3:])


def _from(word: str, message: str) -> str:
    """The first line of the message that holds the word and is not JSON, else all of it, cut to LONGEST characters: the
    operator quotes the whole output of spark-submit."""
    plain = [line.strip() for line in message.splitlines() if not line.startswith("{")]
    line = next((line for line in plain if word in line), message)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."
