"""What the Java of a submitted run says: warnings and errors as JSON, each line with the run and its day."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pyspark
from pyspark.sql import SparkSession

LAYOUT = files("footfall").joinpath("log4j2-submitted.properties")


def on_executors(marks: Mapping[str, str]) -> dict[str, str]:
    """Spark's configuration by which its executors write so, from their start.

    What spark-submit was told in `spark.executor.extraJavaOptions` comes after it, and so stands above it.

    Args:
        marks: `run_id` and `day`.
    """
    if not _is_known():
        return {}
    properties = {
        "log4j2.configurationFile": LAYOUT,
        **{f"footfall.{name}": text for name, text in marks.items()},
    }
    options = " ".join(f'"-D{name}={text}"' for name, text in properties.items())
    return {"spark.executor.defaultJavaOptions": options}


def in_driver(spark: SparkSession, marks: Mapping[str, str]) -> None:
    """Have the driver's Java write so from now on.

    Args:
        spark: The session.
        marks: `run_id` and `day`.
    """
    if not _is_known():
        return
    jvm: Any = spark.sparkContext._jvm
    for name, text in marks.items():
        jvm.java.lang.System.setProperty(f"footfall.{name}", text)
    uri = jvm.java.io.File(str(LAYOUT)).toURI()
    jvm.org.apache.logging.log4j.core.config.Configurator.reconfigure(uri)


def _is_known() -> bool:
    """Whether this Spark brings the layout: 3.5 has none for JSON."""
    return int(pyspark.__version__.partition(".")[0]) >= 4
