"""How packed pings travel: each part has its own partition, and records are as small as they can be."""

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from footfall.engines.spark.partitions import labels
from footfall.shuffle.records import MARK, MOST_PARTS, PING, PINGS_PER_PART, parts_for

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


def test_records_have_no_padding() -> None:
    """Bytes are what is sent: four numbers of 8 bytes and two of 4; two of 8."""
    assert (PING.itemsize, MARK.itemsize) == (32, 16)


@pytest.mark.parametrize(
    ("pings", "parts"),
    [
        (0, 1),
        (PINGS_PER_PART - 1, 1),
        (PINGS_PER_PART, 2),
        (10 * PINGS_PER_PART, 11),
        (10**12, MOST_PARTS),
    ],
)
def test_parts_grow_with_the_pings_up_to_a_limit(pings: int, parts: int) -> None:
    """The number of a part has to fit into 16 bits."""
    assert parts_for(pings) == parts
    assert MOST_PARTS <= 2**16
