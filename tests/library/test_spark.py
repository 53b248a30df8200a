"""`footfall.spark`: the same rows of tables of Spark."""

import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import shapely

import footfall
from tests.library.town import COUNTS, EAST, PAIRS, PINGS, PLACES, SHAPES, WEST

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROWS = [(n, *row.values()) for n, row in enumerate(PINGS.to_pylist())]


@pytest.fixture
def pings(spark: "SparkSession") -> "DataFrame":
    """PINGS in three partitions, with the number of each row."""
    table = spark.createDataFrame(ROWS, "number int, device string, at timestamp, lat double, lon double")
    return table.repartition(3)


def places_of(spark: "SparkSession", kind: str) -> "DataFrame":
    """The places as a table of WKT or WKB."""
    written: Any = shapely.to_wkt if kind == "string" else shapely.to_wkb
    rows = [(name, written(shape)) for name, shape in (("west", WEST), ("east", EAST))]
    return spark.createDataFrame(rows, f"place_id string, shape {kind}")


def pairs(table: "DataFrame") -> list[tuple[int, str | None]]:
    """Numbers of rows and places."""
    return sorted((row["number"], row["place_id"]) for row in table.collect())


@pytest.mark.parametrize("kind", ["string", "binary"])
def test_tables_of_spark_are_counted_as_tables_of_arrow(
    spark: "SparkSession", pings: "DataFrame", kind: str
) -> None:
    """The same rows, suppressed where few devices are; what is of no use is warned of."""
    from footfall import spark as on_spark

    with pytest.warns(footfall.FootfallWarning, match="1 of 6 rows could not be used: 1 missing_field:lat"):
        found = on_spark.count(pings, places_of(spark, kind), k=1, **SHAPES)
    with pytest.warns(footfall.FootfallWarning):
        wanted = footfall.count(PINGS, PLACES, k=1).table
    rows = [row.asDict() for row in found.orderBy("day", "place_id").collect()]
    assert pa.Table.from_pylist(rows, wanted.schema).equals(wanted)
    assert [row["pings"] for row in rows] == [each["pings"] for each in COUNTS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", footfall.FootfallWarning)
        hidden = on_spark.count(pings, PLACES)
    assert [row["suppressed"] for row in hidden.collect()] == [True, True]


def test_a_session_of_another_time_zone_counts_the_same_days(
    spark: "SparkSession", pings: "DataFrame"
) -> None:
    """Timestamps are instants, whatever zone the session shows them in."""
    from footfall import spark as on_spark

    late = pings.where("number < 2").selectExpr("device", "lat", "lon", "at + interval 15 hours as at")
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", "Asia/Kathmandu")  # where it is the next day already
    try:
        found = on_spark.count(late, PLACES, k=1)
        assert {str(row["day"]) for row in found.collect()} == {"2023-03-01"}
    finally:
        spark.conf.set("spark.sql.session.timeZone", before)


@pytest.mark.parametrize("kind", ["string", "binary"])
def test_tables_of_spark_are_joined(spark: "SparkSession", pings: "DataFrame", kind: str) -> None:
    """Each ping with the places that hold it, and all columns of the ping."""
    from footfall import spark as on_spark

    found = on_spark.locate(pings, places_of(spark, kind), **SHAPES)
    assert found.columns == ["number", "device", "at", "lat", "lon", "place_id"]
    assert pairs(found) == PAIRS
    assert (
        found.where("device = 'ann'").select("at").collect()
        == pings.where("device = 'ann'").select("at").collect()
    )


def test_pings_in_no_place_may_be_kept(pings: "DataFrame") -> None:
    """Also those without coordinates."""
    from footfall import spark as on_spark

    found = on_spark.locate(pings, PLACES, keep=["number"], how="left")
    assert found.columns == ["number", "place_id"]
    assert pairs(found) == [*PAIRS, (4, None), (5, None)]


def test_errors_come_before_spark_counts(pings: "DataFrame") -> None:
    """By the same rules as for tables in memory."""
    from footfall import spark as on_spark

    with pytest.raises(footfall.InputError, match="The table has no column `latitude`"):
        on_spark.locate(pings, PLACES, columns={"lat": "latitude"})
    with pytest.raises(footfall.InputError, match="The pings have a column `place_id`"):
        on_spark.locate(pings.withColumnRenamed("device", "place_id"), PLACES)
    with pytest.raises(footfall.InputError, match="The table has no column `at`"):
        on_spark.count(pings.drop("at"), PLACES)
    with pytest.raises(footfall.InputError, match="The input holds no ping that can be used"):
        on_spark.count(pings.where("false"), PLACES)
    with pytest.raises(footfall.SettingsError, match="Weeks and months are counted by"):
        on_spark.count(pings, PLACES, period="week")


def test_without_spark_the_extra_is_named() -> None:
    """One error, when the module is imported; the rest of the library needs no Spark."""
    script = (
        "import sys\nsys.modules['pyspark'] = None\nimport footfall\nprint(footfall.count.__name__)\n"
        "try:\n    footfall.spark\nexcept footfall.SettingsError as error:\n    print(error.what, error.fix)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["count", "Spark is not installed pip install 'footfall[spark]'"]


def table_of_shapes(spark: "SparkSession") -> "DataFrame":
    """The places, with shapes as a type of its own, as Sedona has one: Python gets shapes of shapely."""
    from pyspark.sql.types import BinaryType, StringType, StructField, StructType, UserDefinedType

    class ShapeType(UserDefinedType):  # type: ignore[type-arg]
        """WKB for Spark."""

        @classmethod
        def sqlType(cls) -> BinaryType:  # noqa: N802
            """Stored as bytes."""
            return BinaryType()

        @classmethod
        def module(cls) -> str:
            """Where Python finds it."""
            return __name__

        def serialize(self, obj: shapely.Geometry) -> bytes:
            """As WKB."""
            return bytes(shapely.to_wkb(obj))

        def deserialize(self, datum: bytes) -> shapely.Geometry:
            """From WKB."""
            return shapely.from_wkb(bytes(datum))

    ShapeType.__qualname__ = "ShapeType"
    globals()["ShapeType"] = ShapeType
    schema = StructType([StructField("place_id", StringType()), StructField("geom", ShapeType())])
    return spark.createDataFrame([("west", WEST), ("east", EAST)], schema, verifySchema=False)


def test_a_column_of_shapes_needs_no_mapping(spark: "SparkSession", pings: "DataFrame") -> None:
    """Its type says what it is."""
    from footfall import spark as on_spark

    assert pairs(on_spark.locate(pings, table_of_shapes(spark))) == PAIRS
