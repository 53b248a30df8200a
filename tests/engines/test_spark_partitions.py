"""Where Spark sends the parts of the shuffle: each has its own partition."""

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from footfall.engines.spark.partitions import labels
from footfall.shuffle.records import MOST_PARTS

PARTS = (1, 2, 7, 40)


@pytest.mark.parametrize("parts", PARTS)
def test_spark_sends_each_label_to_the_partition_of_its_part(spark: SparkSession, parts: int) -> None:
    """As `repartition` places them: the partition of the n-th label is the n-th."""
    rows = [(number, label) for number, label in enumerate(labels(parts).tolist())]
    table = spark.createDataFrame(rows, "number int, part int").repartition(parts, "part")
    found = table.select("number", f.spark_partition_id().alias("partition")).collect()
    assert sorted((row.number, row.partition) for row in found) == [(n, n) for n in range(parts)]


@pytest.mark.parametrize("parts", [*PARTS, 1000, MOST_PARTS])
def test_no_two_parts_have_the_same_label(parts: int) -> None:
    """Nor does any part have none; none is negative, as -1 means `not found yet`."""
    found = labels(parts)
    assert (len(found), len(set(found.tolist()))) == (parts, parts)
    assert found.min() >= 0
