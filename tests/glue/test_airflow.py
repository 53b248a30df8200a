"""The DAG of airflow/ with Glue as its target, in a real Airflow; the run of Glue does what the test says."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.glue.service import GlueService

ROOT = Path(__file__).parents[2]
AIRFLOW = ROOT / "airflow/.venv/bin/airflow"
SUMMARY = json.dumps({"step": "summary", "state": "published", "visits": 7, "report": "/out/r1/report.html"})


@pytest.mark.skipif(not AIRFLOW.exists(), reason="Airflow has an environment of its own: make test-airflow")
def test_a_day_is_run_on_glue_and_the_task_succeeds(
    service: GlueService, deployed: str, tmp_path: Path
) -> None:
    """On the morning of the second the run of Glue is asked for the first; its lines are in the log of the task."""
    environ = {
        **os.environ,
        **service.environment,
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow/dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "airflow/plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_VAR_FOOTFALL_COMMAND": str(ROOT / ".venv/bin/footfall"),
        "AIRFLOW_VAR_FOOTFALL_TARGET": "glue",
        "AIRFLOW_VAR_FOOTFALL_FLAGS": f"--job {deployed}",
    }
    subprocess.run([AIRFLOW, "db", "migrate"], env=environ, check=True, capture_output=True)
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
