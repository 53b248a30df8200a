"""On which nodes a run is, and what keeps it there: the driver stays, executors are cheap, near it, and fit."""

from typing import Any

import pytest
import yaml

from tests.manifests.rendering import ENVIRONMENTS, ROOT, Object, environment, template
from tests.manifests.test_schemas import defects
from tests.manifests.test_template import number

KEPT = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false", "karpenter.sh/do-not-disrupt": "true"}
DEPLOYED = ("test", "production")
HALVES = ("driver", "executor")


def eks(kind: str) -> dict[str, Object]:
    """The objects of one kind in aws/eks/nodes.yaml, by name."""
    things = yaml.safe_load((ROOT / "aws/eks/nodes.yaml").read_text(encoding="utf-8"))["items"]
    return {thing["metadata"]["name"]: thing for thing in things if thing["kind"] == kind}


def offers(pool: Object) -> dict[str, list[str]]:
    """What nodes of a pool may be, by the label that says so."""
    return {each["key"]: each["values"] for each in pool["spec"]["template"]["spec"]["requirements"]}


def disk(name: str, half: str) -> tuple[float, float]:
    """What a driver or executor asks of its node's disk, and what it may have of it, in mebibytes."""
    (container,) = template(name)[half]["template"]["spec"]["containers"]
    assert container["name"] == f"spark-kubernetes-{half}"  # by which the operator finds it
    resources = container["resources"]
    assert set(container) == {"name", "resources"}
    return tuple(number(resources[which]["ephemeral-storage"]) for which in ("requests", "limits"))  # type: ignore[return-value]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_driver_is_kept_where_it_is_as_its_launcher_is(name: str) -> None:
    """Neither Karpenter nor the cluster autoscaler moves it; an executor may go."""
    assert template(name)["driver"]["annotations"].items() >= KEPT.items()
    assert not template(name)["executor"].get("annotations", {}).keys() & KEPT.keys()
    for workflow in ("footfall-day", "footfall-backfill"):
        pods = environment(name)["WorkflowTemplate", workflow]["spec"]["podMetadata"]
        assert pods["annotations"].items() >= KEPT.items()


def test_the_smoke_run_is_kept_where_it_is() -> None:
    """Its launcher waits for a driver, too."""
    job = environment("test")["Job", "footfall-smoke"]["spec"]["template"]["metadata"]
    assert job["annotations"].items() >= KEPT.items()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_budget_is_about_drivers_and_launchers(name: str) -> None:
    """By the label that both carry; executors and what observes runs are none of them."""
    budget = environment(name)["PodDisruptionBudget", "footfall"]["spec"]
    assert (budget["maxUnavailable"], budget["unhealthyPodEvictionPolicy"]) == (0, "AlwaysAllow")
    (who,) = budget["selector"]["matchExpressions"]
    driver = template(name)["driver"]["labels"][who["key"]]
    launcher = environment(name)["WorkflowTemplate", "footfall-day"]["spec"]["podMetadata"]["labels"][
        who["key"]
    ]
    assert (who["operator"], set(who["values"])) == ("In", {driver, launcher})
    assert template(name)["executor"]["labels"][who["key"]] not in who["values"]


def test_executors_like_spot_and_take_what_there_is_while_the_driver_never_is_on_spot() -> None:
    """A wish for executors, a condition for the driver; for nodes of Karpenter and of managed groups."""
    executor = template("production")["executor"]["affinity"]["nodeAffinity"]
    assert "requiredDuringSchedulingIgnoredDuringExecution" not in executor
    liked = executor["preferredDuringSchedulingIgnoredDuringExecution"]
    wishes = [each["preference"]["matchExpressions"] for each in liked]
    assert [(one["key"], one["values"]) for (one,) in wishes] == [
        ("karpenter.sh/capacity-type", ["spot"]),
        ("eks.amazonaws.com/capacityType", ["SPOT"]),
    ]
    driver = template("production")["driver"]["affinity"]["nodeAffinity"]
    terms = driver["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert [each["matchExpressions"][0]["values"] for each in terms] == [["on-demand"], ["ON_DEMAND"]]


def test_executors_are_in_the_zone_of_their_own_driver() -> None:
    """Of the run that both are labelled with by the operator, not of another run."""
    affinity = template("production")["executor"]["affinity"]["podAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term == {
        "topologyKey": "topology.kubernetes.io/zone",
        "labelSelector": {"matchLabels": {"spark-role": "driver"}},
        "matchLabelKeys": ["sparkoperator.k8s.io/app-name"],
    }


def test_a_cluster_without_zones_takes_runs_of_the_local_and_test_environments() -> None:
    """A node of kind names no zone: there the condition would keep executors waiting for ever."""
    for name in ("local", "test"):
        assert "podAffinity" not in template(name)["executor"].get("affinity", {})


@pytest.mark.parametrize("name", DEPLOYED)
def test_every_pod_of_a_deployed_environment_states_its_architecture(name: str) -> None:
    """An image is built for some; a node of another would not start it."""
    found = {
        (kind, of): selector.get("kubernetes.io/arch")
        for (kind, of), thing in environment(name).items()
        for selector in selectors(thing)
    }
    assert set(found.values()) == {"amd64"}
    kinds = {kind for kind, _ in found}
    assert kinds == {"SparkApplication", "WorkflowTemplate", "Job" if name == "test" else "Deployment"}


def test_the_local_environment_takes_the_architecture_of_its_machine() -> None:
    """Where an image is built for the machine itself."""
    assert not any(selector for thing in environment("local").values() for selector in selectors(thing))


def selectors(thing: Object) -> list[dict[str, str]]:
    """The node selector of each pod that an object brings about."""
    spec = thing.get("spec", {})
    if thing["kind"] == "SparkApplication":
        return [spec[half].get("nodeSelector", {}) for half in HALVES]
    if thing["kind"] == "WorkflowTemplate":
        return [spec.get("nodeSelector", {})]
    if thing["kind"] in ("Job", "Deployment"):
        return [spec["template"]["spec"].get("nodeSelector", {})]
    return []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_driver_and_executors_ask_for_disk_and_may_not_have_all_of_it(name: str) -> None:
    """A pod that asks for none is evicted first; the largest volume is within what its pod may have in production."""
    for half in HALVES:
        asked, most = disk(name, half)
        assert 0 < asked < most
    volumes = [each["emptyDir"]["sizeLimit"] for each in template(name)["volumes"] if "emptyDir" in each]
    assert max(map(number, volumes)) <= disk("production", "executor")[1]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_says_nothing_of_disk_gets_some(name: str) -> None:
    """Launchers, and the containers that Argo adds."""
    (limit,) = environment(name)["LimitRange", "footfall"]["spec"]["limits"]
    assert (
        0
        < number(limit["defaultRequest"]["ephemeral-storage"])
        < number(limit["default"]["ephemeral-storage"])
    )


@pytest.mark.parametrize("pool", ["footfall-executors", "footfall-executors-on-demand", "footfall-drivers"])
def test_a_pool_is_valid_and_replaces_no_node_that_works(pool: str) -> None:
    """Empty nodes go at once, outdated ones when they are empty; one that expires waits for the longest day."""
    thing = eks("NodePool")[pool]
    assert defects(thing) == []
    budgets = {
        reason: budget["nodes"]
        for budget in thing["spec"]["disruption"]["budgets"]
        for reason in budget["reasons"]
    }
    assert budgets == {"Empty": "100%", "Drifted": "0", "Underutilized": "0"}
    longest = environment("production")["WorkflowTemplate", "footfall-day"]["spec"]["activeDeadlineSeconds"]
    assert thing["spec"]["template"]["spec"]["terminationGracePeriod"] == f"{longest // 3600}h"


def test_a_slip_in_a_pool_is_found() -> None:
    """The schema is Karpenter's own."""
    wrong: dict[str, Any] = yaml.safe_load(yaml.safe_dump(eks("NodePool")["footfall-drivers"]))
    wrong["spec"]["disruption"]["budget"] = []
    (defect,) = defects(wrong)
    assert "budget" in defect


def test_spot_is_tried_first_then_lasting_nodes_for_executors_then_those_of_drivers() -> None:
    """By weight; only executors tolerate the taint of their pools, and nothing keeps drivers from theirs."""
    pools = eks("NodePool")
    order = sorted(pools, key=lambda name: -pools[name]["spec"]["weight"])
    assert order == ["footfall-executors", "footfall-executors-on-demand", "footfall-drivers"]
    kinds = [offers(pools[name])["karpenter.sh/capacity-type"] for name in order]
    assert kinds == [["spot"], ["on-demand"], ["on-demand"]]
    (tolerated,) = template("production")["executor"]["tolerations"]
    for name in order[:2]:
        (taint,) = pools[name]["spec"]["template"]["spec"]["taints"]
        assert (taint["key"], taint["effect"]) == (tolerated["key"], tolerated["effect"])
    assert "taints" not in pools["footfall-drivers"]["spec"]["template"]["spec"]
    assert "tolerations" not in template("production")["driver"]


def test_pools_offer_what_the_template_asks_for() -> None:
    """The architecture of site.yaml, and a disk that holds the executors for which a node has cores."""
    size = number(eks("NodeClass")["footfall"]["spec"]["ephemeralStorage"]["size"])
    executor = template("production")["executor"]
    for name, pool in eks("NodePool").items():
        assert executor["nodeSelector"]["kubernetes.io/arch"] in offers(pool)["kubernetes.io/arch"]
        if "executors" in name:
            cores = max(map(int, offers(pool)["eks.amazonaws.com/instance-cpu"]))
            assert cores // executor["cores"] * disk("production", "executor")[0] < size / 2
