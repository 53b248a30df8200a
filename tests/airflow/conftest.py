"""A real Airflow with a database of its own, in which the DAG is the only one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOME = TemporaryDirectory(prefix="footfall-airflow-")
FOOTFALL = str(ROOT / ".venv/bin/footfall")

# Airflow reads its settings when it is imported, which is before any fixture.
os.environ.update(
    {
        "AIRFLOW_HOME": HOME.name,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow/dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "airflow/plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW_VAR_FOOTFALL_COMMAND": FOOTFALL,
    }
)


@pytest.fixture(scope="session")
def airflow() -> None:
    """The database, as `airflow db migrate` makes it."""
    words = [sys.executable, "-m", "airflow", "db", "migrate"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def dags(airflow: None) -> Any:
    """All that Airflow finds in the folder."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    assert bag.import_errors == {}
    return bag


@pytest.fixture
def dag(dags: Any) -> Any:
    """The DAG."""
    return dags.dags["footfall_daily"]


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets variables of Airflow for one test."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"AIRFLOW_VAR_FOOTFALL_{name.upper()}", value)

    return put
