"""Who may talk to whom: nobody, but for these lines."""

import pytest

from tests.manifests.rendering import ENVIRONMENTS, environment, template


def policies(name: str) -> dict[str, dict[str, object]]:
    """The `spec` of each network policy of an environment."""
    return {of: thing["spec"] for (kind, of), thing in environment(name).items() if kind == "NetworkPolicy"}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_nothing_is_allowed_by_default(name: str) -> None:
    """The policy for all pods allows neither way."""
    assert policies(name)["deny-all"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_these_ports_are_opened_and_no_others() -> None:
    """Names, Spark's two ports, metrics of a driver and of all runs, AWS and the API server."""
    opened = {
        of: sorted(
            port["port"]
            for way in ("ingress", "egress")
            for rule in spec.get(way, ())
            for port in rule["ports"]
        )
        for of, spec in policies("production").items()
    }
    assert opened == {
        "deny-all": [],
        "names": [53, 53],
        "spark": [7078, 7078, 7079, 7079],
        "metrics": [4040],
        "aws": [443],
        "api-server": [443, 6443],
        "observer": [443, 9464],
    }


def test_spark_listens_where_the_policies_say() -> None:
    """A port that Spark chose by itself would be closed."""
    conf = template("production")["sparkConf"]
    assert (conf["spark.driver.port"], conf["spark.blockManager.port"]) == ("7078", "7079")
    assert conf["spark.driver.blockManager.port"] == "7079"


@pytest.mark.parametrize("policy", ["aws", "api-server"])
def test_the_credentials_of_the_node_are_out_of_reach(policy: str) -> None:
    """Without a role of its own a run fails, and does not take the node's."""
    (rule,) = policies("production")[policy]["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.169.254/32"]}}]
