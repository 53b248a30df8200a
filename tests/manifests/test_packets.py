"""The simulator of network policies, on tables of a few lines, by what the documentation of Kubernetes says."""

from typing import Any

import pytest

from tests.manifests.packets import End, Network, Packet
from tests.manifests.rendering import Object

NAMESPACES = {"a": {"team": "blue"}, "b": {"team": "red"}}
DB = End("10.0.0.1", "a", {"role": "db"}, {"postgres": 5432})
WEB = End("10.0.0.2", "a", {"role": "web"})
OTHER = End("10.0.1.1", "b", {"role": "web"})
OUTSIDE = End("198.51.100.7")


def policy(spec: Object, namespace: str = "a") -> Object:
    """A policy of a namespace."""
    return {"metadata": {"name": "p", "namespace": namespace}, "spec": spec}


def lets(spec: Object, source: End, destination: End, port: int = 5432, protocol: str = "TCP") -> bool:
    """Whether one policy of the namespace `a` lets a packet pass."""
    return Network([policy(spec)], NAMESPACES).lets(Packet(source, destination, port, protocol))


def into_db(rule: Object) -> Object:
    """A policy for the pods of the data base, with one rule for what comes in."""
    return {"podSelector": {"matchLabels": {"role": "db"}}, "ingress": [rule]}


def out_of_web(rule: Object) -> Object:
    """A policy for the pods of the web, with one rule for what goes out."""
    return {"podSelector": {"matchLabels": {"role": "web"}}, "policyTypes": ["Egress"], "egress": [rule]}


def test_a_pod_that_no_policy_selects_is_open() -> None:
    """Both ways, also to other namespaces."""
    assert Network([], NAMESPACES).lets(Packet(OTHER, DB, 1))
    assert lets({"podSelector": {"matchLabels": {"role": "none"}}}, OTHER, DB)


@pytest.mark.parametrize(
    ("spec", "comes_in", "goes_out"),
    [
        ({"podSelector": {}, "policyTypes": ["Ingress"]}, False, True),
        ({"podSelector": {}, "policyTypes": ["Egress"]}, True, False),
        ({"podSelector": {}}, False, True),
        ({"podSelector": {}, "egress": []}, False, False),
        ({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}, True, True),
        ({"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [{}]}, False, True),
    ],
)
def test_which_way_a_policy_closes(spec: Object, comes_in: bool, goes_out: bool) -> None:
    """By its types; where it names none it is about what comes in, and about what goes out where it says so."""
    assert lets(spec, OUTSIDE, DB) is comes_in
    assert lets(spec, DB, OUTSIDE) is goes_out


@pytest.mark.parametrize(
    ("peers", "web", "other", "outside"),
    [
        ([{"podSelector": {"matchLabels": {"role": "web"}}}], True, False, False),
        ([{"podSelector": {}}], True, False, False),
        ([{"namespaceSelector": {}}], True, True, False),
        ([{"namespaceSelector": {"matchLabels": {"team": "red"}}}], False, True, False),
        ([{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "b"}}}], False, True, False),
        # One peer with both selectors is an "and", two peers are an "or".
        (
            [
                {
                    "namespaceSelector": {"matchLabels": {"team": "red"}},
                    "podSelector": {"matchLabels": {"role": "db"}},
                }
            ],
            False,
            False,
            False,
        ),
        (
            [
                {"namespaceSelector": {"matchLabels": {"team": "red"}}},
                {"podSelector": {"matchLabels": {"role": "web"}}},
            ],
            True,
            True,
            False,
        ),
        ([{"ipBlock": {"cidr": "198.51.100.0/24"}}], False, False, True),
        ([{"ipBlock": {"cidr": "198.51.100.0/24", "except": ["198.51.100.7/32"]}}], False, False, False),
        ([{"ipBlock": {"cidr": "0.0.0.0/0"}}], True, True, True),
        ([{"ipBlock": {"cidr": "::/0"}}], False, False, False),
        ([], True, True, True),
    ],
)
def test_who_is_a_peer(peers: list[Any], web: bool, other: bool, outside: bool) -> None:
    """Pods of the own namespace, of selected ones, or addresses; without peers, all."""
    found = [lets(into_db({"from": peers}), source, DB) for source in (WEB, OTHER, OUTSIDE)]
    assert found == [web, other, outside]


@pytest.mark.parametrize(
    ("ports", "port", "protocol", "passes"),
    [
        ([], 1, "UDP", True),
        ([{"port": 5432}], 5432, "TCP", True),
        ([{"port": 5432}], 5432, "UDP", False),
        ([{"port": 5432}], 5433, "TCP", False),
        ([{"protocol": "UDP"}], 99, "UDP", True),
        ([{"protocol": "UDP"}], 99, "TCP", False),
        ([{"port": 32000, "endPort": 32768}], 32768, "TCP", True),
        ([{"port": 32000, "endPort": 32768}], 32769, "TCP", False),
        ([{"port": "postgres"}], 5432, "TCP", True),
        ([{"port": "postgres"}], 5433, "TCP", False),
        ([{"port": "ftp"}], 5432, "TCP", False),
    ],
)
def test_which_port_a_rule_is_about(ports: list[Any], port: int, protocol: str, passes: bool) -> None:
    """TCP unless said otherwise, one number, a range, a name of the destination, or all."""
    assert lets(into_db({"ports": ports}), WEB, DB, port, protocol) is passes


def test_both_ends_must_agree() -> None:
    """What may go out may still not come in, and the other way about."""
    out = policy(out_of_web({"to": [{"podSelector": {"matchLabels": {"role": "db"}}}]}))
    packet = Packet(WEB, DB, 5432)
    assert Network([out], NAMESPACES).lets(packet)
    assert not Network([out, policy({"podSelector": {"matchLabels": {"role": "db"}}})], NAMESPACES).lets(
        packet
    )
    assert not Network([policy(out_of_web({"ports": [{"port": 1}]})), policy(into_db({}))], NAMESPACES).lets(
        packet
    )


def test_policies_add_up_and_are_of_their_namespace() -> None:
    """Each may open more, none closes what another opens; those of other namespaces have no say."""
    closed, open_ = policy({"podSelector": {}}), policy(into_db({"ports": [{"port": 5432}]}))
    assert not Network([closed], NAMESPACES).lets(Packet(WEB, DB, 5432))
    assert Network([closed, open_], NAMESPACES).lets(Packet(WEB, DB, 5432))
    assert Network([policy({"podSelector": {}}, "b")], NAMESPACES).lets(Packet(WEB, DB, 5432))


def test_a_rule_joins_its_peers_and_its_ports() -> None:
    """A peer of one rule does not get the port of another."""
    spec = {
        "podSelector": {},
        "ingress": [
            {"from": [{"podSelector": {}}], "ports": [{"port": 1}]},
            {"from": [{"namespaceSelector": {}}], "ports": [{"port": 2}]},
        ],
    }
    assert [lets(spec, OTHER, DB, port) for port in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ({"key": "role", "operator": "In", "values": ["web", "db"]}, True),
        ({"key": "role", "operator": "NotIn", "values": ["db"]}, False),
        ({"key": "tier", "operator": "NotIn", "values": ["db"]}, True),
        ({"key": "role", "operator": "Exists"}, True),
        ({"key": "role", "operator": "DoesNotExist"}, False),
        ({"key": "tier", "operator": "In", "values": ["db"]}, False),
    ],
)
def test_expressions_select(expression: Object, matches: bool) -> None:
    """A pod that is selected is closed by a policy without rules."""
    assert lets({"podSelector": {"matchExpressions": [expression]}}, WEB, DB) is not matches


def test_a_block_may_be_read_in_two_ways() -> None:
    """A plugin may hold that the addresses of pods are in none."""
    rule = policy(into_db({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}))
    assert Network([rule], NAMESPACES, blocks_hold_pods=True).lets(Packet(WEB, DB, 5432))
    assert not Network([rule], NAMESPACES, blocks_hold_pods=False).lets(Packet(WEB, DB, 5432))


def test_nothing_keeps_a_pod_from_itself() -> None:
    """Also where all is closed."""
    assert lets({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}, DB, DB)
