"""`footfall submit`, once it is known what is wanted: from the template to the end of the run."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

import yaml

from footfall.errors import AuditError
from footfall.launch import start
from footfall.launch.application import Object, Order, clone, read_template
from footfall.launch.driver_log import DriverLog
from footfall.launch.follow import Ending, Patience, follow, report
from footfall.launch.kubernetes import Cluster
from footfall.progress import Progress

OnInterrupt = Literal["ask", "keep", "delete"]


class Stopped(KeyboardInterrupt):
    """SIGTERM came: whoever runs the launcher wants it to end."""

    exit_code = 128 + signal.SIGTERM


@dataclass(frozen=True)
class Wish:
    """What is wanted of a cluster.

    Attributes:
        order: What to run.
        namespace: Where; none: that of the pod, of the rendered template, or of the current context.
        template: Rendered manifests to take the template from, instead of the cluster.
        rerun: Whether a run that ended shall be run once more.
        patience: How long to wait for what.
        on_interrupt: What becomes of the run when the launcher is told to end.
        launched_by: Written on the run as a label, for `settle`.
    """

    order: Order
    namespace: str | None
    template: Path | None
    rerun: bool
    patience: Patience
    on_interrupt: OnInterrupt
    launched_by: str | None = None


@dataclass(frozen=True)
class Audience:
    """Who is told of a run: its steps, the lines of its driver, and a question with yes or no."""

    progress: Progress
    log: DriverLog
    ask: Callable[[str], bool]


def printed(wish: Wish) -> str:
    """The run as YAML, for `kubectl apply -f -`."""
    rendered = read_template(wish.template) if wish.template else None
    template = rendered or start.template_of(Cluster.connect(wish.namespace))
    return yaml.safe_dump(clone(template, wish.order, wish.namespace, wish.launched_by), sort_keys=False)


def launched(wish: Wish, audience: Audience) -> Ending:
    """Run it, or join or report the run that is there.

    Raises:
        FootfallError: It cannot be run, or was held up for too long.
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the run was kept or deleted, as the wish says.
    """
    with _stopped_by_sigterm():
        with audience.progress.step("find template") as step:
            rendered = read_template(wish.template) if wish.template else None
            its_own = rendered["metadata"].get("namespace") if rendered else None
            cluster = Cluster.connect(wish.namespace or its_own)
            start.check_permissions(cluster)
            template = rendered or start.template_of(cluster)
            run = clone(template, wish.order, cluster.namespace, wish.launched_by)
            step.note(image=run["spec"]["image"])
        try:
            return _followed(cluster, run, wish, audience)
        except KeyboardInterrupt:
            audience.log.close()
            _decide(cluster, run, wish.on_interrupt, audience)
            raise
        finally:
            audience.log.close()


def _followed(cluster: Cluster, run: Object, wish: Wish, audience: Audience) -> Ending:
    name = run["metadata"]["name"]
    if start.start(cluster, run, audience.progress, rerun=wish.rerun) == "report":
        return report(cluster, name)
    return follow(cluster, name, audience.log, wish.patience)


def _decide(cluster: Cluster, run: Object, what: OnInterrupt, audience: Audience) -> None:
    """Delete the run, or leave it to itself."""
    name = run["metadata"]["name"]
    if what == "delete" or (what == "ask" and audience.ask(f"Delete the run {name}? Else it goes on.")):
        cluster.delete(run)
        audience.log.say(f"Deleted {name}.")
    else:
        audience.log.say(f"{name} goes on in {cluster.namespace}; the same command joins it.")


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Meanwhile SIGTERM is an exception, as Ctrl-C is one."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def verify_smoke(ending: Ending, known: dict[str, int]) -> None:
    """See that the smoke run counted what the generator of the sample knows.

    Args:
        ending: A run of the sample that was published.
        known: Rows of the stages of the funnel, by the stage.

    Raises:
        AuditError: A number is another one.
    """
    found = (ending.summary or {}).get("rows", {})
    wrong = [
        f"{stage}: {found.get(stage)} instead of {rows}"
        for stage, rows in known.items()
        if found.get(stage) != rows
    ]
    if wrong:
        raise AuditError(
            f"The smoke run counted the sample wrongly: {', '.join(wrong)}",
            where=f"SparkApplication {ending.name}",
            fix="Do not promote this image; run the sample with `docker run IMAGE run` and compare.",
        )
