"""What a run on a cluster wrote to its log: from its pods where they are, else from CloudWatch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from footfall.errors import FootfallError, PrerequisiteError, SettingsError
from footfall.launch.cloudwatch import GROUP, Kept

Line = tuple[str, str]
"""A pod, and what it wrote."""


@dataclass(frozen=True)
class Wanted:
    """The run whose log is wanted.

    Attributes:
        run_id: Its id.
        days: The days that it counted.
        started: When it began.
        finished: When it ended, if it has.
        namespace: Where it ran; none: that of the pod or context.
        group: The log group of CloudWatch; none: that of the namespace.
    """

    run_id: str
    days: Sequence[date]
    started: datetime
    finished: datetime | None
    namespace: str | None
    group: str | None

    def kept(self, namespace: str | None) -> Kept | None:
        """Its lines in CloudWatch; none where no group is known."""
        group = self.group or (GROUP.format(namespace=namespace) if namespace else None)
        return Kept(group, self.started, self.finished) if group else None


def find_lines(run: Wanted, say: Callable[[str], None]) -> Iterator[Line]:
    """The lines of a run's driver and executors.

    Those of pods that are there come from the cluster, the driver's first; those of pods that are gone from
    CloudWatch, in the order of time.

    Args:
        run: The run.
        say: Told what could not be looked at.

    Raises:
        SettingsError: Nothing of it was found; the text says where was looked.
        FootfallError: CloudWatch refuses it, or does not answer.
    """
    namespace, application, there = _of_cluster(run, say)
    kept = run.kept(namespace or run.namespace)
    found = False
    for line in there:
        found = True
        yield line
    try:
        name = application or (kept.application(run.run_id) if kept else None)
        gone = kept.lines(name, {pod for pod, _ in there}) if kept and name else []
    except FootfallError as error:
        if not found:
            raise
        say(f"What its other pods wrote cannot be looked for: {error.what}")
        return
    yield from gone
    if not (found or gone):
        raise _nothing(run, namespace, kept)


def _of_cluster(run: Wanted, say: Callable[[str], None]) -> tuple[str | None, str | None, list[Line]]:
    """The namespace, the SparkApplication and the lines of pods that are there, as far as there is a cluster."""
    try:
        from footfall.launch.kubernetes.api import Cluster
        from footfall.launch.kubernetes.pods import application_of, pods_of, text_of

        cluster = Cluster.connect(run.namespace)
    except (PrerequisiteError, SettingsError):
        return None, None, []  # no cluster is known here: the error below says so where nothing else is found
    try:
        application = application_of(cluster, run.run_id, run.days)
        if application is None:
            return cluster.namespace, None, []
        texts = [(pod, text_of(cluster, pod, container)) for pod, container in pods_of(application)]
    except FootfallError as error:
        say(f"Its pods cannot be looked at: {error.what}")
        return cluster.namespace, None, []
    lines = [(pod, line) for pod, text in texts for line in text.splitlines()]
    return cluster.namespace, application["metadata"]["name"], lines


def _nothing(run: Wanted, namespace: str | None, kept: Kept | None) -> SettingsError:
    looked = [f"namespace {namespace}" if namespace else "no cluster", kept.group if kept else "no log group"]
    return SettingsError(
        f"No log of the run {run.run_id} was found",
        where=", ".join(looked),
        fix="Name the --namespace it ran in, or the --log-group where its pods' logs are kept: docs/seeing.md "
        "says how they come to outlive the pods.",
    )
