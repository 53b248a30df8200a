"""The job as spark-submit starts it, with executors in processes of their own, from the sample to a bucket."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import yaml
from pyspark.sql import DataFrame, SparkSession

from footfall.sample import sample_settings
from footfall.schema import FOOTFALL
from tests.run.conftest import on_spark, runner
from tests.stores.lake import JARS, Bucket

SUBMIT = Path(sys.executable).with_name("spark-submit")
ROOT = Path(__file__).parents[2]
MAIN = "from footfall.cli import entry_point\n\nentry_point()\n"


def submitted(folder: Path, bucket: Bucket, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `footfall` with these words in the driver of a small cluster; the session is spark-submit's alone."""
    (folder / "main.py").write_text(MAIN)
    conf = {
        "spark.app.name": "as submitted",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraClassPath": f"{JARS}/*",
        "spark.executor.extraClassPath": f"{JARS}/*",
        **security(),
    }
    options = [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
    return subprocess.run(
        [SUBMIT, "--master", "local-cluster[1,2,1024]", *options, folder / "main.py", *words],
        cwd=folder,
        env={**os.environ, **bucket.servers.environment, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )


def security() -> dict[str, str]:
    """The authentication and encryption of the template, and the secret that Kubernetes would make for the run."""
    template = yaml.safe_load((ROOT / "k8s/base/template.yaml").read_text())
    settings = {
        name: value
        for name, value in template["spec"]["sparkConf"].items()
        if name.startswith(("spark.authenticate", "spark.network.crypto.", "spark.io.encryption."))
    }
    assert len(settings) == 7
    return {**settings, "spark.authenticate.secret": secrets.token_hex(16)}


def rows(table: DataFrame) -> list[tuple[object, ...]]:
    """All rows, by day and place."""
    return [tuple(row) for row in table.select(FOOTFALL.names).orderBy("day", "place_id").collect()]


def test_the_sample_has_the_same_counts_in_a_bucket_as_in_a_folder(
    lake: SparkSession, bucket: Bucket, tmp_path: Path
) -> None:
    """Every column of every row; the bundled files are on no executor's side of the cluster but are read there."""
    servers = {"s3.endpoint": bucket.servers.s3, "glue.endpoint": bucket.servers.glue}
    properties = json.dumps({**servers, "s3.path-style-access": "true"})
    words = ["--output", bucket.output, "--catalog-type", "glue", "--catalog-database", bucket.database]
    done = submitted(tmp_path, bucket, "run", *words, "--catalog-properties", properties)
    assert done.returncode == 0, done.stderr[-3000:]
    assert '"state": "published"' in done.stdout
    runner(on_spark(lake), tmp_path)(**sample_settings(str(tmp_path / "out")))
    by_folder = rows(lake.read.parquet(str(tmp_path / "out" / "footfall")))
    assert rows(lake.table(f"lake.{bucket.database}.footfall")) == by_folder
    assert len(by_folder) == 120


def test_a_missing_bucket_ends_the_driver_with_the_code_of_the_settings(
    bucket: Bucket, tmp_path: Path
) -> None:
    """Not with a trace of Java's: three lines in the driver's log, and exit code 2."""
    words = ["--output", f"{bucket.output.replace('/out', '-typo/out')}", "--catalog-type", "glue"]
    done = submitted(tmp_path, bucket, "run", *words)
    assert done.returncode == 2
    assert "the bucket does not exist" in done.stdout
