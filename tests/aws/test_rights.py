"""A whole run with the rights of the driver's role and no others, on an S3 that asks for rights: moto's."""

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pyspark
import pytest

from tests.aws.lookalike import ROOT, templates
from tests.run.conftest import PINGS, PLACES
from tests.stores.lake import JARS
from tests.stores.servers import Servers, servers

pytestmark = [
    pytest.mark.stores,
    pytest.mark.skipif(pyspark.__version__ < "4.1", reason="the jar of Iceberg is for Spark 4.1"),
    pytest.mark.skipif(not list(JARS.glob("iceberg-*.jar")), reason="no jars: run `make jars`"),
]

BUCKET = "lake"
PROVIDER = "software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider"
SPARK = f"""\
spark.hadoop.fs.s3a.aws.credentials.provider {PROVIDER}
spark.hadoop.fs.s3a.endpoint {{address}}
spark.hadoop.fs.s3a.endpoint.region us-east-1
spark.hadoop.fs.s3a.path.style.access true
spark.eventLog.enabled true
spark.eventLog.dir s3a://lake/spark-events/
"""
SETTINGS = """\
pings: {{path: "s3://lake/pings/", columns: {{device: device, at: at, lat: lat, lon: lon}}}}
places: {{path: "s3://lake/places/places.geojson", columns: {{name: name}}}}
output: s3://lake/footfall
quality: {{max_quarantined_share: 0.9}}
catalog:
  type: glue
  database: footfall_test
  properties:
    s3.endpoint: {address}
    glue.endpoint: {address}
    s3.path-style-access: "true"
    client.region: us-east-1
"""


def of_the_driver(node: Any) -> Any:
    """A policy of the template with this bucket in it."""
    if isinstance(node, list):
        return [of_the_driver(each) for each in node]
    if isinstance(node, dict):
        if "Fn::ImportValue" in node:
            return f"arn:aws:s3:::{BUCKET}"
        if "Fn::Join" in node:
            return "".join(of_the_driver(node["Fn::Join"][1]))
        return {key: of_the_driver(each) for key, each in node.items()}
    return node


def policy() -> dict[str, Any]:
    """The driver's policy, as moto has to be told it.

    Moto judges Glue without a resource, and the deletion of many objects by the bucket; AWS judges each object.
    """
    (given,) = templates()["job-roles"]["Resources"]["DriverRole"]["Properties"]["Policies"]
    document = of_the_driver(given["PolicyDocument"])
    tables = [each for each in document["Statement"] if each["Sid"] == "Tables"]
    tables[0]["Resource"] = "*"
    many = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{BUCKET}"}
    return {**document, "Statement": [*document["Statement"], many]}


def role(served: Servers) -> dict[str, str]:
    """The environment of the driver, for whom everything is ready; from here on the server asks for rights."""

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": served.key, "aws_secret_access_key": served.secret}
        return boto3.client(service, endpoint_url=served.s3, region_name=served.region, **keys)

    client("s3").create_bucket(Bucket=BUCKET)
    for key, content in {"pings/1.csv": PINGS, "places/places.geojson": PLACES, "spark-events/": ""}.items():
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=content.encode())
    client("glue").create_database(DatabaseInput={"Name": "footfall_test"})
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = client("iam").create_role(RoleName="driver", AssumeRolePolicyDocument=document)["Role"]
    client("iam").put_role_policy(RoleName="driver", PolicyName="job", PolicyDocument=json.dumps(policy()))
    given = client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="run")["Credentials"]
    plain = {"Content-Type": "text/plain"}
    asked = urllib.request.Request(f"{served.s3}/moto-api/reset-auth", b"0", plain)  # noqa: S310 - moto's own
    urllib.request.urlopen(asked).close()  # noqa: S310
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "AWS_REGION": served.region,
    }


def test_the_rights_of_the_driver_are_enough_for_a_whole_run(tmp_path: Path) -> None:
    """Pings, places, table, quarantine, report and event log; then what the role must not do is refused."""
    with servers({}) as served:
        rights = role(served)
        (tmp_path / "spark-defaults.conf").write_text(SPARK.format(address=served.s3), encoding="utf-8")
        settings = tmp_path / "settings.yaml"
        settings.write_text(SETTINGS.format(address=served.s3), encoding="utf-8")
        command = ["run", "--settings", settings, "--day", "2023-03-01", "--spark-jars", JARS]
        done = subprocess.run(
            [ROOT / ".venv/bin/footfall", *command],
            env={**os.environ, **rights, "SPARK_CONF_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        s3 = boto3.client(
            "s3",
            endpoint_url=served.s3,
            region_name=served.region,
            aws_access_key_id=rights["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=rights["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=rights["AWS_SESSION_TOKEN"],
        )
        for forbidden in (
            lambda: s3.put_object(Bucket=BUCKET, Key="pings/2.csv", Body=b""),
            lambda: s3.delete_object(Bucket=BUCKET, Key="places/places.geojson"),
            lambda: s3.get_object(Bucket=BUCKET, Key="other/secret"),
            lambda: s3.delete_bucket(Bucket=BUCKET),
        ):
            with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
                forbidden()
