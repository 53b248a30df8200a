"""One job, every platform: the same day gives the same rows, of which each value is compared.

The cluster is compared with a run here in tests/cluster, by the same means.
"""

import json
import secrets
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pyspark
import pytest
from pyiceberg.catalog.glue import GlueCatalog

from tests.cluster.bucket import PLACES, TABLE
from tests.glue.same_day import DAY, SETTINGS, SPARK35, Row, inputs, read, rows, run_here, run_on_glue
from tests.stores.lake import JARS
from tests.stores.servers import Servers, servers

pytestmark = pytest.mark.stores
SPARK = Path(pyspark.__file__).parents[1]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The rows of a run on this machine."""
    return run_here(tmp_path_factory.mktemp("here"))


@pytest.fixture(scope="module")
def served() -> Iterator[Servers]:
    """S3 and a catalog."""
    with servers() as there:
        yield there


def test_a_run_here_gives_the_table_that_was_written_by_hand(here: list[Row]) -> None:
    """What the others are compared with is right."""
    names = ("pings", "devices", "visits", "single_ping_visits", "dwell_seconds_p50", "suppressed")
    told = {dict(row)["place_id"]: tuple(dict(row)[name] for name in names) for row in here}
    assert told == TABLE


@pytest.mark.parametrize(
    "packages",
    [
        pytest.param(SPARK, id="spark of the lock"),
        pytest.param(
            SPARK35,
            id="spark 3.5",
            marks=pytest.mark.skipif(not SPARK35.exists(), reason="no Spark 3.5: run `make test-spark35`"),
        ),
    ],
)
def test_the_script_of_glue_gives_the_same_rows(here: list[Row], packages: Path, tmp_path: Path) -> None:
    """On the Spark of Glue 6.0, and of Glue 5.1; the manifest names the run of Glue."""
    flags = {"--settings": str(SETTINGS), "--days": DAY, "--output": f"{tmp_path}/out", **inputs(tmp_path)}
    told = json.loads(run_on_glue(tmp_path, flags, packages, {}).splitlines()[-1])
    assert read(tmp_path / "out") == here
    manifest = json.loads((tmp_path / "out" / "runs" / told["run_id"] / "manifest.json").read_text())
    assert (manifest["versions"]["glue_job"], manifest["versions"]["glue_run"]) == ("footfall-test", "jr_1")


@pytest.mark.skipif(version("pyspark") < "4.1", reason="the jar of Iceberg is for Spark 4.1")
@pytest.mark.skipif(not list(JARS.glob("iceberg-*.jar")), reason="no jars: run `make jars`")
def test_from_bucket_to_catalog_the_rows_are_the_same(
    here: list[Row], served: Servers, tmp_path: Path
) -> None:
    """Settings, pings and places are read from S3, and the table is one of Iceberg in the catalog of Glue."""
    bucket, s3 = f"footfall-{secrets.token_hex(4)}", served.client()
    s3.create_bucket(Bucket=bucket)
    inputs(tmp_path)
    for key, file in {
        "settings.yaml": SETTINGS,
        "day.csv": "day.csv",
        "places.parquet": "places.parquet",
    }.items():
        s3.put_object(Bucket=bucket, Key=key, Body=(tmp_path / file).read_bytes())
    addresses = {"s3.endpoint": served.s3, "glue.endpoint": served.glue, "s3.path-style-access": "true"}
    flags = {
        "--settings": f"s3://{bucket}/settings.yaml",
        "--days": DAY,
        "--pings-path": f"s3a://{bucket}/day.csv",
        "--places-path": f"s3a://{bucket}/places.parquet",
        "--output": f"s3a://{bucket}/out",
        "--catalog-database": bucket.replace("-", "_"),
        "--catalog-properties": json.dumps(addresses),
    }
    conf = {
        "spark.driver.extraClassPath": f"{JARS}/*",
        **{f"env.{name}": text for name, text in served.environment.items()},
    }
    told = json.loads(run_on_glue(tmp_path, flags, SPARK, conf).splitlines()[-1])
    assert told["state"] == "published"
    keys = {"s3.endpoint": served.s3, "s3.access-key-id": served.key, "s3.secret-access-key": served.secret}
    keys |= {"s3.region": served.region, "glue.endpoint": served.glue, "glue.region": served.region}
    keys |= {"glue.access-key-id": served.key, "glue.secret-access-key": served.secret}
    table = GlueCatalog("lake", **keys).load_table(f"{flags['--catalog-database']}.footfall")
    assert rows(table.scan().to_arrow().to_pylist()) == here
    assert len(here) == len(PLACES)
