"""The DAG of airflow/ with Glue as its target, in a real Airflow; the run of Glue does what the test says."""

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.glue.service import GlueService, Run
from tests.stores.servers import free_port, wait_for

ROOT = Path(__file__).parents[2]
AIRFLOW = ROOT / "airflow/.venv/bin/airflow"
SUMMARY = json.dumps({"step": "summary", "state": "published", "visits": 7, "report": "/out/r1/report.html"})


SERVICES = ("api-server", "dag-processor", "scheduler", "triggerer")
pytestmark = pytest.mark.skipif(
    not AIRFLOW.exists(), reason="Airflow has an environment of its own: make test-airflow"
)


def surroundings(service: GlueService, job: str, home: Path) -> dict[str, str]:
    """The variables of an Airflow with a database of its own, whose DAG runs a job of Glue."""
    environ = {
        **os.environ,
        **service.environment,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow/dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "airflow/plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_VAR_FOOTFALL_COMMAND": str(ROOT / ".venv/bin/footfall"),
        "AIRFLOW_VAR_FOOTFALL_TARGET": "glue",
        "AIRFLOW_VAR_FOOTFALL_FLAGS": f"--job {job}",
    }
    subprocess.run([AIRFLOW, "db", "migrate"], env=environ, check=True, capture_output=True)
    return environ


def test_a_day_is_run_on_glue_and_the_task_succeeds(
    service: GlueService, deployed: str, tmp_path: Path
) -> None:
    """On the morning of the second the run of Glue is asked for the first; its lines are in the log of the task."""
    environ = surroundings(service, deployed, tmp_path)
    words = [AIRFLOW, "dags", "test", "footfall_daily", "2023-03-02T09:00:00+00:00"]
    said = tmp_path / "said.log"
    with said.open("w") as log:
        process = subprocess.Popen(words, env=environ, stdout=log, stderr=subprocess.STDOUT)
    run = service.await_run(seconds=180)
    assert run["Arguments"]["--days"] == "2023-03-01"
    run["JobRunState"] = "RUNNING"
    service.write(run, "a line of the driver")
    service.write(run, SUMMARY, to="output")
    service.end(run, "SUCCEEDED")
    assert process.wait(300) == 0, said.read_text()
    assert "a line of the driver" in said.read_text()


@contextmanager
def services(environ: dict[str, str], port: int, home: Path) -> Iterator[None]:
    """All of Airflow's services, on SQLite, each as a process of its own; tasks need the first one, at this port."""
    processes = []
    try:
        for name in SERVICES:
            with (home / f"{name}.log").open("w") as log:
                process = subprocess.Popen(
                    [AIRFLOW, name], env=environ, stdout=log, stderr=log, cwd=home, start_new_session=True
                )
            processes.append(process)
            wait_for(port, 300)
        yield
    finally:
        for process in processes:  # with their children; asked to end, the API server waits for its callers
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def airflow(environ: dict[str, str], *words: str) -> str:
    """What a command of Airflow prints."""
    return subprocess.run([AIRFLOW, *words], env=environ, check=True, capture_output=True, text=True).stdout


def states(environ: dict[str, str]) -> dict[str, int]:
    """How many days of the backfill are in which state."""
    said = airflow(environ, "dags", "list-runs", "footfall_daily", "--output", "json")
    runs = json.loads([line for line in said.splitlines() if line.startswith("[{")][-1])
    told = [run["state"] for run in runs if run["run_id"].startswith("backfill")]
    return {state: told.count(state) for state in told}


def asked_of(service: GlueService) -> list[str]:
    """The days that runs of Glue were asked for; that of today comes by the schedule."""
    return [day for run in service.runs if (day := run["Arguments"]["--days"]) < "2024"]


def await_that(holds: Callable[[], bool]) -> None:
    """Look every ten seconds whether something holds, for ten minutes."""
    until = time.monotonic() + 600
    while not holds():
        assert time.monotonic() < until, "it does not come true"
        time.sleep(10)


@pytest.mark.skipif(
    not os.environ.get("AIRFLOW_SERVICES"),
    reason="all services of Airflow take minutes: make test-airflow AIRFLOW_SERVICES=yes",
)
def test_a_backfill_is_run_by_the_scheduler_and_a_second_one_counts_again(
    service: GlueService, deployed: str, tmp_path: Path
) -> None:
    """Three days by Airflow's own command: each is one run of Glue, waited for in the triggerer, and all succeed.

    The second backfill is told to take days that have ended: it clears their tasks, and each day has a second run.
    """
    port, days = free_port(), ["2023-03-01", "2023-03-02", "2023-03-03"]
    environ = {
        **surroundings(service, deployed, tmp_path),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
    }

    def end(run: Run) -> None:
        service.write(run, SUMMARY, to="output")
        service.end(run, "SUCCEEDED")

    service.on_start = end
    airflow(environ, "dags", "reserialize")
    create = ["backfill", "create", "--dag-id", "footfall_daily", "--max-active-runs", "2"]
    create += ["--from-date", days[0], "--to-date", "2023-03-04"]
    airflow(environ, *create)  # before the services run: SQLite takes one writer at a time
    with services(environ, port, tmp_path):
        await_that(lambda: states(environ) == {"success": 3})
        again = [AIRFLOW, *create, "--reprocess-behavior", "completed"]
        # Airflow takes no second backfill before it has noted the end of the first.
        await_that(
            lambda: subprocess.run(again, env=environ, capture_output=True, check=False).returncode == 0
        )
        await_that(lambda: len(asked_of(service)) == 6 and states(environ) == {"success": 3})
    assert sorted(asked_of(service)) == sorted(days + days)
    triggered = [log.read_text() for log in tmp_path.glob("logs/*/run_id=backfill*/*/*.trigger.*.log")]
    assert sum("Trigger fired event" in log for log in triggered) == 6
