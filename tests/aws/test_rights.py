"""A whole run with the rights of the two roles and no others, on an S3 that asks for rights: moto's."""

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
spark.hadoop.fs.s3a.path.style.access true
spark.eventLog.enabled true
spark.eventLog.dir s3a://lake/spark-events/
"""
SETTINGS = """\
pings: {path: "s3://lake/pings/", columns: {device: device, at: at, lat: lat, lon: lon}}
places: {path: "s3://lake/places/places.geojson", columns: {name: name}}
output: s3://lake/footfall
quality: {max_quarantined_share: 0.9}
period: week
days: {from: 2023-02-27, to: 2023-03-05}
allow_empty: true
catalog: {type: glue, database: footfall_test, properties: {s3.path-style-access: "true"}}
"""

OF_NO_DRIVER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("put_object", {"Key": "pings/2.csv", "Body": b""}),
    ("delete_object", {"Key": "places/places.geojson"}),
    ("get_object", {"Key": "other/secret"}),
    ("delete_bucket", {}),
)
"""What no driver may do."""

OF_NO_EXECUTOR: tuple[tuple[str, dict[str, Any]], ...] = (
    *OF_NO_DRIVER,
    ("get_object", {"Key": "places/places.geojson"}),
    ("put_object", {"Key": "footfall/footfall/metadata/00002.metadata.json", "Body": b""}),
    ("put_object", {"Key": "footfall/runs/1/manifest.json", "Body": b""}),
    ("get_object", {"Key": "footfall/quarantine/run=1/part-00000.parquet"}),
    ("delete_object", {"Key": "footfall/footfall/data/day=2023-03-01/1-00000.parquet"}),
    ("put_object", {"Key": "footfall/footfall_week/metadata/00002.metadata.json", "Body": b""}),
)
"""What no executor may do: it writes rows that a driver publishes, and reads pings."""


def with_bucket(node: Any) -> Any:
    """A policy of the template with this bucket in it."""
    if isinstance(node, list):
        return [with_bucket(each) for each in node]
    if isinstance(node, dict):
        if "Fn::ImportValue" in node:
            return f"arn:aws:s3:::{BUCKET}"
        if "Fn::Join" in node:
            return "".join(with_bucket(node["Fn::Join"][1]))
        return {key: with_bucket(each) for key, each in node.items()}
    return node


def policy(role: str) -> dict[str, Any]:
    """The policy of a role, as moto has to be told it.

    Moto judges Glue without a resource, and the deletion of many objects by the bucket; AWS judges each object.
    """
    (given,) = templates()["job-roles"]["Resources"][role]["Properties"]["Policies"]
    document = with_bucket(given["PolicyDocument"])
    for statement in document["Statement"]:
        if statement["Sid"] == "Tables":
            statement["Resource"] = "*"
        if "s3:DeleteObject" in statement["Action"]:
            statement["Resource"].append(f"arn:aws:s3:::{BUCKET}")
    return dict(document)


def roles(served: Servers) -> tuple[dict[str, str], dict[str, str]]:
    """The variables of the driver and those of its executors, for whom everything is ready.

    From here on the server asks for rights.
    """

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": served.key, "aws_secret_access_key": served.secret}
        return boto3.client(service, endpoint_url=served.s3, region_name=served.region, **keys)

    client("s3").create_bucket(Bucket=BUCKET)
    for key, content in {"pings/1.csv": PINGS, "places/places.geojson": PLACES, "spark-events/": ""}.items():
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=content.encode())
    client("glue").create_database(DatabaseInput={"Name": "footfall_test"})
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    given = []
    for name in ("DriverRole", "ExecutorRole"):
        made = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
        client("iam").put_role_policy(
            RoleName=name, PolicyName="job", PolicyDocument=json.dumps(policy(name))
        )
        given.append(client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="run")["Credentials"])
    plain = {"Content-Type": "text/plain"}
    asked = urllib.request.Request(f"{served.s3}/moto-api/reset-auth", b"0", plain)  # noqa: S310 - moto's own
    urllib.request.urlopen(asked).close()  # noqa: S310
    driver, executor = (
        {
            "AWS_ACCESS_KEY_ID": each["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": each["SecretAccessKey"],
            "AWS_SESSION_TOKEN": each["SessionToken"],
        }
        for each in given
    )
    return driver, executor


def run(served: Servers, driver: dict[str, str], executor: dict[str, str], folder: Path) -> str:
    """A run of a week, of which Java and the driver have one role, and the workers the other; what it said."""
    workers = "".join(f"spark.executorEnv.{name} {text}\n" for name, text in executor.items())
    (folder / "spark-defaults.conf").write_text(SPARK + workers, encoding="utf-8")
    settings = folder / "settings.yaml"
    settings.write_text(SETTINGS, encoding="utf-8")
    surroundings = {
        "AWS_ENDPOINT_URL": served.s3,
        "AWS_REGION": served.region,
        "SPARK_CONF_DIR": str(folder),
    }
    done = subprocess.run(
        [
            ROOT / ".venv/bin/footfall",
            *("run", "--settings", settings, "--spark-jars", JARS),
        ],
        env={**os.environ, **driver, **surroundings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_rights_of_both_roles_are_enough_for_a_whole_run(tmp_path: Path) -> None:
    """Pings, places, tables, quarantine, report and event log; then what each role must not do is refused."""
    with servers({}) as served:
        driver, executor = roles(served)
        run(served, driver, executor, tmp_path)
        for role, forbidden in ((driver, OF_NO_DRIVER), (executor, OF_NO_EXECUTOR)):
            s3 = boto3.client(
                "s3",
                endpoint_url=served.s3,
                region_name=served.region,
                aws_access_key_id=role["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=role["AWS_SECRET_ACCESS_KEY"],
                aws_session_token=role["AWS_SESSION_TOKEN"],
            )
            for operation, about in forbidden:
                with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
                    getattr(s3, operation)(Bucket=BUCKET, **about)
