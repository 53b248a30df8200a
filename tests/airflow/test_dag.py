"""The DAG as Airflow reads it, and what it makes of the exit codes of footfall."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("airflow.sdk", reason="Airflow has an environment of its own: make test-airflow")
from airflow.models.taskinstance import TaskInstance, clear_task_instances
from airflow.sdk.exceptions import AirflowException, AirflowFailException, TaskDeferred
from airflow.utils.session import create_session
from footfall_run import FollowRun, FootfallOperator
from sqlalchemy import select

from tests.airflow.conftest import ROOT

SUMMARY = {
    "state": "published",
    "application": "footfall-20230301-1a",
    "report": "s3://bucket/runs/a b/report.html",
}


def count(**changes: Any) -> FootfallOperator:
    """The task, for one day."""
    return FootfallOperator(task_id="count", **{"day": "2023-03-01", **changes})


def ended(code: int | None, operator: FootfallOperator | None = None) -> Any:
    """What the task makes of an exit code."""
    event = {
        "exit_code": code,
        "summary": SUMMARY if code == 0 else None,
        "said": "The words\n  where: x\n  do:    y",
    }
    return (operator or count()).ended({}, event)


def test_there_is_one_dag_with_one_task(dags: Any) -> None:
    """Everything else is for footfall to do."""
    assert {name: dag.task_ids for name, dag in dags.dags.items()} == {"footfall_daily": ["count"]}


def test_days_are_bounded_and_not_caught_up_by_accident(dag: Any) -> None:
    """Two at once, as the quota allows; a month is run again on purpose."""
    assert (dag.max_active_runs, dag.catchup) == (2, False)


@pytest.mark.parametrize("code", [2, 3, 4, 5, 7, 8, 1, 126, 130])
def test_what_would_end_the_same_way_again_is_not_tried_again(code: int) -> None:
    """The words of the run are those of the failure."""
    with pytest.raises(AirflowFailException, match=f"ended with {code} on 2023-03-01: The words"):
        ended(code)


@pytest.mark.parametrize("code", [6, 11, 50, 52, 53, 134, 137, 143, None, -9, -15])
def test_infrastructure_is_tried_again(code: int | None) -> None:
    """By footfall's code, by Spark's, and where the launcher could not be started, or was killed."""
    with pytest.raises(AirflowException) as failure:
        ended(code)
    assert not isinstance(failure.value, AirflowFailException)


def test_the_code_of_infrastructure_is_the_documented_one() -> None:
    """The table of exit codes is the contract."""
    (code,) = re.findall(
        r"^\| (\d+) \| infrastructure", (ROOT / "docs/operations.md").read_text(), re.MULTILINE
    )
    with pytest.raises(AirflowException) as failure:
        ended(int(code))
    assert not isinstance(failure.value, AirflowFailException)


def test_a_published_day_gives_its_summary_and_its_links() -> None:
    """The report in the console of S3, and the log where the variable says."""
    operator = count(log_url="https://logs.example.com/{day}?driver={run}")
    assert ended(0, operator) == SUMMARY
    links = {link.name: link.get_link(operator, ti_key=None) for link in operator.operator_extra_links}
    assert links == {
        "Report": "https://s3.console.aws.amazon.com/s3/object/bucket?prefix=runs/a%20b/report.html",
        "Driver log": "https://logs.example.com/2023-03-01?driver=footfall-20230301-1a",
    }


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("kubernetes", ["submit", "--on=kubernetes", "--day=2023-03-01", "--on-interrupt=delete"]),
        ("glue", ["submit", "--on=glue", "--day=2023-03-01", "--on-interrupt=delete"]),
        ("local", ["run", "--days=2023-03-01"]),
    ],
)
def test_a_target_is_a_command(target: str, words: list[str]) -> None:
    """With the flags of the variable behind it."""
    operator = count(target=target, command="python -m footfall", flags="--namespace 'a b'")
    assert operator._words() == ["python", "-m", "footfall", *words, "--namespace", "a b"]


@pytest.mark.parametrize(
    ("rerun", "max_tries", "again"),
    [
        ("cleared", 2, False),  # its first tries
        ("cleared", 3, True),  # cleared after the first of them
        ("cleared", 8, True),
        ("always", 2, True),
        ("never", 3, False),
    ],
)
@pytest.mark.parametrize("target", ["kubernetes", "glue"])
def test_a_task_that_was_cleared_runs_again_what_has_ended(
    target: str, rerun: str, max_tries: int, again: bool
) -> None:
    """Airflow adds tries to a task that is cleared; the parameter says whether that counts."""
    operator = count(target=target, rerun=rerun, retries=2)
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute({"ti": SimpleNamespace(max_tries=max_tries)})
    assert ("--rerun" in deferred.value.trigger.words) is again


def test_a_cleared_task_is_one_whose_tries_airflow_has_raised(dag: Any, variables: Any) -> None:
    """As Airflow itself clears it; the parameter of the DAG says `cleared` by itself."""
    variables(target="local", command="true")
    run = dag.test(logical_date=datetime(2023, 3, 4, 9, tzinfo=UTC))
    (task,) = run.get_task_instances()
    assert (str(task.state), task.max_tries, dag.params["rerun"]) == ("success", 2, "cleared")
    with create_session() as session:
        (task,) = session.scalars(select(TaskInstance).where(TaskInstance.run_id == run.run_id))
        clear_task_instances([task], session)
        assert task.max_tries > dag.get_task("count").retries


@pytest.mark.parametrize(
    "wrong",
    [
        {"rerun": "sometimes"},
        {"day": ""},
        {"day": "{{ day }}"},
        {"day": "2023-02-30"},
        {"target": "mainframe"},
    ],
)
def test_what_cannot_be_run_fails_at_once(wrong: dict[str, str]) -> None:
    """No such word, no day, no such day, no such target."""
    with pytest.raises(AirflowFailException):
        count(**wrong)._words()


def test_a_triggerer_can_take_over_from_another() -> None:
    """What is stored makes an equal trigger."""
    path, arguments = FollowRun(words=["footfall", "submit"]).serialize()
    assert path == "footfall_run.FollowRun"
    assert FollowRun(**arguments).serialize() == (path, arguments)
