"""Days by themselves, and what becomes of them when things go wrong: the real controller, a namespace of its own."""

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.cluster.addresses import Addresses
from tests.cluster.bucket import NOBODY, TABLE, Bucket
from tests.cluster.images import ENDING_MAIN, Image, Images
from tests.cluster.kubectl import Cluster, until
from tests.cluster.repository import Repository
from tests.cluster.workflows import Workflows

NAMESPACE = "footfall-workflows"
DAYS = [f"2023-03-0{number}" for number in range(1, 6)]
DAY, WITHOUT_PINGS = "2023-03-01", "2031-01-01"
SCHEDULED = "workflows.argoproj.io/scheduled-time"


@pytest.fixture(scope="module")
def cluster(addresses: Addresses) -> Cluster:
    """The cluster as it is: what the story has left in it stays."""
    return Cluster(addresses.environment)


@pytest.fixture(scope="module")
def images(
    cluster: Cluster, addresses: Addresses, mark: str, tmp_path_factory: pytest.TempPathFactory
) -> Images:
    """Builds images and pushes them."""
    return Images(cluster, addresses.registry, tmp_path_factory.mktemp("images"), mark)


@pytest.fixture(scope="module")
def lake(addresses: Addresses, mark: str, tmp_path_factory: pytest.TempPathFactory) -> Bucket:
    """A bucket in which five days, and those around today, have a ping or more."""
    lake = Bucket(addresses.aws, f"footfall-{mark}-workflows-test")
    lake.fill(tmp_path_factory.mktemp("data"))
    today = datetime.now(UTC).date()
    days = [*DAYS[2:], *(str(today - timedelta(days=number)) for number in range(3))]
    rows = "".join(f"d1,{day}T10:00:00Z,0.005,0.005\n" for day in days)
    client = boto3.client("s3", endpoint_url=addresses.aws, **NOBODY)
    client.put_object(Bucket=lake.name, Key="pings/more.csv", Body=f"device,at,lat,lon\n{rows}".encode())
    return lake


@pytest.fixture(scope="module")
def image(cluster: Cluster, images: Images) -> str:
    """The image of the job: the one that is named, that the story has left, or a new one."""
    template = cluster.get("footfall-test", "sparkapplication", "footfall-template")
    told = os.environ.get("IMAGE_UNDER_TEST") or (template and template["spec"]["image"])
    return str(told or images.push(images.build(), "workflows"))


@pytest.fixture(scope="module")
def manifests(
    cluster: Cluster, addresses: Addresses, mark: str, lake: Bucket, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """The manifests of test, for another namespace, and without the smoke run."""
    folder = tmp_path_factory.mktemp("git") / "clone"
    manifests = Repository.create(cluster, addresses, folder, f"workflows-{mark}")
    manifests.fill(addresses.aws, lake.name.removesuffix("-test"))
    kustomization = folder / "k8s/overlays/test/kustomization.yaml"
    text = kustomization.read_text().replace("  - ../../components/smoke\n", "")
    kustomization.write_text(text.replace("namespace: footfall-test", f"namespace: {NAMESPACE}"))
    return manifests


@pytest.fixture(scope="module")
def workflows(cluster: Cluster) -> Workflows:
    """The workflows of the namespace, which is empty at first."""
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s")
    return Workflows(cluster, NAMESPACE)


def apply(cluster: Cluster, manifests: Repository, image: str) -> None:
    """Bring the manifests with an image to the cluster, as Argo CD would."""
    name, _, rest = image.partition("@")
    name, _, tag = name.rpartition(":")
    manifests.set_image("test", Image(name, tag, rest))
    rendered = cluster.kubectl("kustomize", str(manifests.folder / "k8s/overlays/test"))
    cluster.kubectl("apply", "--server-side", "--force-conflicts", "--filename=-", text=rendered)


def published(lake: Bucket) -> set[str]:
    """The days that a reader finds."""
    return set(lake.table())


def state(run: dict[str, Any]) -> str:
    """The state that the operator notes."""
    return str(run.get("status", {}).get("applicationState", {}).get("state", ""))


def test_01_the_schedule_and_its_templates_are_accepted(
    cluster: Cluster, workflows: Workflows, manifests: Repository, image: str
) -> None:
    """The schedule waits for its hour; nothing runs."""
    apply(cluster, manifests, image)
    cron = cluster.get(NAMESPACE, "cronworkflow", "footfall-daily")
    assert cron is not None
    assert cluster.all(NAMESPACE, "workflowtemplate").keys() == {"footfall-day", "footfall-backfill"}
    assert cluster.all(NAMESPACE, "workflow") == {}


def test_02_a_schedule_that_fires_again_and_again_counts_the_day_before_once(
    cluster: Cluster, workflows: Workflows, lake: Bucket
) -> None:
    """The first firing publishes it, and its exit handler tells of its run; the next two find that done."""
    words = ("patch", f"--namespace={NAMESPACE}", "cronworkflow", "footfall-daily", "--type=merge")
    cluster.kubectl(*words, f"--patch={json.dumps({'spec': {'schedules': ['* * * * *']}})}")
    until("three workflows", lambda: len(cluster.all(NAMESPACE, "workflow")) >= 3, 300)
    cluster.kubectl(*words, f"--patch={json.dumps({'spec': {'suspend': True}})}")
    there = cluster.all(NAMESPACE, "workflow")
    times = {name: str(each["metadata"]["annotations"][SCHEDULED]) for name, each in there.items()}
    first, *others = sorted(times, key=lambda name: times[name])
    day = str(datetime.fromisoformat(times[first]).date() - timedelta(days=1))
    assert {workflows.await_end(name) for name in times} == {"Succeeded"}
    assert workflows.runs(first).keys() == {day}
    assert [(told["day"], told["state"]) for told in workflows.settled(first)] == [(day, "published")]
    assert not any(workflows.runs(name) for name in others)
    assert published(lake) == {day}


def test_03_a_day_that_fails_by_its_input_is_not_tried_again(workflows: Workflows) -> None:
    """One attempt, with the code of the job; the run stays to be looked at."""
    name = workflows.start("footfall-day", day=WITHOUT_PINGS)
    assert workflows.await_end(name) == "Failed"
    assert workflows.attempts(name) == [("Failed", "3")]
    assert [(told["state"], told["exit_code"]) for told in workflows.settled(name)] == [("failed", 3)]


@pytest.mark.parametrize("how", ["Stop", "Terminate"])
def test_04_a_workflow_that_is_ended_by_hand_leaves_no_run(workflows: Workflows, how: str) -> None:
    """Its launcher is told to end, and deletes the run."""
    name = workflows.start("footfall-day", day=DAY)
    until("its run", lambda: workflows.runs(name))
    workflows.shut_down(name, how)
    assert workflows.await_end(name, 180) == "Failed"
    until("the end of its run", lambda: not workflows.runs(name), 90)


def test_05_a_launcher_that_is_killed_is_replaced_and_a_second_workflow_waits(
    workflows: Workflows, lake: Bucket
) -> None:
    """The new launcher joins the run of the killed one; the second workflow finds the day published."""
    name = workflows.start("footfall-day", day=DAY)
    run = until("its run", lambda: workflows.runs(name).get(DAY))
    second = workflows.start("footfall-day", day=DAY)
    workflows.kill_launcher(name)
    assert workflows.await_end(name) == "Succeeded"
    assert workflows.await_end(second) == "Succeeded"
    assert workflows.attempts(name) == [("Failed", "137"), ("Succeeded", "0")]
    assert workflows.runs(name)[DAY]["metadata"]["uid"] == run["metadata"]["uid"]
    assert workflows.runs(second) == {}
    assert lake.table()[DAY] == TABLE


def test_06_a_backfill_runs_five_days_two_at_once_while_a_new_image_comes_in(
    cluster: Cluster, workflows: Workflows, manifests: Repository, images: Images, image: str, lake: Bucket
) -> None:
    """All days are published; the run that was under way ends on its own image."""
    name = workflows.start("footfall-backfill", **{"from": DAYS[0], "to": DAYS[-1], "rerun": "rerun"})
    until("a run", lambda: workflows.runs(name))
    under_way = {day: run["spec"]["image"] for day, run in workflows.runs(name).items()}
    apply(cluster, manifests, str(images.variant(image, "again")))
    at_once = 0
    while workflows.phase(name) in ("", "Running"):
        states = [state(run) for run in workflows.runs(name).values()]
        at_once = max(at_once, len([each for each in states if each not in ("COMPLETED", "FAILED")]))
    assert workflows.phase(name) == "Succeeded"
    assert at_once == 2
    assert set(DAYS) <= published(lake)
    assert {day: workflows.runs(name)[day]["spec"]["image"] for day in under_way} == under_way
    assert {told["state"] for told in workflows.settled(name)} == {"published"}


def test_07_a_driver_that_spark_ends_is_tried_again(
    cluster: Cluster, workflows: Workflows, manifests: Repository, images: Images, image: str
) -> None:
    """Code 52 of the driver is code 6 of its launcher, and after a minute there is another launcher."""
    ending = images.variant(image, "ending", ENDING_MAIN)
    patch = [
        {"op": "replace", "path": "/spec/image", "value": str(ending)},
        {"op": "add", "path": "/spec/driver/env/-", "value": {"name": "END_WITH", "value": "52"}},
    ]
    words = ("patch", f"--namespace={NAMESPACE}", "sparkapplication", "footfall-template", "--type=json")
    cluster.kubectl(*words, f"--patch={json.dumps(patch)}")
    name = workflows.start("footfall-day", day=DAY)
    first, _ = until("a second attempt", lambda: len(tried := workflows.attempts(name)) > 1 and tried, 600)
    workflows.shut_down(name, "Terminate")
    workflows.await_end(name, 180)
    apply(cluster, manifests, image)
    assert first == ("Failed", "6")


def test_08_a_range_that_is_none_is_refused(workflows: Workflows) -> None:
    """Before any day is run."""
    name = workflows.start("footfall-backfill", **{"from": DAYS[-1], "to": DAYS[0]})
    assert workflows.await_end(name) == "Failed"
    assert workflows.attempts(name) == []


@pytest.mark.parametrize(
    ("verb", "group", "resource", "allowed"),
    [
        ("create", "argoproj.io", "workflowtaskresults", True),
        ("create", "sparkoperator.k8s.io", "sparkapplications", True),
        ("create", "argoproj.io", "workflows", False),
        ("create", "", "pods", False),
        ("get", "", "secrets", False),
    ],
)
def test_09_the_pods_of_workflows_may_do_no_more_than_they_must(
    cluster: Cluster, verb: str, group: str, resource: str, allowed: bool
) -> None:
    """They start runs and tell the controller of their steps."""
    about = {"namespace": NAMESPACE, "verb": verb, "group": group, "resource": resource}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": f"system:serviceaccount:{NAMESPACE}:footfall-workflow", "resourceAttributes": about},
    }
    told = cluster.kubectl("create", "--filename=-", "--output=json", text=json.dumps(review))
    assert json.loads(told)["status"].get("allowed", False) is allowed
