"""Runs of the DAG, as `airflow dags test` does them: the trigger in this process, footfall in one of its own."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("airflow.sdk", reason="Airflow has an environment of its own: make test-airflow")

from tests.airflow.conftest import FOOTFALL

MORNING_AFTER = datetime(2023, 3, 2, 9, tzinfo=UTC)


def task(run: Any) -> Any:
    """The one task of a run of the DAG."""
    (instance,) = run.get_task_instances()
    return instance


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings for three small days, from 2023-03-01 on."""
    folder = tmp_path_factory.mktemp("sample")
    words = [FOOTFALL, "sample", str(folder), "--pings", "300", "--places", "5", "--no-defects"]
    subprocess.run(words, check=True, capture_output=True)
    return folder / "settings.yaml"


def test_the_day_of_the_data_interval_is_counted_here(
    dag: Any, variables: Any, settings: Path, tmp_path: Path
) -> None:
    """On the morning of the second the first is published, and no other day."""
    variables(target="local", flags=f"--settings {settings} --output {tmp_path}")
    run = dag.test(logical_date=MORNING_AFTER)
    assert str(run.state) == "success"
    assert [path.name for path in (tmp_path / "footfall").glob("day=*")] == ["day=2023-03-01"]
    summary = task(run).xcom_pull(task_ids="count")
    assert (summary["state"], summary["days"]) == ("published", 1)
    assert Path(summary["report"]).is_file()


def test_a_day_without_pings_fails_and_is_not_tried_again(
    dag: Any, variables: Any, settings: Path, tmp_path: Path
) -> None:
    """The parameter names the day; footfall ends with the code for inputs."""
    variables(target="local", flags=f"--settings {settings} --output {tmp_path}")
    run = dag.test(logical_date=None, run_conf={"day": "2031-01-01"})
    assert (str(run.state), str(task(run).state), task(run).try_number) == ("failed", "failed", 1)
    assert list((tmp_path / "footfall").glob("day=*")) == []


@pytest.mark.skipif(
    not (os.environ.get("KUBECONFIG") and os.environ.get("NAMESPACE_UNDER_TEST")),
    reason="KUBECONFIG and NAMESPACE_UNDER_TEST name no cluster with a template and pings of 2023-03-01",
)
def test_a_day_is_counted_on_the_cluster(dag: Any, variables: Any) -> None:
    """Or reported, where it was counted before."""
    variables(target="kubernetes", flags=f"--namespace {os.environ['NAMESPACE_UNDER_TEST']}")
    run = dag.test(logical_date=MORNING_AFTER)
    assert str(run.state) == "success"
    assert task(run).xcom_pull(task_ids="count")["application"].startswith("footfall-20230301-")
