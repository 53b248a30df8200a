"""A real API server takes the manifests, and holds each account to its role and each pod to Pod Security."""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient

from tests.launch.api_server import missing_programs, running
from tests.launch.operator import install_crd
from tests.manifests.rendering import ENVIRONMENTS, TEMPLATE, environment

SPARK = "sparkoperator.k8s.io"
MUST_NOT = [
    # verb, API group, resource, namespace: what would let an account out of its room
    ("get", "", "secrets", "footfall-test"),
    ("create", "", "pods/exec", "footfall-test"),
    ("create", "", "serviceaccounts/token", "footfall-test"),
    ("update", "", "configmaps", "footfall-test"),
    ("patch", SPARK, "sparkapplications", "footfall-test"),
    ("create", "rbac.authorization.k8s.io", "rolebindings", "footfall-test"),
    ("update", "", "resourcequotas", "footfall-test"),
    ("delete", "networking.k8s.io", "networkpolicies", "footfall-test"),
    ("get", "", "pods", "footfall-production"),
    ("create", SPARK, "sparkapplications", "footfall-production"),
    ("create", "argoproj.io", "workflows", "footfall-test"),
    ("list", "", "pods", ""),
    ("list", "", "namespaces", ""),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.ApiClient]:
    """An administrator's connection to a server that holds all environments."""
    missing = missing_programs()
    if missing:
        pytest.skip(
            f"no API server can be started: {', '.join(missing)} not on PATH or in KUBEBUILDER_ASSETS"
        )
    everything = [thing for name in ENVIRONMENTS for thing in environment(name).values()]
    with running(tmp_path_factory.mktemp("api-server")) as started:
        install_crd(started.client())
        for kind in ("WorkflowTemplate", "CronWorkflow"):
            install_crd(started.client(), "argoproj.io/v1alpha1", kind)
        connection = started.client()
        dynamic = DynamicClient(connection)
        for thing in sorted(everything, key=lambda thing: thing["kind"] != "Namespace"):
            kind = dynamic.resources.get(api_version=thing["apiVersion"], kind=thing["kind"])
            kind.server_side_apply(
                body=thing,
                name=thing["metadata"]["name"],
                namespace=thing["metadata"].get("namespace"),
                field_manager="tests",
                query_params=[("fieldValidation", "Strict")],
            )
        yield connection


def allowed(server: client.ApiClient, account: str, rule: tuple[str, str, str, str]) -> bool:
    """What the server answers to the question of `kubectl auth can-i`, of an account in test."""
    verb, group, resource, namespace = rule
    name, _, part = resource.partition("/")
    about = {"verb": verb, "group": group, "resource": name, "subresource": part, "namespace": namespace}
    review = {"spec": {"user": f"system:serviceaccount:footfall-test:{account}", "resourceAttributes": about}}
    answer = client.AuthorizationV1Api(server).create_subject_access_review(review)
    return bool(answer.status.allowed)


@pytest.mark.parametrize(
    ("account", "rule"),
    [
        ("footfall-launcher", ("create", SPARK, "sparkapplications", "footfall-test")),
        ("footfall-launcher", ("get", "", "pods/log", "footfall-test")),
        ("footfall-driver", ("create", "", "pods", "footfall-test")),
    ],
)
def test_an_account_may_do_its_work(
    server: client.ApiClient, account: str, rule: tuple[str, str, str, str]
) -> None:
    """So that the refusals below are not those of a server that refuses everything."""
    assert allowed(server, account, rule)


@pytest.mark.parametrize(
    "account", ["footfall-driver", "footfall-executor", "footfall-launcher", "footfall-workflow", "default"]
)
@pytest.mark.parametrize("rule", MUST_NOT, ids=lambda rule: " ".join(rule))
def test_no_account_may_leave_its_room(
    server: client.ApiClient, account: str, rule: tuple[str, str, str, str]
) -> None:
    """Not in its own namespace, not in production, not in the cluster."""
    assert not allowed(server, account, rule)


@pytest.mark.parametrize("account", ["footfall-executor", "default"])
def test_an_executor_may_not_start_pods(server: client.ApiClient, account: str) -> None:
    """Nor may a pod without an account of its own."""
    assert not allowed(server, account, ("create", "", "pods", "footfall-test"))


def smoke_pod(**changes: Any) -> dict[str, Any]:
    """The pod of the smoke run, as its Job would create it."""
    spec = environment("test")["Job", "footfall-smoke"]["spec"]["template"]["spec"]
    return {"metadata": {"name": "pod"}, "spec": {**spec, **changes}}


def test_pod_security_takes_the_smoke_run_and_refuses_less(server: client.ApiClient) -> None:
    """The same pod on the node's network is refused by name of the rule."""
    core = client.CoreV1Api(server)
    core.create_namespaced_pod("footfall-test", smoke_pod(), dry_run="All")
    with pytest.raises(ApiException, match=r"restricted.*host namespaces"):
        core.create_namespaced_pod("footfall-test", smoke_pod(hostNetwork=True), dry_run="All")


def test_an_executor_is_tied_to_the_zone_of_the_driver_of_its_own_run(server: client.ApiClient) -> None:
    """The server puts the run's name, which the operator has as a label, into what is asked for."""
    run = "sparkoperator.k8s.io/app-name"
    pod = smoke_pod(affinity=environment("production")[TEMPLATE]["spec"]["executor"]["affinity"])
    pod["metadata"]["labels"] = {run: "footfall-20230301-1a2b3c4d"}
    made = client.CoreV1Api(server).create_namespaced_pod("footfall-test", pod, dry_run="All")
    (term,) = made.spec.affinity.pod_affinity.required_during_scheduling_ignored_during_execution
    assert term.label_selector.match_labels == {"spark-role": "driver"}
    (added,) = term.label_selector.match_expressions
    assert (added.key, added.operator, added.values) == (run, "In", ["footfall-20230301-1a2b3c4d"])
