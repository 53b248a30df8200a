"""Whether a packet passes the network policies of a cluster, by the rules of the Kubernetes API alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from tests.manifests.rendering import Object


@dataclass(frozen=True)
class End:
    """Where a packet comes from or goes to.

    Attributes:
        address: IPv4 or IPv6.
        namespace: Where the pod is that has this address; none where it is no pod: a node, a service, a server outside.
        labels: Those of the pod.
        ports: The numbers of its named ports.
    """

    address: str
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Packet:
    """The first packet of a connection; answers pass with it."""

    source: End
    destination: End
    port: int
    protocol: str = "TCP"


@dataclass(frozen=True)
class Network:
    """A cluster that enforces policies.

    Attributes:
        policies: NetworkPolicies, of any namespace.
        namespaces: The labels of each namespace; its name is one of them, as Kubernetes sees to.
        blocks_hold_pods: Whether an `ipBlock` also holds the addresses of pods. The API leaves that open: VPC CNI and
            kube-router say yes, Cilium says no.
    """

    policies: Sequence[Object]
    namespaces: Mapping[str, Mapping[str, str]]
    blocks_hold_pods: bool = True

    def lets(self, packet: Packet) -> bool:
        """Whether both the policies of its source and those of its destination let a packet pass."""
        if packet.source == packet.destination:
            return True  # nothing keeps a pod from itself
        out, into = (packet.source, packet.destination), (packet.destination, packet.source)
        return self._open("Egress", *out, packet) and self._open("Ingress", *into, packet)

    def _open(self, way: str, end: End, peer: End, packet: Packet) -> bool:
        """Whether the policies that select one end let the other be its peer; without any, all is open."""
        selecting = [policy for policy in self.policies if self._selects(policy, end, way)]
        return not selecting or any(
            self._has_peer(rule, way, peer, policy["metadata"]["namespace"]) and _has_port(rule, packet)
            for policy in selecting
            for rule in policy["spec"].get(way.lower()) or ()
        )

    def _selects(self, policy: Object, end: End, way: str) -> bool:
        spec = policy["spec"]
        ways = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
        is_there = end.namespace is not None and end.namespace == policy["metadata"]["namespace"]
        return is_there and way in ways and _matches(spec.get("podSelector") or {}, end.labels)

    def _has_peer(self, rule: Object, way: str, peer: End, own: str) -> bool:
        peers = rule.get("to" if way == "Egress" else "from")
        return not peers or any(self._is_peer(each, peer, own) for each in peers)

    def _is_peer(self, rule: Object, peer: End, own: str) -> bool:
        if "ipBlock" in rule:
            return (self.blocks_hold_pods or peer.namespace is None) and _is_in(rule["ipBlock"], peer.address)
        if peer.namespace is None:
            return False
        name = {"kubernetes.io/metadata.name": peer.namespace}
        in_namespace = (
            _matches(rule["namespaceSelector"], {**self.namespaces[peer.namespace], **name})
            if "namespaceSelector" in rule
            else peer.namespace == own
        )
        return in_namespace and _matches(rule.get("podSelector") or {}, peer.labels)


def _has_port(rule: Object, packet: Packet) -> bool:
    """Whether a rule is about the port of a packet; without ports it is about all."""
    return not rule.get("ports") or any(_is_port(each, packet) for each in rule["ports"])


def _is_port(rule: Object, packet: Packet) -> bool:
    if rule.get("protocol", "TCP") != packet.protocol:
        return False
    first = rule.get("port")
    if isinstance(first, str):
        return packet.destination.ports.get(first) == packet.port
    return first is None or first <= packet.port <= rule.get("endPort", first)


def _is_in(block: Object, address: str) -> bool:
    def holds(network: str) -> bool:
        return ip_address(address) in ip_network(network)  # of another family: no

    return holds(block["cidr"]) and not any(holds(each) for each in block.get("except") or ())


def _matches(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy all that a selector asks for; an empty one asks for nothing."""
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _satisfies(each, labels) for each in selector.get("matchExpressions") or ()
    )


def _satisfies(expression: dict[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or ()
    return {
        "In": key in labels and labels[key] in values,
        "NotIn": key not in labels or labels[key] not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }[expression["operator"]]
