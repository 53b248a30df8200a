"""The logs of runs outlive their pods: what k8s/logs sends where is what `footfall report --logs` reads."""

import fnmatch
from functools import cache

import yaml

from footfall.launch.cloudwatch import GROUP, STREAM
from tests.manifests.packets import End, Network, Packet
from tests.manifests.pod_security import Pod, violations
from tests.manifests.rendering import ENVIRONMENTS, ROOT, Object, Objects, render, template
from tests.manifests.test_schemas import defects

NAMESPACE = "footfall-logs"


@cache
def logs() -> Objects:
    """What is applied once for the cluster."""
    return render(ROOT / "k8s/logs")


def pod() -> Object:
    """The `spec` of the pod on each node."""
    spec: Object = logs()["DaemonSet", "fluent-bit"]["spec"]["template"]["spec"]
    return spec


def settings() -> dict[str, dict[str, str]]:
    """The sections of Fluent Bit's file, each with its keys in small letters."""
    (name,) = [of for kind, of in logs() if kind == "ConfigMap"]
    found: dict[str, dict[str, str]] = {}
    for line in logs()["ConfigMap", name]["data"]["fluent-bit.conf"].splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line.strip() and not line.strip().startswith("#"):
            key, _, value = line.strip().partition(" ")
            section[key.lower()] = value.strip()
    return found


def test_it_is_valid() -> None:
    """By Kubernetes' own definitions, in a namespace of its own."""
    assert [defect for thing in logs().values() for defect in defects(thing)] == []
    spaces = {
        thing["metadata"].get("namespace") for (kind, _), thing in logs().items() if kind != "Namespace"
    }
    assert spaces == {NAMESPACE}


def test_all_that_it_is_allowed_more_than_a_run_is_to_read_the_files_of_the_node() -> None:
    """As root without any capability, on a root file system that it cannot write."""
    (container,) = pod()["containers"]
    found = violations(Pod(pod(), {}, [container["securityContext"]], pod()["volumes"]))
    assert found == ["volume logs", "volume state", "runAsNonRoot", "runAsUser"]
    (mount,) = [each for each in container["volumeMounts"] if each["name"] == "logs"]
    assert mount["readOnly"] is True
    assert pod()["automountServiceAccountToken"] is False


def test_it_is_on_every_node_that_runs_are_on() -> None:
    """Also on those that only executors tolerate."""
    assert pod()["tolerations"] == [{"operator": "Exists"}]
    assert "nodeSelector" not in pod()


def test_it_reads_the_pods_of_every_environment_and_not_its_own() -> None:
    """By the name of the file: pod, namespace, container, and its id."""
    tail = settings()["INPUT"]
    for name in ENVIRONMENTS:
        file = f"/var/log/containers/footfall-20230301-1a2b3c4d-driver_footfall-{name}_main-0123.log"
        assert fnmatch.fnmatch(file, tail["path"])
        assert not fnmatch.fnmatch(file, tail["exclude_path"])
    own = f"/var/log/containers/fluent-bit-abcde_{NAMESPACE}_fluent-bit-0123.log"
    assert fnmatch.fnmatch(own, tail["exclude_path"])
    assert not fnmatch.fnmatch("/var/log/containers/x_argocd_main-0123.log", tail["path"])


def test_group_and_stream_are_those_that_are_read_back() -> None:
    """A group for a namespace, a stream for a container; each line as it was written."""
    out = settings()["OUTPUT"]
    assert out["name"] == "cloudwatch_logs"
    assert out["log_group_template"] == GROUP.format(namespace="$kubernetes['namespace_name']")
    (container,) = template("test")["executor"]["template"]["spec"]["containers"]
    values = {
        "pod_name": "footfall-20230301-1a2b3c4d-0123456789abcdef-exec-1",
        "container_name": container["name"],
    }
    stream = out["log_stream_template"]
    for key, value in values.items():
        stream = stream.replace(f"$kubernetes['{key}']", value)
    found = STREAM.fullmatch(stream)
    assert found is not None
    assert found["run"] == "footfall-20230301-1a2b3c4d"
    assert out["log_key"] == "log"
    assert settings()["FILTER"]["use_tag_for_meta"] == "On"  # names stand in the tag, nobody is asked
    assert int(out["log_retention_days"]) == 30


def test_the_cluster_of_aws_eks_gives_it_a_role_for_these_groups_alone() -> None:
    """By Pod Identity, to its own account."""
    cluster = yaml.safe_load((ROOT / "aws/eks/cluster.yaml").read_text(encoding="utf-8"))
    (role,) = cluster["iam"]["podIdentityAssociations"]
    assert (role["namespace"], role["serviceAccountName"]) == (NAMESPACE, pod()["serviceAccountName"])
    (statement,) = role["permissionPolicy"]["Statement"]
    assert statement["Resource"].endswith(":log-group:/footfall/*")
    assert {action.partition(":")[0] for action in statement["Action"]} == {"logs"}


def test_it_reaches_names_cloudwatch_and_the_agent_and_nothing_reaches_it() -> None:
    """The metadata of its node neither: without a role of its own it would take the node's."""
    policies = [thing for (kind, _), thing in logs().items() if kind == "NetworkPolicy"]
    network = Network(policies, {NAMESPACE: {}, "kube-system": {}, "default": {}})
    own = End("10.0.5.5", NAMESPACE, {"app.kubernetes.io/component": "logs"})
    for address, port, protocol, passes in (
        ("172.20.0.10", 53, "UDP", True),
        ("2600:1f18::7", 443, "TCP", True),
        ("52.95.1.1", 443, "TCP", True),
        ("169.254.170.23", 80, "TCP", True),
        ("fd00:ec2::23", 80, "TCP", True),
        ("169.254.169.254", 80, "TCP", False),
        ("fd00:ec2::254", 443, "TCP", False),
        ("52.95.1.1", 80, "TCP", False),
    ):
        assert network.lets(Packet(own, End(address), port, protocol)) is passes, (address, port)
    assert not network.lets(Packet(End("10.0.9.9", "default"), own, 2020))
