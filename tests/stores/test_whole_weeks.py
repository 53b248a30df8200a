"""Runs that count weeks into a bucket, and the commands that read them there."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from pyspark.sql import SparkSession

from footfall.cli import main
from tests.run.conftest import PLACES, embedded, on_spark, runner
from tests.run.test_periods import HEAD, IN_A, PINGS, WEEK
from tests.stores.lake import Bucket


@pytest.fixture
def settings(bucket: Bucket, tmp_path: Path) -> Path:
    """A file of settings that counts weeks into the bucket."""
    (tmp_path / "pings.csv").write_text("\n".join([HEAD, *PINGS, f"d4,2023-03-01 10:00:00,{IN_A}"]) + "\n")
    (tmp_path / "places.geojson").write_text(PLACES)
    given = {
        "pings": {"path": str(tmp_path / "pings.csv")},
        "places": {"path": str(tmp_path / "places.geojson"), "columns": {"name": "name"}},
        "output": bucket.output,
        "catalog": bucket.catalog,
        "privacy": {"k": 1},
        **WEEK,
        "days": {"from": "2023-02-20", "to": "2023-03-05"},
    }
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(given))
    return file


def test_the_weeks_of_a_run_are_those_of_a_folder_and_commands_read_them(
    lake: SparkSession, bucket: Bucket, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same digests on both; exports, differences, explanations and the plan know the table."""
    given = yaml.safe_load(settings.read_text())
    finished = runner(on_spark(lake), tmp_path)(**given)
    assert finished.refusal is None
    local = {name: given[name] for name in ("pings", "places", "privacy", "period", "days", "allow_empty")}
    beside = runner(embedded, tmp_path, first=7)(**local, output=str(tmp_path / "local"))
    digests = {each["period"]: each["digest"] for each in finished.report["periods"]}
    assert digests == {each["period"]: each["digest"] for each in beside.report["periods"]}
    assert sorted(digests) == ["2023-W08", "2023-W09"]

    at = ["--settings", str(settings)]
    assert main(["export", str(tmp_path / "weeks.csv"), "--by", "week", *at]) == 0
    with (tmp_path / "weeks.csv").open() as file:
        exported = [[row[name] for name in ("place_id", "week", "devices")] for row in csv.DictReader(file)]
    assert exported == [
        ["A", "2023-W08", "2"], ["B", "2023-W08", "0"], ["A", "2023-W09", "1"], ["B", "2023-W09", "1"],
    ]  # fmt: skip
    capsys.readouterr()
    assert main(["diff", "2023-W08", "2023-W09", *at, "--format", "json"]) == 1
    (change,) = json.loads(capsys.readouterr().out)["days"]
    assert {column["name"]: (column["before"], column["after"]) for column in change["columns"]}[
        "devices"
    ] == (2, 2)
    assert main(["diff", "2023-W08", "2023-W12", *at]) == 3
    assert "Published are 2023-W08 to 2023-W09" in capsys.readouterr().err
    assert main(["diff", "2023-02", "2023-03", *at]) == 3
    assert "footfall_month" in capsys.readouterr().err
    assert main(["explain", "number", "A", "--day", "2023-02-20", *at]) == 0
    capsys.readouterr()
    assert main(["plan", "--from", "2023-02-20", "--to", "2023-03-05", *at]) == 0
    assert capsys.readouterr().out.count("2023-W0") == 2


def test_a_week_is_suppressed_with_its_days_in_every_file(
    lake: SparkSession, bucket: Bucket, settings: Path, tmp_path: Path
) -> None:
    """Two devices in A over the week, and one a day: no file of either table has a number of it."""
    given = yaml.safe_load(settings.read_text())
    assert runner(on_spark(lake), tmp_path)(**{**given, "privacy": {"k": 2}}).refusal is None
    files = [
        file for name, file in bucket.objects("").items() if name.endswith(".parquet") and "/data/" in name
    ]
    shown = {
        row["pings"]
        for file in files
        for row in pq.read_table(pa.BufferReader(file)).to_pylist()
        if row["pings"]
    }
    assert shown == set()
    hidden = (
        lake.table(f"lake.{bucket.database}.footfall_week").where("suppressed").select("place_id").collect()
    )
    assert {row.place_id for row in hidden} == {"A", "B"}
