"""Starts a run on a cluster, or finds the one that is there already."""

from typing import Literal

from footfall.errors import Conflict, PrerequisiteError, SettingsError
from footfall.launch.ending import is_worth_retrying
from footfall.launch.kubernetes.api import AlreadyExists, Cluster
from footfall.launch.kubernetes.application import (
    DAY_LABEL,
    TEMPLATE,
    Object,
    contents,
    driver_pod_name,
    named_settings,
)
from footfall.launch.kubernetes.status import exit_code, has_ended
from footfall.runs.progress import Progress

Choice = Literal["create", "replace", "join", "report"]


def check_permissions(cluster: Cluster) -> None:
    """Check that this account may start and follow a run, before anything is created.

    Raises:
        PrerequisiteError: It lacks a permission.
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


def settings_of(cluster: Cluster, template: Object) -> Object:
    """The present contents of the ConfigMaps that the template names, by name; a run reads them when it starts."""
    return {named: contents(cluster.config_map(named)) for named in named_settings(template)}


def start(cluster: Cluster, run: Object, progress: Progress, *, rerun: bool) -> Choice:
    """Create the run, unless one of its name is there already.

    Returns:
        What was done, or is to do: `create`, `replace`; `join` if the run is under way, `report` if it has ended.

    Raises:
        Conflict: Another run is counting the same day.
    """
    name = run["metadata"]["name"]
    with progress.step("start run", f"{name} in {cluster.namespace}") as step:
        there = cluster.application(name)
        done = choice(there, _code(cluster, there), rerun=rerun)
        if done in ("create", "replace"):
            _refuse_other_runs(cluster, run)
            if done == "replace":
                cluster.delete(run)
            try:
                cluster.create(run)
            except AlreadyExists:  # another launcher created the same run first
                done = "join"
        step.note(run={"create": "created", "replace": "started again"}.get(done, f"there already: {done}"))
    return done


def choice(there: Object | None, code: int | None, *, rerun: bool) -> Choice:
    """What to do with a run, depending on the existing one of the same name.

    Args:
        there: The existing run; None if there is none.
        code: The exit code of its driver; None if it is not known.
        rerun: Whether to run it again if it has ended.
    """
    if there is None:
        return "create"
    if "deletionTimestamp" in there["metadata"]:
        return "replace"
    if not has_ended(there):
        return "join"
    return "replace" if rerun or is_worth_retrying(code) else "report"


def _code(cluster: Cluster, there: Object | None) -> int | None:
    return exit_code(there, cluster.pod(driver_pod_name(there))) if there and has_ended(there) else None


def _refuse_other_runs(cluster: Cluster, run: Object) -> None:
    day = run["metadata"]["labels"].get(DAY_LABEL)
    same_day = cluster.applications({DAY_LABEL: day}) if day else []
    others = [each["metadata"]["name"] for each in same_day if not has_ended(each)]
    others = [name for name in others if name != run["metadata"]["name"]]
    if others:
        raise Conflict(
            f"The day {day} is being counted by a run of another image, with other settings, sizes or flags: "
            f"{', '.join(others)}",
            where=f"namespace {cluster.namespace}",
            fix=f"Wait for it, or end it: kubectl delete sparkapplication {' '.join(others)}",
        )
