"""Every pod satisfies Pod Security `restricted`, and cannot write to its image."""

from typing import Any

import pytest

from tests.manifests.pod_security import Pod, pods, violations
from tests.manifests.rendering import ENVIRONMENTS, environment, template

SOUND: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsUser": 185,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_namespace_enforces_restricted(name: str) -> None:
    """What the label asks for is refused, not only warned of."""
    labels = environment(name)["Namespace", f"footfall-{name}"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize(("name", "number"), [("local", 5), ("test", 5), ("production", 6)])
def test_every_pod_is_restricted(name: str, number: int) -> None:
    """Driver, executor, smoke run, workflows, observer, stand-in: the same rules for all."""
    all_pods = [pod for thing in environment(name).values() for pod in pods(thing)]
    assert len(all_pods) == number
    assert [violations(pod) for pod in all_pods] == [[]] * number


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("allowPrivilegeEscalation", None),
        ("capabilities", {"drop": ["ALL"], "add": ["SYS_PTRACE"]}),
        ("readOnlyRootFilesystem", False),
        ("runAsNonRoot", None),
        ("runAsUser", 0),
        ("seccompProfile", {"type": "Unconfined"}),
        ("privileged", True),
    ],
)
def test_a_container_that_asks_for_more_is_found(field: str, value: Any) -> None:
    """One rule broken is one finding."""
    assert violations(Pod({}, {}, [{**SOUND, field: value}], [])) == [field]


def test_a_pod_that_shares_the_node_is_found() -> None:
    """Host namespaces and host paths are no business of the job."""
    pod = Pod({"hostNetwork": True}, {}, [SOUND], [{"name": "disk", "hostPath": {"path": "/"}}])
    assert violations(pod) == ["hostNetwork", "volume disk"]


@pytest.mark.parametrize("half", ["driver", "executor"])
def test_spark_can_write_where_it_must(half: str) -> None:
    """The root is read-only, so these folders are volumes, which end with the pod."""
    spec = template("production")
    mounts = {mount["mountPath"]: mount["name"] for mount in spec[half]["volumeMounts"]}
    assert mounts == {"/tmp": "tmp", "/work": "work", "/var/data": "spark-local-dir-1"}  # noqa: S108
    assert {volume["name"] for volume in spec["volumes"] if "emptyDir" in volume} == set(mounts.values())
