"""Times: what is read as which instant."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from footfall.read.typed_rows import typed_rows
from footfall.settings import PingSettings

BAD = "wrong_type:at"
NEVER = "nonexistent_time"


def read(
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


def test_iso_text_states_its_offset_or_is_local(spark: SparkSession) -> None:
    """Guatemala is six hours behind UTC all year; fractions beyond microseconds are cut off."""
    cases = {
        "2023-03-01T09:05:00Z": "2023-03-01 09:05:00",
        "2023-03-01 09:05:00": "2023-03-01 15:05:00",
        "2023-03-01T09:05": "2023-03-01 15:05:00",
        "2023-3-1 9:05": "2023-03-01 15:05:00",
        "2023-03-01T09:05:00+02:00": "2023-03-01 07:05:00",
        "2023-03-01T09:05:00+0200": "2023-03-01 07:05:00",
        "2023-03-01 09:05:00 -02": "2023-03-01 11:05:00",
        "2023-03-01 09:05:00 UTC": "2023-03-01 09:05:00",
        "2023-03-01T09:05Z": "2023-03-01 09:05:00",
        "2023-03-01T9:05+02:30": "2023-03-01 06:35:00",
        "2023-03-01T09:05:00.1": "2023-03-01 15:05:00.1",
        "2023-03-01T09:05:00.123456789Z": "2023-03-01 09:05:00.123456",
        " 2023-03-01T09:05:00Z ": "2023-03-01 09:05:00",
        "2024-02-29T23:59:59Z": "2024-02-29 23:59:59",
        "1969-12-31T23:59:59.9999999Z": "1969-12-31 23:59:59.999999",
    }
    assert dict(zip(cases, read(spark, list(cases), zone="America/Guatemala"), strict=True)) == cases


def test_what_is_no_time_is_a_wrong_type(spark: SparkSession) -> None:
    """Days and hours that no calendar has, times without a date, names of zones, other orders of day and month."""
    cases = [
        "2023-02-30T09:05:00Z",
        "2023-02-29 09:05:00",
        "2023-03-01 25:00:00",
        "2023-03-01 24:00:00",
        "2023-03-01 09:60:00",
        "2023-03-01 23:59:60",
        "0000-01-01 00:00:00",
        "0000-01-01 00:00:00Z",
        "12023-03-01 09:05:00",
        "-2023-03-01 09:05:00",
        "2023-03-01",
        "09:05:00",
        "T09:05:00",
        "yesterday",
        "2023-03-01 09:05:00 Europe/Paris",
        "2023-03-01 09:05:00 PST",
        "2023-03-01 9:05:00Z+1",
        "2023-03-01T09:05:00+19:00",
        "01/03/2023 09:05:00",
        "2023-03-01T09:05:00.Z",
        "now:",
        "12:5",
        "0x10",
        "1e400",
        "NaN",
        "--5",
        "99999999999999999999999",
    ]
    assert dict(zip(cases, read(spark, list(cases)), strict=True)) == dict.fromkeys(cases, BAD)


def test_numbers_are_epochs_by_their_size(spark: SparkSession) -> None:
    """Below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds."""
    cases = {
        "0": "1970-01-01 00:00:00",
        "-1": "1969-12-31 23:59:59",
        "1677661500": "2023-03-01 09:05:00",
        "+1677661500": "2023-03-01 09:05:00",
        "1677661500.123456": "2023-03-01 09:05:00.123456",
        "1677661500.1234569": "2023-03-01 09:05:00.123456",
        "-0.0000001": "1969-12-31 23:59:59.999999",
        "1.6776615E9": "2023-03-01 09:05:00",
        "99999999999": "5138-11-16 09:46:39",
        "100000000000": "1973-03-03 09:46:40",
        "1677661500123": "2023-03-01 09:05:00.123",
        "1677661500123.4567": "2023-03-01 09:05:00.123456",
        "1677661500123456": "2023-03-01 09:05:00.123456",
        "1677661500123456789": "2023-03-01 09:05:00.123456",
        "-1677661500123456789": "1916-11-02 14:54:59.876543",
    }
    assert dict(zip(cases, read(spark, list(cases), zone="America/Guatemala"), strict=True)) == cases


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            "bigint",
            [1677661500, 1677661500123456789, -1],
            ["2023-03-01 09:05:00", "2023-03-01 09:05:00.123456", "1969-12-31 23:59:59"],
        ),
        ("int", [1677661500], ["2023-03-01 09:05:00"]),
        (
            "double",
            [1677661500.123456, 1677661500123.5, float("nan"), float("inf"), 1e300],
            ["2023-03-01 09:05:00.123456", "2023-03-01 09:05:00.1235", BAD, BAD, BAD],
        ),
    ],
)
def test_number_columns_are_epochs_too(
    spark: SparkSession, kind: str, values: list[object], expected: list[str]
) -> None:
    """As they come in Parquet; what no calendar holds is a wrong type."""
    assert read(spark, values, kind) == expected


def test_decimal_columns_are_epochs_too(spark: SparkSession) -> None:
    """Exact to the microsecond, whatever their scale."""
    texts = [("0", "1677661500.1234567"), ("1", "99999999999999999999.0")]
    given = spark.createDataFrame(texts, "given string, at string").withColumn(
        "at", f.col("at").cast("decimal(38,10)")
    )
    rows = given.selectExpr("given", "'' uri", "false torn", "'a' device", "1.0d lat", "1.0d lon", "at")
    typed = typed_rows(rows, PingSettings.model_validate({"path": "-"}))
    assert [tuple(row) for row in typed.selectExpr("string(at)", "defect").collect()] == [
        ("2023-03-01 09:05:00.123456", None),
        (None, BAD),
    ]


def test_the_unit_of_an_epoch_can_be_named(spark: SparkSession) -> None:
    """Then the size decides nothing, ISO text is no time, and a number beyond the calendar is none either."""
    assert read(spark, ["100", "100.5", "1e2", "2023-03-01T09:05:00Z"], time_format="epoch_ms") == [
        "1970-01-01 00:00:00.1",
        "1970-01-01 00:00:00.1005",
        "1970-01-01 00:00:00.1",
        BAD,
    ]
    assert read(
        spark, [253402128000, 253402300800, 2**63 - 1, -(2**63)], "bigint", time_format="epoch_s"
    ) == [
        "9999-12-30 00:00:00",
        BAD,
        BAD,
        BAD,
    ]


def test_iso_alone_takes_no_number(spark: SparkSession) -> None:
    """`iso` is for columns that may hold stray numbers."""
    assert read(spark, ["1677661500", "2023-03-01T09:05:00Z"], time_format="iso") == [
        BAD,
        "2023-03-01 09:05:00",
    ]
    assert read(spark, [1677661500], "bigint", time_format="iso") == [BAD]


def test_timestamps_are_taken_as_they_are(spark: SparkSession) -> None:
    """Those adjusted to UTC are instants; the others are local, whatever the format says."""
    naive = datetime(2023, 3, 1, 9, 5)  # noqa: DTZ001 (a wall time is what is tested)
    for time_format in ("auto", "epoch_s"):
        assert read(spark, [naive, None], "timestamp_ntz", "America/Guatemala", time_format) == [
            "2023-03-01 15:05:00",
            "missing_field:at",
        ]
    rows = spark.range(1).selectExpr("timestamp'2023-03-01 09:05:00 UTC' as at")
    assert rows.schema["at"].dataType == t.TimestampType()
    given = rows.selectExpr("'0' given", "'' uri", "false torn", "'a' device", "1.0d lat", "1.0d lon", "at")
    pings = PingSettings.model_validate({"path": "-", "time_zone": "America/Guatemala"})
    assert typed_rows(given, pings).selectExpr("string(at)").collect()[0][0] == "2023-03-01 09:05:00"


def test_date_and_time_make_one_local_time(spark: SparkSession) -> None:
    """The layouts that the contract names, in one zone; an offset in the time is honoured."""
    cases = {
        ("2023-03-01", "9:05"): "2023-03-01 15:05:00",
        ("2023/03/01", "09:05:00"): "2023-03-01 15:05:00",
        ("2023/3/1", "09:05"): "2023-03-01 15:05:00",
        ("20230301", "09:05:00.123"): "2023-03-01 15:05:00.123",
        (" 2023-03-01 ", " 23:59:59 "): "2023-03-02 05:59:59",
        ("2023-03-01", "09:05:00Z"): "2023-03-01 09:05:00",
        ("01.03.2023", "09:05"): BAD,
        ("2023-02-30", "09:05"): BAD,
        ("2023-03-01", "25:00"): BAD,
        ("2023-03-01", "yesterday"): BAD,
        ("0000-03-01", "09:05"): BAD,
        ("00000301", "09:05"): BAD,
        ("2023/03-01", "09:05"): BAD,
        ("", "09:05"): "missing_field:at",
        ("2023-03-01", " "): "missing_field:at",
    }
    assert dict(zip(cases, read_parts(spark, list(cases), "America/Guatemala"), strict=True)) == cases


def test_other_layouts_are_read_by_pattern(spark: SparkSession) -> None:
    """A pattern with an offset gives instants, one without gives local times; dates that do not exist are wrong."""
    local = ["01/03/2023 09:05:00", "30/02/2023 09:05:00", "2023-03-01T09:05:00Z", "1677661500"]
    assert read(spark, list(local), zone="America/Guatemala", time_format="dd/MM/yyyy HH:mm:ss") == [
        "2023-03-01 15:05:00",
        BAD,
        BAD,
        BAD,
    ]
    zoned = read(spark, ["01.03.23 09:05 +0200"], zone="America/Guatemala", time_format="dd.MM.yy HH:mm xx")
    assert zoned == ["2023-03-01 07:05:00"]
    assert read(spark, ["Zx 2023-03-01 09"], zone="America/Guatemala", time_format="'Zx' yyyy-MM-dd HH") == [
        "2023-03-01 15:00:00"
    ]
    assert read(spark, [20230301090500], "bigint", time_format="yyyyMMddHHmmss") == ["2023-03-01 09:05:00"]
    parts = [("01.03.2023", "9h05"), ("31.02.2023", "9h05")]
    assert read_parts(spark, parts, "America/Guatemala", "dd.MM.yyyy H'h'mm") == ["2023-03-01 15:05:00", BAD]


def test_a_clock_change_skips_and_repeats_times(spark: SparkSession) -> None:
    """New York 2023: 02:00 to 03:00 never was on 12 March; 01:00 to 02:00 was twice on 5 November, the first counts."""
    cases = {
        "2023-03-12 01:59:59": "2023-03-12 06:59:59",
        "2023-03-12 02:00:00": NEVER,
        "2023-03-12 02:59:59.9": NEVER,
        "2023-03-12 03:00:00": "2023-03-12 07:00:00",
        "2023-11-05 01:30:00": "2023-11-05 05:30:00",
        "2023-11-05 02:00:00": "2023-11-05 07:00:00",
        "2023-03-12 02:30:00-05:00": "2023-03-12 07:30:00",
        "2023-03-12 02:30:00Z": "2023-03-12 02:30:00",
    }
    assert dict(zip(cases, read(spark, list(cases), zone="America/New_York"), strict=True)) == cases
    assert read(spark, ["2011-12-30 12:00:00"], zone="Pacific/Apia") == [NEVER]


SCRIPT = """
from pathlib import Path
from footfall.read.pings import read_pings
from footfall.session import local_session
from footfall.settings import PingSettings, SparkSettings
spark = local_session(SparkSettings(master="local[1]", memory="512m"))
pings = PingSettings.model_validate({"path": "PATH", "time_zone": "America/Guatemala"})
print([str(row[0]) for row in read_pings(spark, pings).rows.selectExpr("string(at)").collect()])
"""


@pytest.mark.spark
@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns"])
def test_the_time_zone_of_the_machine_means_nothing(tmp_path: Path, zone: str) -> None:
    """A run of its own, of the session that people use, on machines far apart."""
    path = tmp_path / "pings.csv"
    path.write_text("device,lat,lon,at\na,1,1,2023-03-01 09:05:00\na,1,1,2023-03-01T09:05:00Z\n")
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("PATH", str(path))],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert run.stdout.strip() == "['2023-03-01 15:05:00', '2023-03-01 09:05:00']"
