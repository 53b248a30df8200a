"""Who may talk to whom, packet by packet: names wherever a cluster answers them, AWS, the API server, and no more."""

import pytest

from tests.manifests.packets import End, Network, Packet
from tests.manifests.rendering import ENVIRONMENTS, Objects, changed_production, environment, template

OURS = "footfall-production"
NAMESPACES = {
    name: {} for name in (OURS, "footfall-test", "kube-system", "monitoring", "spark-operator", "argo")
}

# Where names are answered: CoreDNS as an add-on, the cache of a node, the node itself as in EKS Auto Mode; and the
# service before them, whose address is all that VPC CNI sees.
DNS = {
    "the pods of the add-on": ("kube-system", {"k8s-app": "kube-dns"}, "10.0.7.9", "2001:db8:7::9"),
    "pods that a chart labels so": ("kube-system", {"k8s-app": "coredns"}, "10.0.7.8", "2001:db8:7::8"),
    "a cache on the node": (None, {}, "169.254.20.10", "fd00::20:10"),
    "a cache that is a pod": ("kube-system", {"k8s-app": "node-local-dns"}, "10.0.3.1", "2001:db8:3::1"),
    "the node": (None, {}, "10.0.3.1", "2600:1f18:3::1"),
    "a node in the shared range": (None, {}, "100.64.3.1", "2600:1f18:3::2"),
    "a node of a home network": (None, {}, "192.168.3.1", "fd12:3456::1"),
    "the service, as EKS numbers it": (None, {}, "172.20.0.10", "fdd3:7636:68bc::a"),
    "the service, where 10/8 is not the VPC's": (None, {}, "10.100.0.10", "fd4b:121b::a"),
    "the resolver of the VPC": (None, {}, "169.254.169.253", "fd00:ec2::253"),
}
S3 = ("52.218.0.1", "2600:1fa0:4000::1", "10.0.9.9", "2600:1f18:9::9")
"""Of the region, and of an endpoint in the VPC; STS and Glue likewise."""
METADATA = ("169.254.169.254", "fd00:ec2::254")
AGENT = ("169.254.170.23", "fd00:ec2::23")
API_SERVER = ("172.20.0.1", "10.0.0.5", "fdd3:7636:68bc::1", "2600:1f18::5")


def pod_identity() -> Objects:
    """Production with Pod Identity in the place of IRSA."""
    return changed_production(("kustomization.yaml", "components/irsa", "components/pod-identity"))


def network(objects: Objects, *, blocks_hold_pods: bool = True) -> Network:
    """The cluster with the policies of an environment."""
    policies = [thing for (kind, _), thing in objects.items() if kind == "NetworkPolicy"]
    return Network(policies, NAMESPACES, blocks_hold_pods)


def pod(kind: str, address: str = "10.0.5.1") -> End:
    """A pod of production: `driver`, `executor`, `launcher`, `workflow` or `observer`."""
    if kind in ("driver", "executor"):
        return End(address, OURS, {"spark-role": kind, **template("production")[kind]["labels"]})
    if kind == "observer":
        made = environment("production")["Deployment", "footfall-metrics"]["spec"]["template"]["metadata"]
    elif kind == "workflow":
        made = environment("production")["WorkflowTemplate", "footfall-day"]["spec"]["podMetadata"]
    else:
        made = environment("test")["Job", "footfall-smoke"]["spec"]["template"]["metadata"]
    return End(address, OURS, made["labels"])


def outside(address: str) -> End:
    """An address that is no pod."""
    return End(address)


def foreign(namespace: str, **labels: str) -> End:
    """A pod of another namespace."""
    return End("10.0.8.8", namespace, labels)


ALL_PODS = ("driver", "executor", "launcher", "workflow", "observer")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_nothing_is_allowed_by_default(name: str) -> None:
    """The policy for all pods allows neither way."""
    closed = environment(name)["NetworkPolicy", "deny-all"]["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("kind", ALL_PODS)
@pytest.mark.parametrize("place", DNS)
def test_names_are_answered_wherever_a_cluster_does_so(kind: str, place: str) -> None:
    """Over UDP, and TCP for long answers, by IPv4 and IPv6, however a plugin reads blocks."""
    namespace, labels, *addresses = DNS[place]
    for address in addresses:
        for protocol in ("UDP", "TCP"):
            packet = Packet(pod(kind), End(address, namespace, labels), 53, protocol)
            for blocks_hold_pods in (True, False):
                found = network(environment("production"), blocks_hold_pods=blocks_hold_pods).lets(packet)
                assert found, (address, protocol, blocks_hold_pods)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_environment_asks_names_in_the_same_way(name: str) -> None:
    """The node that answers them, as in EKS Auto Mode, is the case that is easily forgotten."""
    source = End("10.0.5.1", f"footfall-{name}", {})
    named = Network(network(environment(name)).policies, {**NAMESPACES, f"footfall-{name}": {}})
    assert named.lets(Packet(source, outside("10.244.0.1"), 53, "UDP"))
    assert not named.lets(Packet(source, outside("10.244.0.1"), 54, "UDP"))


@pytest.mark.parametrize("kind", ALL_PODS)
def test_names_are_not_asked_of_servers_in_the_internet(kind: str) -> None:
    """Over IPv4; over IPv6 the nodes of a VPC have public addresses themselves, which no block tells from others."""
    assert not network(environment("production")).lets(Packet(pod(kind), outside("8.8.8.8"), 53, "UDP"))


@pytest.mark.parametrize("kind", ALL_PODS)
@pytest.mark.parametrize("address", METADATA)
def test_no_pod_reaches_the_metadata_of_its_node(kind: str, address: str) -> None:
    """Nor the node's credentials: on no port, with IRSA and with Pod Identity, in no environment."""
    worlds = [*map(environment, ENVIRONMENTS), pod_identity()]
    for port in (53, 80, 443, 5000, 6443, 8080):
        for protocol in ("TCP", "UDP"):
            for name, objects in zip((*ENVIRONMENTS, "production"), worlds, strict=True):
                source = End("10.0.5.1", f"footfall-{name}", pod(kind).labels)
                world = Network(network(objects).policies, {**NAMESPACES, f"footfall-{name}": {}})
                assert not world.lets(Packet(source, outside(address), port, protocol)), (name, port)


@pytest.mark.parametrize("address", AGENT)
@pytest.mark.parametrize("kind", ["driver", "executor", "observer"])
def test_the_agent_of_pod_identity_is_open_where_it_is_used(kind: str, address: str) -> None:
    """By its component, on port 80; with IRSA it is as closed as all else."""
    packet = Packet(pod(kind), outside(address), 80)
    assert network(pod_identity()).lets(packet)
    assert not network(environment("production")).lets(packet)
    assert not network(pod_identity()).lets(Packet(pod(kind), outside(address), 81))


@pytest.mark.parametrize("address", AGENT)
def test_a_launcher_has_no_role_and_asks_no_agent(address: str) -> None:
    """It talks to the API server, with the token of its account."""
    assert not network(pod_identity()).lets(Packet(pod("launcher"), outside(address), 80))


@pytest.mark.parametrize("kind", ["driver", "executor", "observer"])
@pytest.mark.parametrize("address", S3)
def test_s3_sts_and_glue_are_reached_over_https_alone(kind: str, address: str) -> None:
    """In the region or through an endpoint of the VPC, by IPv4 and IPv6."""
    assert network(environment("production")).lets(Packet(pod(kind), outside(address), 443))
    assert not network(environment("production")).lets(Packet(pod(kind), outside(address), 80))


@pytest.mark.parametrize("address", API_SERVER)
def test_drivers_and_launchers_reach_the_api_server(address: str) -> None:
    """On 443, or on 6443 behind its service."""
    for kind in ("driver", "launcher", "workflow"):
        for port in (443, 6443):
            assert network(environment("production")).lets(Packet(pod(kind), outside(address), port))
    for kind in ("executor", "observer"):
        assert not network(environment("production")).lets(Packet(pod(kind), outside(address), 6443))


@pytest.mark.parametrize("blocks_hold_pods", [True, False])
@pytest.mark.parametrize("port", [7078, 7079])
def test_drivers_and_executors_talk_on_the_two_ports_of_spark(port: int, blocks_hold_pods: bool) -> None:
    """Each to each: calls, results and shuffled blocks."""
    driver, one, two = pod("driver"), pod("executor", "10.0.5.2"), pod("executor", "10.0.5.3")
    world = network(environment("production"), blocks_hold_pods=blocks_hold_pods)
    for source, destination in ((one, driver), (driver, one), (one, two)):
        assert world.lets(Packet(source, destination, port))
        assert not world.lets(Packet(source, destination, port + 10))


def test_spark_listens_where_the_policies_say() -> None:
    """A port that Spark chose by itself would be closed."""
    conf = template("production")["sparkConf"]
    assert (conf["spark.driver.port"], conf["spark.blockManager.port"]) == ("7078", "7079")
    assert conf["spark.driver.blockManager.port"] == "7079"


@pytest.mark.parametrize(
    "namespace", ["footfall-test", "spark-operator", "argo", "kube-system", "monitoring"]
)
@pytest.mark.parametrize("kind", ALL_PODS)
def test_other_namespaces_come_in_nowhere_but_for_metrics(kind: str, namespace: str) -> None:
    """A pod there that calls itself a driver is none of ours."""
    source = foreign(namespace, **{"spark-role": "driver", "app.kubernetes.io/component": "driver"})
    seen = {"driver": {4040}, "observer": {9464}}.get(kind, set()) if namespace == "monitoring" else set()
    ports = (80, 443, 4040, 7078, 7079, 9464, 18080)
    world = network(environment("production"))
    assert {port for port in ports if world.lets(Packet(source, pod(kind), port))} == seen


@pytest.mark.parametrize("kind", ALL_PODS)
def test_nothing_goes_out_to_pods_of_other_namespaces(kind: str) -> None:
    """By their labels they would be Spark's, or a server of names on another port."""
    world = network(environment("production"))
    driver = foreign("footfall-test", **{"spark-role": "driver"})
    names = foreign("kube-system", **{"k8s-app": "kube-dns"})
    for port in (80, 4040, 7078, 7079, 9464, 18080):
        assert not world.lets(Packet(pod(kind), driver, port))
        assert not world.lets(Packet(pod(kind), names, port))
    assert not world.lets(Packet(pod(kind), outside("198.51.100.7"), 22))


def test_pods_of_kube_system_that_answer_no_names_are_not_named() -> None:
    """Where blocks hold no pods, a label decides: what else runs in kube-system is no server of names."""
    world = network(environment("production"), blocks_hold_pods=False)
    other = foreign("kube-system", **{"k8s-app": "metrics-server"})
    assert not world.lets(Packet(pod("driver"), other, 53, "UDP"))


def test_the_webhook_of_the_operator_is_called_as_before() -> None:
    """The API server calls it, from a node; no policy of ours is about the operator's pods."""
    webhook = End("10.0.6.6", "spark-operator", {"app.kubernetes.io/name": "spark-operator"})
    assert network(environment("production")).lets(Packet(outside("10.0.0.5"), webhook, 9443))


def test_within_an_environment_only_spark_and_the_stand_in_are_reached() -> None:
    """Locally all pods reach the server that plays AWS, and nothing else of each other."""
    ours = "footfall-local"
    world = Network(network(environment("local")).policies, {ours: {}})
    server = environment("local")["Deployment", "aws"]["spec"]["template"]["metadata"]["labels"]
    driver = End("10.0.5.1", ours, pod("driver").labels)
    assert world.lets(Packet(driver, End("10.0.5.9", ours, server), 5000))
    assert not world.lets(Packet(driver, End("10.0.5.9", ours, server), 5001))
    assert not world.lets(Packet(End("10.0.5.2", ours, pod("launcher").labels), driver, 7078))
