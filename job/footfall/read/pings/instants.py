"""Reads times: from text, numbers and timestamps to instants.

A time is first read as an instant (it states its offset, or counts from the epoch) or as a wall time (what a clock
showed), which is then placed in a time zone. The functions take columns and give columns. None fails on a value: what
cannot be read is null. Wall times are held in UTC, so the session's time zone must be UTC; the machine's is not asked.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from footfall.errors import SettingsError
from footfall.local_time import LocalTime

DATE = r"(?!0000)(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{8})"
MINUTES = rf"^{DATE}[T ]\d{{1,2}}:\d{{2}}"
SECONDS = r":\d{2}(?:\.\d{1,9})?"
OFFSET = r" ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)\z"
WHOLE = r"^[+-]?\d{1,16}\z"
NUMBER = r"^[+-]?(?:\d{1,19}(?:\.\d*)?|\d(?:\.\d*)?[eE]\+?1?\d)\z"
_EXACT = "decimal(29,9)"  # what is multiplied below stays inside 38 digits
MOST = Decimal(10**19)
_MICROS = {"epoch_s": 10**6, "epoch_ms": 10**3}
LAST_SECOND = 253_402_300_800  # the year 10000
_ZONE_LETTERS = frozenset("VzOXxZ")


@dataclass(frozen=True)
class Moment:
    """A time as it was read: `instant` or `wall`, or both in the struct `rare`; what does not apply is null.

    `rare` holds what is not written in one of the few most frequent ways. It is reckoned inside a lambda, which Spark
    interprets: its many steps would make the code that Spark generates too long to be compiled by Java.
    """

    instant: Column
    wall: Column
    rare: Column


def moment(value: Column, kind: t.DataType, time_format: str) -> Moment:
    """Read a column of times.

    Args:
        value: The column; text without spaces around it.
        kind: Its type. Timestamps are taken as they are, whatever the format says.
        time_format: `auto`, `iso`, `epoch_s`, `epoch_ms` or a Spark datetime pattern. `auto` takes text with a
            colon as ISO 8601, and everything else as a number: below 1e11 seconds, below 1e14 milliseconds, below
            1e17 microseconds, else nanoseconds. Finer digits than microseconds are cut off.
    """
    if isinstance(kind, t.TimestampType):
        return _known(instant=value)
    if isinstance(kind, t.TimestampNTZType):
        return _known(wall=value.cast("timestamp"))
    if not isinstance(kind, t.StringType):
        if time_format in ("auto", *_MICROS):
            return _known(instant=_epoch_of_number(value, kind, _MICROS.get(time_format)))
        value = value.cast("string")
    if time_format in _MICROS:
        return _known(instant=_epoch_of_text(value, _MICROS[time_format]))
    if time_format in ("auto", "iso"):
        return _usual(value, auto=time_format == "auto")
    read = f.try_to_timestamp(value, f.lit(time_format))
    return _known(instant=read) if _names_offset(time_format) else _known(wall=read)


def placed(wall: Column, time_zone: str) -> Column:
    """The instant at which clocks of a zone showed a wall time; the earlier one where they showed it twice."""
    return wall if time_zone == "UTC" else f.to_utc_timestamp(wall, time_zone)


def skipped(wall: Column, instant: Column, time_zone: str) -> Column:
    """Whether clocks of the zone never showed the wall time that was placed at `instant`; null without wall time."""
    if time_zone == "UTC":
        return f.lit(False)
    return f.when(wall.isNotNull(), f.from_utc_timestamp(instant, time_zone) != wall)


def check_format(spark: SparkSession, time_format: str, time_zone: str) -> None:
    """Make sure that Spark can read the pattern and knows the zone, before any row is read.

    Raises:
        SettingsError: It does not.
    """
    try:
        LocalTime.of(spark, time_zone)
    except Py4JJavaError as failure:
        fix = "Name a zone that Java knows, such as America/Guatemala."
        raise SettingsError(
            f"Spark does not know the time zone {time_zone!r}", where="pings.time_zone", fix=fix
        ) from failure
    if time_format in ("auto", "iso", *_MICROS):
        return
    fix = "Use auto, iso, epoch_s, epoch_ms or a Spark datetime pattern, such as dd/MM/yyyy HH:mm:ss."
    if not {"y", "u"} & _letters(time_format):
        raise SettingsError(f"The pattern {time_format!r} has no year", where="pings.time_format", fix=fix)
    spark.conf.set("spark.sql.legacy.timeParserPolicy", "CORRECTED")  # 3.5 would stop at a bad time otherwise
    try:
        spark.sql("SELECT try_to_timestamp('x', :tried)", args={"tried": time_format}).collect()
    except PySparkException as failure:
        what = f"Spark cannot read times by the pattern {time_format!r}"
        raise SettingsError(what, where="pings.time_format", fix=fix) from failure


def _letters(pattern: str) -> set[str]:
    """The letters of a datetime pattern, without its quoted texts."""
    return set("".join(pattern.split("'")[::2]))


def _names_offset(pattern: str) -> bool:
    return bool(_ZONE_LETTERS & _letters(pattern))


def _both(instant: Column, wall: Column) -> Column:
    return f.struct(instant.alias("instant"), wall.alias("wall"))


def _known(instant: Column | None = None, wall: Column | None = None) -> Moment:
    nothing = f.lit(None).cast("timestamp")
    return Moment(
        nothing if instant is None else instant, nothing if wall is None else wall, _both(nothing, nothing)
    )


def _usual(text: Column, *, auto: bool) -> Moment:
    """Text as ISO 8601 or, where `auto`, a number."""
    read = f.try_to_timestamp(text)
    # much quicker than a regular expression; Spark itself takes a second of one digit
    plain = _has(text, {5: "-", 8: "-", 14: ":", 17: ":"}) & _is_digit(text, 18) & _is_digit(text, 19)
    utc = plain & (f.octet_length(text) == 20) & f.endswith(text, f.lit("Z"))
    local = plain & (f.octet_length(text) == 19)
    return Moment(
        f.when(utc, read), f.when(local, read), f.when(~(utc | local), _interpreted(text, auto=auto))
    )


def _interpreted(text: Column, *, auto: bool) -> Column:
    def read(one: Column) -> Column:
        iso = _iso(one)
        return _both(f.coalesce(iso[0], _epoch_of_text(one, None)), iso[1]) if auto else _both(*iso)

    return f.transform(f.array(text), read)[0]


def _has(text: Column, characters: dict[int, str]) -> Column:
    """Whether text has these characters at these positions."""
    return reduce(and_, (f.substring(text, at, 1) == character for at, character in characters.items()))


def _is_digit(text: Column, at: int) -> Column:
    return f.substring(text, at, 1).between("0", "9")


def _iso(text: Column) -> tuple[Column, Column]:
    dashed = _dashed(text)
    instant = f.when(text.rlike(MINUTES + SECONDS + OFFSET), f.try_to_timestamp(dashed)).when(
        text.rlike(MINUTES + OFFSET),
        f.try_to_timestamp(f.regexp_replace(dashed, r"([T ]\d{1,2}:\d{2})", "$1:00")),
    )
    wall = text.rlike(rf"{MINUTES}(?:{SECONDS})?\z")
    return instant, f.when(wall, f.try_to_timestamp(dashed))


def _dashed(text: Column) -> Column:
    """ISO text with its date written as 2023-03-01, the only way that Spark reads."""
    return (
        f.when(f.substring(text, 5, 1) == "-", text)
        .when(f.substring(text, 5, 1) == "/", f.replace(text, f.lit("/"), f.lit("-")))
        .otherwise(f.regexp_replace(text, r"^(\d{4})(\d{2})(\d{2})", "$1-$2-$3"))
    )


def _epoch_of_text(text: Column, micros_per_unit: int | None) -> Column:
    """The instant that lies so many units after the beginning of 1970 in UTC."""
    whole = f.when(text.rlike(WHOLE), _micros(text.cast("bigint"), micros_per_unit))
    exact = f.when(text.rlike(NUMBER), _micros(text.cast(_EXACT), micros_per_unit))
    return f.timestamp_micros(f.coalesce(whole, exact))


def _epoch_of_number(value: Column, kind: t.DataType, micros_per_unit: int | None) -> Column:
    micros = _micros(value.cast(_EXACT), micros_per_unit)
    if isinstance(kind, t.FloatType | t.DoubleType):
        micros = f.when(~f.isnan(value) & (f.abs(value) < float(MOST)), micros)
    elif isinstance(kind, t.DecimalType):
        micros = f.when(f.abs(value) < MOST, micros)
    return f.timestamp_micros(micros)


def _micros(number: Column, micros_per_unit: int | None) -> Column:
    """Whole microseconds, rounded down; null where the result would be beyond the calendar."""

    def times(factor: int | Decimal) -> Column:
        narrow = number if factor == 1 else number * f.lit(factor)
        return f.floor(narrow).cast("bigint")

    size = f.abs(number)
    if micros_per_unit is not None:
        return f.when(size < Decimal(LAST_SECOND * 10**6 // micros_per_unit), times(micros_per_unit))
    return (
        f.when(size < 10**11, times(10**6))
        .when(size < 10**14, times(10**3))
        .when(size < 10**17, times(1))
        .when(size < MOST, times(Decimal("0.001")))
    )
