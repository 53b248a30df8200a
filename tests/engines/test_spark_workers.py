"""What Spark's Python workers talk through, and what they are given."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from pyspark.sql import SparkSession

from footfall.engines.spark.workers import Batches, are_workers_local, cores, map_batches, send_file, sockets

FOLDER = "spark.python.unix.domain.socket.dir"


def test_only_this_user_may_enter_the_folder_of_sockets() -> None:
    """Whoever can connect needs no secret there."""
    folder = Path(sockets()[FOLDER])
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_sessions_share_no_folder() -> None:
    """Each has its own."""
    assert sockets()[FOLDER] != sockets()[FOLDER]


def test_where_a_path_would_be_too_long_java_and_python_talk_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system refuses sockets with long paths."""
    deep = tmp_path / ("x" * 60)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert sockets() == {}
    assert list(deep.iterdir()) == []


@pytest.mark.parametrize(
    ("master", "here"),
    [("local", True), ("local[*]", True), ("local-cluster[1,1,1024]", False), ("k8s://https://x", False)],
)
def test_only_workers_of_a_local_run_are_local(master: str, here: bool) -> None:
    """All others may be where local files are not."""
    session: Any = SimpleNamespace(_jvm=None, sparkContext=SimpleNamespace(master=master))
    assert are_workers_local(session) == here


SIZED = {"spark.executor.instances": "3", "spark.executor.cores": "2"}


@pytest.mark.parametrize(
    ("configuration", "known"),
    [
        (SIZED, 6),
        ({**SIZED, "spark.dynamicAllocation.enabled": "true"}, None),
        ({"spark.executor.cores": "2"}, None),
        ({}, None),
    ],
)
def test_the_cores_of_a_cluster_are_known_before_its_executors_are_there(
    configuration: dict[str, str], known: int | None
) -> None:
    """So that the driver need not wait for them to deal out tasks; where their number may change, it has to ask."""
    session: Any = SimpleNamespace(sparkContext=SimpleNamespace(getConf=lambda: configuration))
    assert cores(session) == known


@pytest.mark.parametrize("master", ["local[2]", "k8s://https://x"])
def test_workers_read_a_file_that_was_sent(spark: SparkSession, tmp_path: Path, master: str) -> None:
    """Where it is when they are here; else a copy, which each has from Spark."""
    file = tmp_path / "places.txt"
    file.write_text("two places")
    session: Any = SimpleNamespace(
        _jvm=None, sparkContext=SimpleNamespace(master=master, addFile=spark.sparkContext.addFile)
    )
    where = send_file(session, file)

    def read(_: Batches) -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pydict({"path": [str(where())], "text": [where().read_text()]})

    (row,) = map_batches(spark.range(0, 1, 1, 1), read, "path string, text string").collect()
    assert row.text == "two places"
    assert (row.path == str(file)) == are_workers_local(session)
