"""One day, the same for all platforms: its rows from a run here, and from the script of Glue on any Spark."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas
import pyarrow.parquet as pq

from tests.cluster.bucket import PINGS, PLACES

ROOT = Path(__file__).parents[2]
DAY = "2023-03-01"
SETTINGS = ROOT / "k8s" / "base" / "settings.yaml"
SCRIPT = ROOT / "job" / "footfall" / "__main__.py"
SPARK35 = ROOT / ".spark35"
GIVEN_BY_GLUE = (
    *(
        "--JOB_NAME",
        "footfall-test",
        "--JOB_ID",
        "j_1",
        "--JOB_RUN_ID",
        "jr_1",
        "--TempDir",
        "s3://lake/tmp/",
    ),
    *(
        "--job-bookmark-option",
        "job-bookmark-disable",
        "--enable-metrics",
        "true",
        "--datalake-formats",
        "iceberg",
    ),
)
Row = tuple[Any, ...]


def inputs(folder: Path) -> dict[str, str]:
    """Write the pings and the places into a folder, and give the flags that name them."""
    (folder / "day.csv").write_text(PINGS, encoding="utf-8")
    places = geopandas.GeoDataFrame(
        {"place_id": list(PLACES)}, geometry=list(PLACES.values()), crs="EPSG:4326"
    )
    places.to_parquet(folder / "places.parquet")
    return {"--pings-path": f"{folder}/day.csv", "--places-path": f"{folder}/places.parquet"}


def run_here(folder: Path) -> list[Row]:
    """The rows that `footfall run` publishes into a folder."""
    flags = {"--settings": str(SETTINGS), "--days": DAY, "--output": f"{folder}/here", **inputs(folder)}
    words = [f"{flag}={text}" for flag, text in flags.items()]
    _done([sys.executable, "-m", "footfall", "run", *words], {}, folder)
    return read(folder / "here")


def run_on_glue(folder: Path, flags: Mapping[str, str], spark: Path, conf: Mapping[str, str]) -> str:
    """Run the script of the job as Glue does, with arguments as Glue gives them.

    Args:
        folder: Where to.
        flags: The arguments of the job.
        spark: The packages of which one is pyspark.
        conf: What Glue's Spark knows of its surroundings; `env.NAME` is a variable.

    Returns:
        What the driver wrote to stdout.
    """
    environ = {name[4:]: text for name, text in conf.items() if name.startswith("env.")}
    environ |= {"SPARK_HOME": str(spark / "pyspark"), "PYTHONPATH": str(spark), "SPARK_LOCAL_IP": "127.0.0.1"}
    environ |= {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    ours = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "1g"}
    given = {**ours, **{name: text for name, text in conf.items() if name.startswith("spark.")}}
    options = [word for name, text in given.items() for word in ("--conf", f"{name}={text}")]
    words = [word for flag, text in flags.items() for word in (flag, text)]
    submit = [f"{spark}/pyspark/bin/spark-submit", "--master", "local[2]", *options]
    return _done([*submit, str(SCRIPT), *GIVEN_BY_GLUE, *words], environ, folder)


def read(output: Path) -> list[Row]:
    """The published rows of a folder, whole, by day and place."""
    return rows(pq.read_table(output / "footfall").to_pylist())


def rows(told: list[dict[str, Any]]) -> list[Row]:
    """Rows whose columns are in one order, and whose days are text."""
    return sorted(
        (tuple(sorted({**row, "day": str(row["day"])}.items())) for row in told),
        key=lambda row: [text for name, text in row if name in ("day", "place_id")],
    )


def _done(command: list[str], environ: Mapping[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, env={**os.environ, **environ}, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout
