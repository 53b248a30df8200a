"""`footfall submit --on kubernetes`: makes a run from the template, starts it and follows it to its end."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from footfall.launch.audience import Audience, OnInterrupt
from footfall.launch.ending import Ending
from footfall.launch.kubernetes import start
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import Object, Order, clone, read_settings, read_template
from footfall.launch.kubernetes.follow import Timeouts, follow, report
from footfall.launch.kubernetes.queue import await_turn
from footfall.runs.stopping import stopped_by_sigterm


@dataclass(frozen=True)
class RunRequest:
    """A run that is asked of a cluster.

    Attributes:
        order: What to run.
        namespace: Where to run; None for that of the rendered template, of this pod, or of the current context.
        template: A file of rendered manifests that holds the template; None to read it from the cluster.
        rerun: Whether to run it again if a run of this name has ended.
        timeouts: How long each phase may last.
        on_interrupt: Whether the run is kept or deleted when the launcher is stopped.
        launched_by: Written on the run as a label, for `settle`.
    """

    order: Order
    namespace: str | None
    template: Path | None
    rerun: bool
    timeouts: Timeouts
    on_interrupt: OnInterrupt
    launched_by: str | None = None


def manifest_yaml(request: RunRequest) -> str:
    """The manifest of the run as YAML, for `kubectl apply -f -`."""
    if request.template:
        template = read_template(request.template)
        settings = read_settings(request.template, template)
    else:
        cluster = Cluster.connect(request.namespace)
        template = start.template_of(cluster)
        settings = start.settings_of(cluster, template)
    run = clone(template, request.order, settings, request.namespace, request.launched_by)
    return yaml.safe_dump(run, sort_keys=False)


def submit(request: RunRequest, audience: Audience) -> Ending:
    """Start the run and follow it to its end; join or report a run of this name that is already there.

    Returns:
        How it ended.

    Raises:
        FootfallError: The run cannot be started, or a phase of it took too long.
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the run was kept or deleted, as `on_interrupt` says.
    """
    with stopped_by_sigterm():
        with audience.progress.step("find template") as step:
            rendered = read_template(request.template) if request.template else None
            own_namespace = rendered["metadata"].get("namespace") if rendered else None
            cluster = Cluster.connect(request.namespace or own_namespace)
            start.check_permissions(cluster)
            template = rendered or start.template_of(cluster)
            settings = start.settings_of(cluster, template)
            run = clone(template, request.order, settings, cluster.namespace, request.launched_by)
            audience.add_facts(application=run["metadata"]["name"])
            step.note(image=run["spec"]["image"])
        try:
            return _start_and_follow(cluster, run, request, audience)
        except KeyboardInterrupt:
            audience.log.close()
            _keep_or_delete(cluster, run, request.on_interrupt, audience)
            raise
        finally:
            audience.log.close()


def _start_and_follow(cluster: Cluster, run: Object, request: RunRequest, audience: Audience) -> Ending:
    name = run["metadata"]["name"]
    if start.start(cluster, run, audience.progress, rerun=request.rerun) == "report":
        return report(cluster, name)
    await_turn(cluster, name, audience, request.timeouts.queue)
    return follow(cluster, name, audience.log, request.timeouts)


def _keep_or_delete(cluster: Cluster, run: Object, on_interrupt: OnInterrupt, audience: Audience) -> None:
    """Delete the run or leave it running, and say which."""
    name = run["metadata"]["name"]
    if audience.wants_end(name, on_interrupt):
        cluster.delete(run)
        audience.say(f"Deleted {name}.")
    else:
        audience.say(f"{name} goes on in {cluster.namespace}; the same command joins it.")
