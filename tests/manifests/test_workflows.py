"""Argo Workflows as the environments have it: which day, how often tried, how much at once, and what is left behind."""

import json
import re
from typing import Any

import pytest

from footfall.cli import parse
from footfall.errors import InfrastructureError, SettingsError
from footfall.launch.exit_codes import FOREIGN
from tests.manifests.rendering import ENVIRONMENTS, Object, environment, template
from tests.manifests.test_template import cores, mebibytes, number

IN_DAY = {
    "inputs.parameters.day": "2023-03-01",
    "inputs.parameters.rerun": "no-rerun",
    "workflow.name": "w-1",
}
IN_RANGE = {"workflow.parameters.from": "2023-03-01", "workflow.parameters.to": "2023-03-05"}


def workflow(name: str, of: str = "test") -> Object:
    """The `spec` of a WorkflowTemplate."""
    spec: Object = environment(of)["WorkflowTemplate", name]["spec"]
    return spec


def step(spec: Object, name: str) -> Object:
    """One of its templates."""
    return next(each for each in spec["templates"] if each["name"] == name)


def words(spec: Object, name: str, known: dict[str, str]) -> dict[str, Any]:
    """What the command understands of the arguments of a step, once Argo has put its values in."""
    container = step(spec, name)["container"]
    assert container["command"] == ["/opt/footfall/bin/footfall"]
    filled = [re.sub(r"{{(.+?)}}", lambda found: known[found[1]], word) for word in container["args"]]
    return parse(filled)


@pytest.mark.parametrize(("rerun", "again"), [("no-rerun", False), ("rerun", True)])
def test_the_step_of_a_day_is_submit(rerun: str, again: bool) -> None:
    """Told to end, it deletes its run; what it leaves can be found by the name of the workflow."""
    told = words(workflow("footfall-day"), "day", {**IN_DAY, "inputs.parameters.rerun": rerun})
    assert (told["command"], told["on"], str(told["asked_day"])) == ("submit", "kubernetes", "2023-03-01")
    assert (told["on_interrupt"], told["launched_by"], told["rerun"]) == ("delete", "w-1", again)


def test_a_day_that_argo_left_as_it_was_written_is_refused() -> None:
    """Outside of a schedule there is no scheduled time, and Argo hands its words on."""
    with pytest.raises(SettingsError) as refused:
        words(workflow("footfall-day"), "day", {**IN_DAY, "inputs.parameters.day": "{{=date(x)}}"})
    assert refused.value.exit_code == 2
    assert "{{=date(x)}}" in refused.value.what


def test_days_are_locked_one_by_one() -> None:
    """Two workflows of one day wait for each other."""
    assert step(workflow("footfall-day"), "day")["synchronization"] == {
        "mutexes": [{"name": "footfall-{{inputs.parameters.day}}"}]
    }


def test_only_infrastructure_is_tried_again_and_only_here() -> None:
    """By its exit code, or where the launcher itself was killed or lost; the operator never retries."""
    retried = [
        (name, each["name"])
        for name in ("footfall-day", "footfall-backfill")
        for each in workflow(name)["templates"]
        if "retryStrategy" in each
    ]
    assert retried == [("footfall-day", "day")]
    expression = step(workflow("footfall-day"), "day")["retryStrategy"]["expression"]
    foreign = [str(each.code) for each in FOREIGN if each.kind is InfrastructureError]
    codes, _, unless = expression.removeprefix("lastRetry.exitCode in ").partition(" && ")
    assert json.loads(codes) == [str(InfrastructureError.exit_code), *foreign, "-1"]
    assert {"11", "50", "52", "137", "143"} <= set(foreign)
    # The message of a pod whose time is up: "Pod was active on the node longer than the specified deadline".
    assert unless == '!(lastRetry.message contains "deadline")'
    assert template("test")["restartPolicy"] == {"type": "Never"}


@pytest.mark.parametrize("name", ["footfall-day", "footfall-backfill"])
def test_whatever_a_workflow_leaves_is_settled(name: str) -> None:
    """By the same name that its runs carry."""
    assert workflow(name)["hooks"] == {
        "exit": {"templateRef": {"name": "footfall-day", "template": "settle"}}
    }
    told = words(workflow("footfall-day"), "settle", IN_DAY)
    assert (told["command"], told["on"], told["launched_by"]) == ("settle", "kubernetes", "w-1")


def test_workflows_are_kept_as_long_as_their_runs() -> None:
    """A week."""
    assert workflow("footfall-day")["ttlStrategy"]["secondsAfterCompletion"] == 7 * 86400


def test_a_backfill_lists_the_days_of_its_range() -> None:
    """Each day is the step of a day, with its lock and its retries."""
    told = words(workflow("footfall-backfill"), "days", IN_RANGE)
    assert (told["command"], str(told["first"]), str(told["last"])) == (
        "backfill",
        "2023-03-01",
        "2023-03-05",
    )
    assert told["list"] is True
    (_, (of_day,)) = step(workflow("footfall-backfill"), "range")["steps"]
    assert of_day["templateRef"] == {"name": "footfall-day", "template": "day"}
    assert of_day["withParam"] == "{{steps.list.outputs.result}}"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_quota_has_room_for_the_days_of_a_backfill(name: str) -> None:
    """Drivers, executors and launchers, which Argo gives a second container of 100m and 256 MiB by the limit range."""
    spec, hard = template(name), environment(name)["ResourceQuota", "footfall"]["spec"]["hard"]
    days = step(workflow("footfall-backfill", name), "range")["parallelism"]
    executors = spec.get("dynamicAllocation", {}).get("maxExecutors") or spec["executor"]["instances"]
    driver, executor = spec["driver"], spec["executor"]
    assert days * (2 + executors) < int(hard["pods"])
    assert days * (0.2 + cores(driver) + executors * cores(executor)) <= float(hard["requests.cpu"])
    taken = days * (512 + mebibytes(driver) + executors * mebibytes(executor))
    assert taken <= number(hard["limits.memory"])


@pytest.mark.parametrize(("name", "suspended"), [("local", True), ("test", False), ("production", False)])
def test_the_day_before_is_counted_every_day(name: str, suspended: bool) -> None:
    """By the scheduled time, also where the workflow starts late; in the local environment by hand only."""
    spec = environment(name)["CronWorkflow", "footfall-daily"]["spec"]
    assert spec.get("suspend", False) is suspended
    assert spec["workflowSpec"]["workflowTemplateRef"] == {"name": "footfall-day"}
    (day,) = spec["workflowSpec"]["arguments"]["parameters"]
    assert day["name"] == "day"
    assert "workflow.scheduledTime" in day["value"]
    assert (spec["timezone"], spec["concurrencyPolicy"]) == ("UTC", "Allow")


@pytest.mark.parametrize("name", ["footfall-day", "footfall-backfill"])
def test_pods_of_workflows_are_launchers(name: str) -> None:
    """With the account of workflows, and with the label by which they may talk to the API server."""
    spec = workflow(name)
    assert spec["serviceAccountName"] == "footfall-workflow"
    label = spec["podMetadata"]["labels"]["app.kubernetes.io/component"]
    rules = environment("test")["NetworkPolicy", "api-server"]["spec"]["podSelector"]["matchExpressions"]
    assert label in next(rule["values"] for rule in rules if rule["key"] == "app.kubernetes.io/component")
