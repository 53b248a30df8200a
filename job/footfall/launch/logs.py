"""The log of a run on a cluster: from its pods as long as they exist, else from CloudWatch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from footfall.errors import FootfallError, PrerequisiteError, SettingsError
from footfall.launch.cloudwatch import GROUP, StoredLog

Line = tuple[str, str]
"""The name of a pod, and one line of its log."""


@dataclass(frozen=True)
class LogRequest:
    """The run whose log is asked for.

    Attributes:
        run_id: Its id.
        days: The days that it counted.
        started: When it began.
        finished: When it ended, if it has.
        namespace: Where it ran; None for the namespace of this pod or of the current context.
        group: The log group of CloudWatch; None for that of the namespace.
    """

    run_id: str
    days: Sequence[date]
    started: datetime
    finished: datetime | None
    namespace: str | None
    group: str | None

    def stored_log(self, namespace: str | None) -> StoredLog | None:
        """Its log in CloudWatch; None if neither a group nor a namespace is known."""
        group = self.group or (GROUP.format(namespace=namespace) if namespace else None)
        return StoredLog(group, self.started, self.finished) if group else None


def find_lines(run: LogRequest, say: Callable[[str], None]) -> Iterator[Line]:
    """The lines of a run's driver and executors.

    Lines of pods that still exist come from the cluster, the driver's first; then come those of deleted pods, from
    CloudWatch, in the order of time.

    Args:
        run: The run.
        say: Called with a sentence for each source that could not be read.

    Raises:
        SettingsError: No line was found; the error lists the places that were searched.
        FootfallError: CloudWatch refuses it, or does not answer.
    """
    namespace, application, there = _of_cluster(run, say)
    stored = run.stored_log(namespace or run.namespace)
    found = False
    for line in there:
        found = True
        yield line
    try:
        name = application or (stored.application(run.run_id) if stored else None)
        gone = stored.lines(name, {pod for pod, _ in there}) if stored and name else []
    except FootfallError as error:
        if not found:
            raise
        say(f"The logs of its deleted pods cannot be searched: {error.what}")
        return
    yield from gone
    if not (found or gone):
        raise _not_found(run, namespace, stored)


def _of_cluster(run: LogRequest, say: Callable[[str], None]) -> tuple[str | None, str | None, list[Line]]:
    """The namespace, the SparkApplication's name and its pods' lines; None and no lines if there is no cluster."""
    try:
        from footfall.launch.kubernetes.api import Cluster
        from footfall.launch.kubernetes.pods import application_of, pods_of, text_of

        cluster = Cluster.connect(run.namespace)
    except (PrerequisiteError, SettingsError):
        return (
            None,
            None,
            [],
        )  # no cluster is configured here; the error below says so if CloudWatch has nothing either
    try:
        application = application_of(cluster, run.run_id, run.days)
        if application is None:
            return cluster.namespace, None, []
        texts = [(pod, text_of(cluster, pod, container)) for pod, container in pods_of(application)]
    except FootfallError as error:
        say(f"Its pods cannot be read: {error.what}")
        return cluster.namespace, None, []
    lines = [(pod, line) for pod, text in texts for line in text.splitlines()]
    return cluster.namespace, application["metadata"]["name"], lines


def _not_found(run: LogRequest, namespace: str | None, stored: StoredLog | None) -> SettingsError:
    looked = [
        f"namespace {namespace}" if namespace else "no cluster",
        stored.group if stored else "no log group",
    ]
    return SettingsError(
        f"No log of the run {run.run_id} was found",
        where=", ".join(looked),
        fix="Name the --namespace it ran in, or the --log-group where its pods' logs are kept: docs/seeing.md "
        "says how logs outlive the pods.",
    )
