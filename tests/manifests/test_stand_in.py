"""The local environment: driver and tasks ask the same server, in the name of the same role, and may reach it."""

from urllib.parse import urlparse

import pytest

from tests.manifests.rendering import environment, template

HALVES = ("driver", "executor")


def told(half: str) -> dict[str, str]:
    """The variables of AWS that a half is given."""
    given = {entry["name"]: entry["value"] for entry in template("local")[half]["env"]}
    return {name: text for name, text in given.items() if name.startswith("AWS_")}


@pytest.mark.parametrize("half", HALVES)
def test_each_half_knows_server_region_and_role(half: str) -> None:
    """Tasks read and write by themselves: executors need all that the driver needs, and the token where it is named."""
    assert told(half) == {
        "AWS_ENDPOINT_URL": "http://aws:5000",
        "AWS_REGION": "us-east-1",
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/footfall",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/aws/token",
    }
    mounts = {mount["name"]: mount["mountPath"] for mount in template("local")[half]["volumeMounts"]}
    token = {volume["name"]: volume for volume in template("local")["volumes"]}["aws-token"]
    (source,) = token["projected"]["sources"]
    assert f"{mounts['aws-token']}/{source['serviceAccountToken']['path']}" == "/var/run/secrets/aws/token"


def test_the_server_is_a_service_whose_port_is_open() -> None:
    """A name of the namespace, and the policy that lets driver and executors out to its port."""
    server = urlparse(told("driver")["AWS_ENDPOINT_URL"])
    service = environment("local")["Service", str(server.hostname)]
    assert [port["port"] for port in service["spec"]["ports"]] == [server.port]
    policy = environment("local")["NetworkPolicy", "aws-endpoints"]["spec"]
    (who,) = policy["podSelector"]["matchExpressions"]
    assert (who["key"], who["values"]) == ("spark-role", list(HALVES))
    assert [port["port"] for rule in policy["egress"] for port in rule["ports"]] == [server.port]
