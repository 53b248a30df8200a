"""Java's log of a submitted run: warnings and errors as JSON, each line with the run's id and day."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pyspark
from pyspark.sql import SparkSession

LAYOUT = files("footfall").joinpath("log4j2-submitted.properties")


def executor_options(marks: Mapping[str, str]) -> dict[str, str]:
    """Spark's configuration by which executors log as JSON from their start; empty on Spark 3.5.

    Options that were given in `spark.executor.extraJavaOptions` come after these, and so override them.

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


def configure_driver(spark: SparkSession, marks: Mapping[str, str]) -> None:
    """Have the driver's Java log as JSON from now on; does nothing on Spark 3.5.

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
    """Whether this Spark has log4j's layout for JSON; 3.5 has not."""
    return int(pyspark.__version__.partition(".")[0]) >= 4
