"""A defect in a Python task of Spark: the same error as in a worker of this machine."""

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from footfall.engines import Stage
from footfall.engines.spark.engine import SparkEngine
from footfall.errors import DefectError
from footfall.runs.progress import SilentStep

from .stages import DEALT, Odd, break_down

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark


def test_an_exception_of_a_task_that_nobody_thought_of_is_a_defect(spark: "SparkSession") -> None:
    """Not a failure of Spark, which machines would try again; its trace comes out of what Java says."""
    with pytest.raises(DefectError) as caught:
        list(SparkEngine(spark, "a test").run(2, [Stage(Odd(break_down), DEALT)], SilentStep()))
    assert caught.value.exit_code == 8
    assert "ZeroDivisionError in " in caught.value.what
    assert "seven by nothing" not in caught.value.what
    first, *_, last = caught.value.trace.splitlines()
    assert (first, last) == ("Traceback (most recent call last):", "ZeroDivisionError: seven by nothing")
    assert "in break_down" in caught.value.trace
