"""What a run of a Glue job says of itself: its exit code, its error, its cost."""

from typing import Any

import pytest

from footfall.launch.glue.status import DpuPrice, cost, dpu_seconds, exit_code, failure


def run(state: str, message: str = "", **more: Any) -> dict[str, Any]:
    """A run as GetJobRun gives it."""
    return {"Id": "jr_1", "JobRunState": state, "ErrorMessage": message, **more}


TOLD = "Failed: exit code 3: The file is gone (where: s3://lake/a.csv) (do: Write it.)"


@pytest.mark.parametrize(
    ("state", "message", "code"),
    [
        ("SUCCEEDED", "", 0),
        ("FAILED", f"Error Category: UNCLASSIFIED_ERROR; {TOLD}", 3),
        ("FAILED", "Error Category: OUT_OF_MEMORY_ERROR", None),
        ("STOPPED", "", None),
        ("TIMEOUT", "", None),
    ],
)
def test_the_exit_code_is_in_the_error_that_glue_shows(state: str, message: str, code: int | None) -> None:
    """Where the script did not come to its end there is none."""
    assert exit_code(run(state, message)) == code


def test_the_error_is_told_by_glue_where_the_log_is_gone() -> None:
    """All three parts of it."""
    error = failure(run("FAILED", f"Error Category: X; {TOLD}"), None, "run jr_1")
    assert error is not None
    assert (error.what, error.where, error.fix) == (
        "The file is gone",
        "s3://lake/a.csv (in run jr_1)",
        "Write it.",
    )


@pytest.mark.parametrize(
    ("state", "message", "says", "code"),
    [
        ("STOPPED", "", "was stopped by someone", 6),
        ("TIMEOUT", "", "took longer than the job allows", 6),
        ("FAILED", "Error Category: OUT_OF_MEMORY_ERROR; exit status: 137", "too little memory", 6),
        ("FAILED", "An error occurred (AccessDeniedException) when calling GetTable", "role of the job", 2),
        ("ERROR", "No space left on device", "The run failed: No space left", 6),
        ("EXPIRED", "", "Glue gives no reason", 6),
    ],
)
def test_an_end_that_the_script_did_not_make_has_its_own_sentence(
    state: str, message: str, says: str, code: int
) -> None:
    """Only what may pass by itself has the exit code that machines retry."""
    error = failure(run(state, message), None, "run jr_1")
    assert error is not None
    assert says in error.what
    assert error.exit_code == code


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ({"DPUSeconds": 450.5, "ExecutionTime": 100, "MaxCapacity": 10.0}, 450.5),
        ({"ExecutionTime": 100, "MaxCapacity": 10.0}, 1000.0),
        ({"ExecutionTime": 100, "WorkerType": "G.2X", "NumberOfWorkers": 3}, 600.0),
        ({"ExecutionTime": 10, "MaxCapacity": 2.0}, 120.0),
        ({"MaxCapacity": 2.0}, None),
    ],
)
def test_the_cost_is_what_glue_counted_or_else_size_times_duration(
    told: dict[str, Any], used: float | None
) -> None:
    """A run costs a minute at least."""
    assert dpu_seconds(run("SUCCEEDED", **told)) == used


def test_the_price_of_a_dpu_hour_makes_money_of_it() -> None:
    """Without a price, and without a duration, nothing is claimed."""
    hour = run("SUCCEEDED", DPUSeconds=3600.0)
    assert cost(hour, DpuPrice(0.44, "EUR")) == {"dpu_seconds": 3600.0, "cost": 0.44, "currency": "EUR"}
    assert cost(hour, None) == {"dpu_seconds": 3600.0}
    assert cost(run("FAILED"), DpuPrice(0.44, "EUR")) == {}


def test_the_price_is_that_of_the_run_before_that_of_the_job() -> None:
    """As any other setting."""
    job = {"--prices-dpu-hour": "0.5", "--prices-currency": "EUR"}
    assert DpuPrice.of({}) is None
    assert DpuPrice.of(job) == DpuPrice(0.5, "EUR")
    assert DpuPrice.of({**job, "--prices-dpu-hour": "0.44"}) == DpuPrice(0.44, "EUR")
