"""What all tests share: one Spark session, and the order in which tests run."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.java import bring_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A shell that starts the tests in the background has them, and all that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

JARS = Path(__file__).parents[1] / ".jars"
"""For S3 and Iceberg, where `make jars` put them."""

BROUGHT_JAVA = pytest.StashKey[str | None]()
"""Says which Java was brought, and why; None where the machine has one."""


def pytest_configure(config: pytest.Config) -> None:
    """Bring Java where there is none."""
    config.stash[BROUGHT_JAVA] = bring_java(os.environ)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say in the first lines which Java was brought."""
    said = config.stash[BROUGHT_JAVA]
    return [said] if said else []


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the Java that was brought away."""
    if config.stash.get(BROUGHT_JAVA, None):
        shutil.rmtree(os.environ["JAVA_HOME"])


@pytest.fixture(scope="session")
def spark() -> "Iterator[SparkSession]":
    """The session of all tests."""
    session = small_spark()
    yield session
    session.stop()


def small_spark() -> "SparkSession":
    """A small, quiet Spark that knows no screen, and whose Java lives in a time zone that nothing may depend on."""
    import pyspark
    from pyspark.sql import SparkSession

    from footfall.engines.spark.session import LOCAL, NEEDED

    jars = "" if pyspark.__version__ < "4.1" else f"{JARS}/*"  # those of Iceberg would break an older Spark
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .appName("footfall tests")
        .config(map={**NEEDED, **LOCAL})
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.extraClassPath", jars)
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=Asia/Kathmandu")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    return session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use Spark, and run them after all others."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.spark)
    items.sort(key=lambda item: "spark" in item.keywords)
