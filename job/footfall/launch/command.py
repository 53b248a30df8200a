"""`footfall submit`, once it is known what is wanted: from the template to the end of the run."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from footfall.launch.audience import Audience, OnInterrupt
from footfall.launch.ending import Ending
from footfall.launch.kubernetes import start
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import Object, Order, clone, read_settings, read_template
from footfall.launch.kubernetes.follow import Patience, follow, report
from footfall.launch.kubernetes.queue import await_turn
from footfall.runs.stopping import stopped_by_sigterm


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


def printed(wish: Wish) -> str:
    """The run as YAML, for `kubectl apply -f -`."""
    if wish.template:
        template = read_template(wish.template)
        settings = read_settings(wish.template, template)
    else:
        cluster = Cluster.connect(wish.namespace)
        template = start.template_of(cluster)
        settings = start.settings_of(cluster, template)
    run = clone(template, wish.order, settings, wish.namespace, wish.launched_by)
    return yaml.safe_dump(run, sort_keys=False)


def launched(wish: Wish, audience: Audience) -> Ending:
    """Run it, or join or report the run that is there.

    Raises:
        FootfallError: It cannot be run, or was held up for too long.
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the run was kept or deleted, as the wish says.
    """
    with stopped_by_sigterm():
        with audience.progress.step("find template") as step:
            rendered = read_template(wish.template) if wish.template else None
            its_own = rendered["metadata"].get("namespace") if rendered else None
            cluster = Cluster.connect(wish.namespace or its_own)
            start.check_permissions(cluster)
            template = rendered or start.template_of(cluster)
            settings = start.settings_of(cluster, template)
            run = clone(template, wish.order, settings, cluster.namespace, wish.launched_by)
            audience.know(application=run["metadata"]["name"])
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
    await_turn(cluster, name, audience, wish.patience.queue)
    return follow(cluster, name, audience.log, wish.patience)


def _decide(cluster: Cluster, run: Object, what: OnInterrupt, audience: Audience) -> None:
    """Delete the run, or leave it to itself."""
    name = run["metadata"]["name"]
    if audience.wants_end(name, what):
        cluster.delete(run)
        audience.say(f"Deleted {name}.")
    else:
        audience.say(f"{name} goes on in {cluster.namespace}; the same command joins it.")
