"""The files that a run gives to the table: what it lists of them, and which of them are deleted."""

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from footfall.errors import InfrastructureError, SettingsError
from footfall.publish import write_piece
from footfall.schema import FOOTFALL
from tests.stores.lake import Bucket
from tests.stores.test_table import DAY, NEXT, Opens, found, publish, rows, stage, told

SUMMED = ("pings", "visits")


def test_readers_skip_files_by_the_bounds_of_their_columns(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """What Spark itself would have listed of a file: rows, bytes, nulls, least and greatest place."""
    publish(output("run-1"), {DAY: {"A": 3, "B": None, "C": 4}})
    (file,) = told(lake, bucket, "files")
    key = file.file_path.removeprefix(f"{bucket.output}/")
    assert key == f"footfall/data/day={DAY}/run-1-00000.parquet"
    assert (file.record_count, file.file_size_in_bytes) == (3, len(bucket.objects("out/")[key]))
    metrics = file.readable_metrics
    assert (metrics.place_id.lower_bound, metrics.place_id.upper_bound) == ("A", "C")
    assert (metrics.pings.null_value_count, metrics.pings.upper_bound) == (1, 4)
    name = f"lake.{bucket.database}.footfall"
    assert [row.pings for row in lake.table(name).where("place_id = 'C'").collect()] == [4]


def test_a_day_in_pieces_is_one_day(lake: SparkSession, bucket: Bucket, output: Opens) -> None:
    """Each piece is a file of the table; what is read back and compared with is all of them."""
    run = output("run-1")
    with run.begin() as target:
        run.stage([write_piece(target, DAY, number, rows(DAY, {p: 1})) for number, p in enumerate("AB")])
        assert [row["place_id"] for batch in run.staged(DAY) for row in batch.to_pylist()] == ["A", "B"]
        run.publish([DAY])
    assert found(lake, bucket) == [(DAY, "A", 1), (DAY, "B", 1)]
    assert len(told(lake, bucket, "files")) == 2
    assert output("run-2").sums([DAY], SUMMED) == {DAY: {"pings": 2, "visits": 2}}


def test_what_was_published_is_read_back(bucket: Bucket, output: Opens) -> None:
    """As it was when the run began; None where there is no such day."""
    publish(output("run-1"), {DAY: {"A": 3, "B": None}})
    late = output("run-2")
    publish(output("run-3"), {DAY: {"A": 9}})
    published = late.published(DAY)
    assert published is not None
    assert pa.Table.from_batches(published, FOOTFALL).equals(rows(DAY, {"A": 3, "B": None}))
    assert late.published(NEXT) is None


@pytest.mark.parametrize("publishes", [True, False])
def test_files_that_are_in_no_table_are_deleted_at_the_end(
    bucket: Bucket, output: Opens, publishes: bool
) -> None:
    """Those of a run that was refused; those of one that published stay."""
    run = output("run-1")
    with run.begin() as target:
        stage(run, target, {DAY: {"A": 1}})
        if publishes:
            run.publish([DAY])
    assert bool(bucket.objects("out/footfall/data/")) is publishes


def test_files_stay_where_it_is_not_known_whether_they_were_published(
    bucket: Bucket, output: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table may list them."""
    run = output("run-1")

    def lost(*_: object) -> None:
        raise InfrastructureError("It is not known", where="the catalog", fix="Run again.")

    def publish_once() -> None:
        with run.begin() as target:
            stage(run, target, {DAY: {"A": 1}})
            monkeypatch.setattr(run.table, "publish", lost)
            run.publish([DAY])

    with pytest.raises(InfrastructureError, match="not known"):
        publish_once()
    assert bucket.objects("out/footfall/data/")


def test_a_day_with_rows_deleted_beside_its_file_is_not_compared_with(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """What stands in the file is no longer all; the error says what to do."""
    publish(output("run-1"), {DAY: {"A": 3, "B": 4}, NEXT: {"A": 1}})
    name = f"lake.{bucket.database}.footfall"
    lake.sql(
        f"ALTER TABLE {name} SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read', 'format-version' = '2')"
    )
    lake.sql(f"DELETE FROM {name} WHERE place_id = 'B'")  # noqa: S608 - a name of the test's own
    run = output("run-2")
    assert run.sums([NEXT], SUMMED) == {NEXT: {"pings": 1, "visits": 1}}
    with pytest.raises(SettingsError, match="deleted") as refused:
        run.sums([DAY], SUMMED)
    assert "footfall maintain" in refused.value.fix
