"""Reads tables of times as the job does."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from footfall.read.pings.typed_rows import typed_rows
from footfall.settings import PingSettings

BAD = "wrong_type:at"
NEVER = "nonexistent_time"


def read_times(
    spark: SparkSession,
    values: list[object],
    kind: str = "string",
    zone: str = "UTC",
    time_format: str = "auto",
) -> list[str | None]:
    """The instants of values in the column `at`, in UTC, or the defects where there are any."""
    pings = PingSettings.model_validate({"path": "-", "time_zone": zone, "time_format": time_format})
    given = spark.createDataFrame(
        [(number, value) for number, value in enumerate(values)], f"n int, at {kind}"
    )
    rows = given.selectExpr(
        "string(n) given", "'' uri", "false torn", "'a' device", "1.0d lat", "1.0d lon", "at"
    )
    typed = typed_rows(rows, pings).select("raw", f.coalesce("defect", f.col("at").cast("string")))
    return [row[1] for row in sorted(typed.collect(), key=lambda row: int(row[0]))]


def read_parts(
    spark: SparkSession, values: list[tuple[str, str]], zone: str, time_format: str = "auto"
) -> list[str]:
    """The same for date and time in two columns."""
    columns = {"date": "d", "time": "t"}
    pings = PingSettings.model_validate(
        {"path": "-", "time_zone": zone, "time_format": time_format, "columns": columns}
    )
    given = spark.createDataFrame(
        [(number, *value) for number, value in enumerate(values)], "n int, d string, t string"
    )
    rows = given.selectExpr(
        "string(n) given", "'' uri", "false torn", "'a' device", "1.0d lat", "1.0d lon", "d date", "t time"
    )
    typed = typed_rows(rows, pings).select("raw", f.coalesce("defect", f.col("at").cast("string")))
    return [row[1] for row in sorted(typed.collect(), key=lambda row: int(row[0]))]
