"""The Spark engine by Spark Connect, on Sail: a server of Spark's protocol without Java, which has no SparkContext."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pysail") is None, reason="pysail is not installed: pip install pysail==0.7.2"
)

ROOT = Path(__file__).parents[2]
FOOTFALL = (sys.executable, "-m", "footfall")

SERVE = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer(ip="127.0.0.1", port=0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()
"""


ENGINE = """
import json, sys
from pathlib import Path
from footfall.engines import Stage
from footfall.engines.spark import workers
from footfall.engines.spark.engine import SparkEngine
from footfall.engines.spark.session import remote_session
from footfall.errors import FootfallError
from footfall.runs.progress import SilentStep
from tests.engines.stages import DEALT, GATHERED, Deal, Gather, Odd, break_down, refuse
engine = SparkEngine(remote_session(sys.argv[1]), "the test asks for it")
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of Spark Connect on this machine."""
    words, pipe = (sys.executable, "-c", SERVE), subprocess.PIPE
    with subprocess.Popen(
        words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        yield f"sc://127.0.0.1:{int(server.stdout.readline())}"
        server.kill()


def counted(output: Path, *words: str) -> dict[str, Any]:
    """The manifest of a run of the sample."""
    run = subprocess.run(
        (*FOOTFALL, "run", "--output", str(output), *words), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    (manifest,) = output.glob("runs/*/manifest.json")
    read: dict[str, Any] = json.loads(manifest.read_text())
    return read


def quarantined(output: Path) -> list[dict[str, Any]]:
    """The rows of the quarantine without the id of the run, in order."""
    (folder,) = output.glob("quarantine/*")
    rows = ds.dataset(folder).to_table().drop_columns(["run_id"]).to_pylist()
    return sorted(rows, key=lambda row: (row["file"], row["line"]))


def test_a_run_behind_spark_connect_counts_what_the_embedded_engine_counts(
    address: str, tmp_path: Path
) -> None:
    """Equal digests of each day, equal counts, and the same rows in the quarantine, though parts lie together."""
    ours = counted(tmp_path / "ours", "--engine", "embedded")
    theirs = counted(tmp_path / "theirs", "--engine", "spark", "--spark-remote", address)
    assert (ours["engine"]["name"], theirs["engine"]["name"]) == ("embedded", "spark")
    assert theirs["digests"] == ours["digests"] != {}
    assert theirs["counts"] == ours["counts"]
    assert ours["counts"]["quarantined"] > 0
    assert quarantined(tmp_path / "theirs") == quarantined(tmp_path / "ours") != []


def on_server(address: str, script: str) -> str:
    """What a script prints that has an `engine` on the server; a process of its own, as this one has another Spark."""
    run = subprocess.run(
        (sys.executable, "-c", ENGINE + script, address),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_all_rows_of_a_part_come_together(address: str) -> None:
    """Tasks 0, 1 and 2 deal ten numbers each to three parts by their remainder; who has one has all of its part."""
    said = on_server(
        address,
        """
stages = [Stage(Deal(3), DEALT, 3), Stage(Gather(), GATHERED)]
print(json.dumps([row["values"] for batch in engine.run(3, stages, SilentStep()) for row in batch.to_pylist()]))
""",
    )
    held = [set(values) for values in json.loads(said)]
    every = [n for task in (0, 100, 200) for n in range(task, task + 10)]
    assert sorted(n for values in held for n in values) == every
    for part in range(3):
        whole = {n for n in every if n % 3 == part}
        assert sum(bool(whole & values) for values in held) == 1


def test_the_error_of_a_worker_says_what_to_do(address: str) -> None:
    """What a task raised arrives as the same error, and what nobody expected as a defect that names its kind."""
    said = on_server(
        address,
        """
for happens in (refuse, break_down):
    try:
        list(engine.run(3, [Stage(Odd(happens), DEALT, 2), Stage(Gather(), GATHERED)], SilentStep()))
    except FootfallError as error:
        print(type(error).__name__, error.what, "|", error.where)
""",
    )
    refusal, defect = said.splitlines()
    assert refusal == "InputError The file is torn | pings.csv, line 3"
    assert defect.startswith("DefectError This is a defect of footfall itself")
    assert "ZeroDivisionError" in defect


def test_a_server_of_another_machine_that_takes_no_files_is_refused(address: str) -> None:
    """Sail has no artifacts: the index cannot get to its workers unless they are here."""
    said = on_server(
        address,
        """
workers.are_workers_local = lambda session: False
try:
    engine.send(Path(__import__("pysail").__file__))
except FootfallError as error:
    print(type(error).__name__, error.what, "|", error.fix)
""",
    )
    assert said.startswith("SettingsError The Spark Connect server takes no files")
    assert "Run the job on the machine of the server" in said
