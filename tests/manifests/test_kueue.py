"""Queues: runs wait in one, their template never does, and Kueue takes what is rendered."""

from functools import cache

import pytest

from footfall.cli import parse
from footfall.launch.kubernetes.application import QUEUE_ANNOTATION, QUEUE_LABEL
from tests.manifests.rendering import (
    ENVIRONMENTS,
    ROOT,
    TEMPLATE,
    Object,
    Objects,
    changed_production,
    environment,
    render,
)
from tests.manifests.test_schemas import defects
from tests.manifests.test_template import cores, mebibytes, number
from tests.manifests.test_workflows import IN_DAY, step, words


def queued() -> Objects:
    """Production with queues instead of dynamic allocation, and ten executors."""
    return changed_production(
        ("kustomization.yaml", "components/dynamic-allocation", "components/kueue"),
        ("sizes.yaml", "  executor:\n", "  executor:\n    instances: 10\n"),
    )


@cache
def queues() -> Objects:
    """What is applied once for the cluster."""
    return render(ROOT / "k8s/queues")


def cluster_queue() -> Object:
    """The `spec` of the queue of the cluster."""
    spec: Object = queues()["ClusterQueue", "footfall"]["spec"]
    return spec


def test_queues_are_valid() -> None:
    """By Kueue's own definitions."""
    for objects in (queued(), queues()):
        assert [defect for thing in objects.values() for defect in defects(thing)] == []
    queue = queued()["LocalQueue", "footfall"]
    assert ("ClusterQueue", queue["spec"]["clusterQueue"]) in queues()
    wrong = {**queue, "spec": {"clusterqueue": "footfall"}}
    assert defects(wrong)


@pytest.mark.parametrize("name", [*ENVIRONMENTS, "queued"])
def test_the_template_itself_is_in_no_queue(name: str) -> None:
    """Neither by label nor by a queue that takes what names none; it stays suspended."""
    objects = queued() if name == "queued" else environment(name)
    template = objects[TEMPLATE]
    assert template["spec"]["suspend"] is True
    assert not [key for key in template["metadata"].get("labels", {}) if "kueue" in key]
    assert ("LocalQueue", "default") not in objects


def test_the_template_names_the_queue_of_its_runs_where_the_component_is_taken() -> None:
    """And no other environment knows one."""
    assert queued()[TEMPLATE]["metadata"]["annotations"][QUEUE_ANNOTATION] == "footfall"
    for name in ENVIRONMENTS:
        assert QUEUE_ANNOTATION not in environment(name)[TEMPLATE]["metadata"]["annotations"]
    assert QUEUE_LABEL == "kueue.x-k8s.io/queue-name"


def test_a_queued_run_asks_for_a_number_of_executors() -> None:
    """Kueue refuses dynamic allocation, and runs in cluster mode alone."""
    spec = queued()[TEMPLATE]["spec"]
    assert "dynamicAllocation" not in spec
    assert (spec["mode"], spec["executor"]["instances"]) == ("cluster", 10)


def test_the_queue_has_room_for_a_day_and_no_more_than_the_quota() -> None:
    """A day that is larger than the queue would wait for ever, and the quota refuses what the queue lets go."""
    (group,) = cluster_queue()["resourceGroups"]
    (flavor,) = group["flavors"]
    assert ("ResourceFlavor", flavor["name"]) in queues()
    room = {each["name"]: each["nominalQuota"] for each in flavor["resources"]}
    assert set(room) == set(group["coveredResources"]) == {"cpu", "memory", "ephemeral-storage"}
    spec, hard = queued()[TEMPLATE]["spec"], queued()["ResourceQuota", "footfall"]["spec"]["hard"]
    driver, executor, count = spec["driver"], spec["executor"], spec["executor"]["instances"]
    assert cores(driver) + count * cores(executor) <= float(room["cpu"]) <= float(hard["requests.cpu"])
    taken = mebibytes(driver) + count * mebibytes(executor)
    assert taken <= number(room["memory"]) <= number(hard["requests.memory"])
    asked = [
        half["template"]["spec"]["containers"][0]["resources"]["requests"] for half in (driver, executor)
    ]
    own, each = (number(requests["ephemeral-storage"]) for requests in asked)
    assert own + count * each <= number(room["ephemeral-storage"])


def test_the_queue_takes_runs_of_our_environments_alone() -> None:
    """By a label that all their namespaces have."""
    wanted = cluster_queue()["namespaceSelector"]["matchLabels"]
    for name in ENVIRONMENTS:
        labels = environment(name)["Namespace", f"footfall-{name}"]["metadata"]["labels"]
        assert labels.items() >= wanted.items()


def test_a_workflow_waits_for_its_turn_as_long_as_it_takes() -> None:
    """No deadline of Argo ends the wait; what runs for four hours is ended as before, by the launcher."""
    spec = queued()["WorkflowTemplate", "footfall-day"]["spec"]
    assert "activeDeadlineSeconds" not in spec
    assert "activeDeadlineSeconds" not in step(spec, "day")
    told = words(spec, "day", IN_DAY)
    assert (told["timeout"], told["queue_timeout"]) == (4 * 3600, None)
    before = environment("production")["WorkflowTemplate", "footfall-day"]["spec"]
    assert step(before, "day")["activeDeadlineSeconds"] == told["timeout"]
    assert parse(["submit", "--on=kubernetes", "--day=2023-03-01"])["timeout"] is None
