"""Gives the parts of a ping their types, and says of each row what is wrong with it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from footfall.read.pings.csv.lines import NOT_DECIMAL
from footfall.read.pings.files import readable_path
from footfall.read.pings.instants import Moment, moment, placed, skipped
from footfall.schema import FIRST_INSTANT, LAST_INSTANT, PINGS_READ
from footfall.settings import PingSettings


def typed_rows(rows: DataFrame, pings: PingSettings) -> DataFrame:
    """Turn the rows of a source into pings.

    Args:
        rows: `given`, `uri`, `torn` and the mapped parts of a ping, as in `Source`.
        pings: The format and zone of the times.

    Returns:
        PINGS_READ, one row for each row. Where `defect` is not null, the values that could be read are still there.
    """
    wall, at = f.col("wall"), f.col("at")
    parts = _parts(rows, pings).withColumns(
        {"wall": f.coalesce("wall", "rare.wall"), "instant": f.coalesce("instant", "rare.instant")}
    )
    placed_at = f.coalesce("instant", placed(wall, pings.time_zone))
    in_calendar = at.between(f.lit(FIRST_INSTANT).cast("timestamp"), f.lit(LAST_INSTANT).cast("timestamp"))
    dated = parts.withColumn("at", placed_at).withColumn("at", f.when(in_calendar, at))
    never = f.coalesce(skipped(wall, at, pings.time_zone), f.lit(False))
    judged = dated.withColumn("never", never).withColumns(
        {"defect": _opaque(_defect()), "at": f.when(~f.col("never"), at)}
    )
    text = "given" if isinstance(rows.schema["given"].dataType, t.StringType) else None
    raw = f.col(text) if text else f.to_json("given", {"ignoreNullFields": "false"})
    return judged.withColumns({"raw": raw, "file": readable_path(f.col("uri"))}).select(PINGS_READ.names)


def _parts(rows: DataFrame, pings: PingSettings) -> DataFrame:
    kinds = {field.name: field.dataType for field in rows.schema}
    numbers = {
        part: _number(part, kinds[part]) if part in kinds else f.lit(None).cast("double")
        for part in ("lat", "lon", "accuracy")
    }
    given_accuracy = ~_blank("accuracy", kinds) if "accuracy" in kinds else f.lit(False)
    time = _moment(pings, kinds)
    return rows.select(
        "given",
        "uri",
        "torn",
        f.col("device").cast("string").alias("device"),
        *(number.alias(part) for part, number in numbers.items()),
        time.instant.alias("instant"),
        time.wall.alias("wall"),
        time.rare.alias("rare"),
        _missing(pings, kinds).alias("missing"),
        (given_accuracy & numbers["accuracy"].isNull()).alias("bad_accuracy"),
    )


def _moment(pings: PingSettings, kinds: dict[str, t.DataType]) -> Moment:
    if pings.columns.at is None:
        time_format = "iso" if pings.time_format == "auto" else pings.time_format
        both = f.concat(_trimmed("date", kinds), f.lit(" "), _trimmed("time", kinds))
        return moment(both, t.StringType(), time_format)
    return moment(_trimmed("at", kinds), kinds["at"], pings.time_format)


def _trimmed(part: str, kinds: dict[str, t.DataType]) -> Column:
    if isinstance(kinds[part], t.StringType):
        return f.trim(part)
    return f.col(part).cast("string") if part in ("date", "time") else f.col(part)


def _blank(part: str, kinds: dict[str, t.DataType]) -> Column:
    column = f.col(part)
    return (
        column.isNull() | (f.trim(part) == "") if isinstance(kinds[part], t.StringType) else column.isNull()
    )


def _missing(pings: PingSettings, kinds: dict[str, t.DataType]) -> Column:
    """The first required part that is null or blank; null where all are there."""
    at = _blank("at", kinds) if pings.columns.at else _blank("date", kinds) | _blank("time", kinds)
    return (
        f.when(_blank("device", kinds), "device")
        .when(at, "at")
        .when(_blank("lat", kinds), "lat")
        .when(_blank("lon", kinds), "lon")
    )


def _number(part: str, kind: t.DataType) -> Column:
    """A finite double; null for anything else."""
    number = f.expr(f"try_cast({part} as double)")
    finite = f.abs(number) < float("inf")
    if isinstance(kind, t.StringType):
        return f.when(~f.col(part).rlike(NOT_DECIMAL.pattern) & finite, number)
    return f.when(~f.isnan(number) & finite, number)


def _defect() -> Column:
    """The first reason that applies, in the order of `schema.REASONS`."""
    return (
        f.when(f.col("torn"), "unreadable_row")
        .when(f.col("missing").isNotNull(), f.concat(f.lit("missing_field:"), "missing"))
        .when(f.col("at").isNull(), "wrong_type:at")
        .when(f.col("lat").isNull(), "wrong_type:lat")
        .when(f.col("lon").isNull(), "wrong_type:lon")
        .when(f.col("bad_accuracy"), "wrong_type:accuracy")
        .when(f.col("never"), "nonexistent_time")
    )


def _opaque(column: Column) -> Column:
    """The same values; a filter on them is not pushed below, where Spark would read every row's text twice."""
    return f.when(f.monotonically_increasing_id() >= 0, column)
