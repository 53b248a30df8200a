"""The whole job with a bucket at both ends: pings and places come from it, table and reports go to it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from footfall.errors import GateRefused
from tests.run.conftest import PINGS, PLACES, Counts, on_spark, runner
from tests.stores.lake import Bucket

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)


@pytest.fixture
def run(lake: SparkSession, bucket: Bucket, tmp_path: Path) -> Counts:
    """Run the job on the nine rows and two shops in the bucket, with settings over the usual ones."""
    runs = runner(on_spark(lake), tmp_path)
    usual: dict[str, Any] = {
        "pings": {"path": bucket.put("in/pings.csv", PINGS.encode())},
        "places": {"path": bucket.put("in/places.geojson", PLACES.encode()), "columns": {"name": "name"}},
        "output": bucket.output,
        "catalog": bucket.catalog,
    }
    return lambda **settings: runs(**{**usual, **settings})


def published(spark: SparkSession, bucket: Bucket, day: date) -> list[tuple[Any, ...]]:
    """Place, pings, devices, visits, single pings and median dwell of a published day."""
    names = ("place_id", "pings", "devices", "visits", "single_ping_visits", "dwell_seconds_p50")
    rows = spark.table(f"lake.{bucket.database}.footfall").where(f"day = '{day}'").select(*names).collect()
    return sorted(map(tuple, rows))


def test_each_place_has_its_counts_on_each_day(lake: SparkSession, bucket: Bucket, run: Counts) -> None:
    """The same numbers as in a local folder; manifest, report and quarantine are objects beside the table."""
    finished = run()
    assert finished.refusal is None
    assert published(lake, bucket, DAY) == [("A", 3, 2, 2, 1, 600.0), ("B", 1, 1, 1, 1, None)]
    assert published(lake, bucket, NEXT) == [("A", 0, 0, 0, 0, None), ("B", 1, 1, 1, 1, None)]

    runs = bucket.objects("out/runs/run-1/")
    assert set(runs) == {"alive.json", "manifest.json", "report.json", "report.html"}
    assert finished.page == f"{bucket.output}/runs/run-1/report.html"
    manifest = json.loads(runs["manifest.json"])
    assert (manifest["state"], manifest["output"]) == ("published", bucket.output)
    assert [manifest["counts"][n] for n in ("scanned", "duplicate", "quarantined", "inside_places")] == [
        9,
        1,
        1,
        5,
    ]

    files = bucket.objects("out/quarantine/run=run-1/")
    rows = [row for name, file in files.items() if name.endswith(".parquet") for row in _rows(file)]
    assert [(row["reason"], row["file"]) for row in rows] == [
        ("wrong_type:lon", f"s3://{bucket.name}/in/pings.csv")
    ]


def test_a_row_that_gives_a_suppressed_one_away_is_in_no_file_of_the_table(
    lake: SparkSession, bucket: Bucket, run: Counts
) -> None:
    """Without pings in no place, A's row would tell the one of B: both are null, in any file."""
    few = "".join(line for line in PINGS.splitlines(True) if line[:2] not in ("d3", "d4", "d5"))
    run(pings={"path": bucket.put("in/few.csv", few.encode())}, privacy={"k": 2})
    hidden = [("A", *[None] * 5), ("B", *[None] * 5)]
    assert published(lake, bucket, DAY) == published(lake, bucket, NEXT) == hidden
    files = [file for name, file in bucket.objects("").items() if name.endswith(".parquet")]
    rows = [row for file in files for row in _rows(file)]
    assert len(rows) == 4
    assert all(row["suppressed"] and row["pings"] is None for row in rows)


def test_the_manifest_names_the_inputs_by_address_and_etag(bucket: Bucket, run: Counts) -> None:
    """The ETag that the store itself gives; nothing is read a second time for a digest."""
    run()
    manifest = json.loads(bucket.objects("out/runs/run-1/")["manifest.json"])
    client = bucket.servers.client()
    told = {
        source["path"]: (source["bytes"], source["version"], source["sha256"])
        for source in manifest["inputs"]
    }
    for key in ("in/pings.csv", "in/places.geojson"):
        head = client.head_object(Bucket=bucket.name, Key=key)
        asked = (head["ContentLength"], head["ETag"].strip('"'), None)
        assert told[f"s3://{bucket.name}/{key}"] == asked


def test_an_asked_day_without_pings_is_published_as_zeros(
    lake: SparkSession, bucket: Bucket, run: Counts
) -> None:
    """What was there before is replaced, and the other day stays."""
    run()
    empty = bucket.put("in/empty.csv", b"device,at,lon,lat\nd9,2023-03-09 01:00:00,2.5,0.5\n")
    assert run(pings={"path": empty}, day=str(DAY), allow_empty=True).refusal is None
    assert published(lake, bucket, DAY) == [("A", 0, 0, 0, 0, None), ("B", 0, 0, 0, 0, None)]
    assert published(lake, bucket, NEXT) == [("A", 0, 0, 0, 0, None), ("B", 1, 1, 1, 1, None)]


def test_a_refused_run_leaves_the_table_as_it_was_and_tells_why(
    lake: SparkSession, bucket: Bucket, run: Counts
) -> None:
    """The report and the manifest of the refused run are there all the same."""
    run()
    before = published(lake, bucket, DAY)
    finished = run(quality={"max_quarantined_share": 0.1})
    assert isinstance(finished.refusal, GateRefused)
    assert published(lake, bucket, DAY) == before
    assert json.loads(bucket.objects("out/runs/run-2/")["manifest.json"])["exit_code"] == 4


def test_parquet_in_a_bucket_is_found_by_a_glob(lake: SparkSession, bucket: Bucket, run: Counts) -> None:
    """Files of folders by day; Spark reads them, because they are on no machine's own disk."""
    for day, place in ((DAY, 0.5), (NEXT, 2.5)):
        columns = {"device": ["d1"], "at": [f"{day} 10:00:00"], "lon": [place], "lat": [0.5]}
        content = pa.BufferOutputStream()
        pq.write_table(pa.table(columns), content)
        bucket.put(f"in/day={day}/pings.parquet", content.getvalue().to_pybytes())
    run(pings={"path": f"s3://{bucket.name}/in/day=*/*.parquet"})
    assert published(lake, bucket, DAY) == [("A", 1, 1, 1, 1, None), ("B", 0, 0, 0, 0, None)]
    assert published(lake, bucket, NEXT) == [("A", 0, 0, 0, 0, None), ("B", 1, 1, 1, 1, None)]


def _rows(file: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(pa.BufferReader(file)).to_pylist()
    return rows
