"""What the objects of a run say about it."""

from typing import Any

import pytest

from footfall.launch.kubernetes.follow import Timeouts
from footfall.launch.kubernetes.start import choice
from footfall.launch.kubernetes.status import (
    event_texts,
    exit_code,
    has_ended,
    is_driver_started,
    obstacle,
)

SUBMITTED = {"metadata": {"name": "r"}, "status": {"applicationState": {"state": "SUBMITTED"}}}


def run(state: str, message: str = "", executors: dict[str, str] | None = None) -> dict[str, Any]:
    """A SparkApplication with a status."""
    return {
        "metadata": {"name": "r"},
        "status": {
            "applicationState": {"state": state, "errorMessage": message},
            "executorState": executors or {},
        },
    }


def driver(limit: str = "1Gi", conditions: tuple[dict[str, str], ...] = (), **state: Any) -> dict[str, Any]:
    """A driver's pod, beside whose container there is another one."""
    statuses = [
        {"name": "proxy", "state": {"running": {}}},
        {"name": "spark-kubernetes-driver", "state": state},
    ]
    return {
        "spec": {
            "containers": [
                {"name": "proxy"},
                {"name": "spark-kubernetes-driver", "resources": {"limits": {"memory": limit}}},
            ]
        },
        "status": {"containerStatuses": statuses, "conditions": list(conditions)},
    }


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    """A driver's pod whose container waits."""
    return driver(waiting={"reason": reason, "message": message})


@pytest.mark.parametrize(
    ("state", "ended"),
    [
        ("", False),
        ("SUBMITTED", False),
        ("SUBMISSION_FAILED", False),
        ("RUNNING", False),
        ("SUCCEEDING", False),
        ("FAILING", False),
        ("PENDING_RERUN", False),
        ("COMPLETED", True),
        ("FAILED", True),
    ],
)
def test_a_run_has_ended_when_the_operator_will_not_try_again(state: str, ended: bool) -> None:
    """Failing and a failed submission are followed by another try where the template allows one."""
    assert has_ended(run(state)) is ended


@pytest.mark.parametrize(
    ("state", "message", "pod", "code"),
    [
        ("FAILED", "driver container failed with ExitCode: 3, Reason: Error", None, 3),
        ("FAILED", "", driver(terminated={"exitCode": 4}), 4),
        ("FAILED", "driver pod not found", None, None),
        ("COMPLETED", "", None, 0),
        ("COMPLETED", "", driver(terminated={"exitCode": 0}), 0),
        ("RUNNING", "", driver(running={}), None),
    ],
)
def test_the_exit_code_is_that_of_the_driver(
    state: str, message: str, pod: dict[str, Any] | None, code: int | None
) -> None:
    """From its pod, or where that is gone from what the operator noted."""
    assert exit_code(run(state, message), pod) == code


@pytest.mark.parametrize(
    ("pod", "started"),
    [
        (None, False),
        (waiting("ContainerCreating"), False),
        (driver(running={}), True),
        (driver(terminated={"exitCode": 1}), True),
    ],
)
def test_a_driver_has_a_log_once_its_container_has_begun(pod: dict[str, Any] | None, started: bool) -> None:
    """Other containers of the pod do not count."""
    assert is_driver_started(pod) is started


PENDING = {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available: Insufficient cpu."}


@pytest.mark.parametrize(
    ("state", "pod", "events", "kind", "evidence"),
    [
        ("", None, (), "operator", ""),
        ("SUBMITTED", None, ("a", "b"), "driver", "a; b"),
        ("SUBMITTED", waiting("ContainerCreating"), (), "driver", ""),
        ("SUBMITTED", waiting("ErrImagePull", "not found"), (), "image", "not found"),
        ("SUBMITTED", waiting("ImagePullBackOff"), ("Failed: pull image x: 404",), "image", "x: 404"),
        ("SUBMITTED", waiting("CreateContainerConfigError", "no ConfigMap"), (), "container", "no ConfigMap"),
        ("SUBMITTED", driver(conditions=(PENDING,)), (), "place", "Insufficient cpu"),
        ("RUNNING", driver(running={}), ("FailedCreate: quota",), "executors", "quota"),
    ],
)
def test_what_holds_up_a_run_is_named_with_its_evidence(
    state: str, pod: dict[str, Any] | None, events: tuple[str, ...], kind: str, evidence: str
) -> None:
    """The words of the cluster are part of the error, and each kind says what to do."""
    hindrance = obstacle(run(state), pod, events)
    assert hindrance is not None
    assert hindrance.kind == kind
    assert evidence in hindrance.evidence
    error = hindrance.error("here")
    assert error.exit_code == 6
    assert error.fix
    assert hindrance.evidence in error.what


@pytest.mark.parametrize(
    "executors", [{"e-1": "RUNNING", "e-2": "PENDING"}, {"e-1": "COMPLETED"}, {"e-1": "FAILED"}]
)
def test_a_run_whose_first_executor_has_come_up_goes_its_way(executors: dict[str, str]) -> None:
    """One is enough; Spark replaces those it loses, and lets go of those it does not need."""
    assert obstacle(run("RUNNING", executors=executors), driver(running={}), ()) is None


def test_an_end_that_no_operator_notes_is_waited_for() -> None:
    """The operator takes a moment, and may want to start the driver again."""
    hindrance = obstacle(run("RUNNING"), driver(terminated={"exitCode": 0}), ())
    assert hindrance is not None
    assert hindrance.kind == "end"


def test_events_are_told_once_and_only_the_warnings() -> None:
    """In the order of time, whatever order the server lists them in."""
    events = [
        {"type": "Warning", "reason": "Failed", "message": "pull ", "lastTimestamp": "2023-03-01T00:00:09Z"},
        {"type": "Normal", "reason": "Pulling", "message": "pull", "lastTimestamp": "2023-03-01T00:00:01Z"},
        {
            "type": "Warning",
            "reason": "Slow",
            "message": "x",
            "lastTimestamp": None,
            "eventTime": "2023-03-01T00",
        },
        {"type": "Warning", "reason": "Failed", "message": "pull", "lastTimestamp": "2023-03-01T00:00:08Z"},
    ]
    assert event_texts(events) == ["Slow: x", "Failed: pull"]


@pytest.mark.parametrize(
    ("there", "code", "rerun", "expected"),
    [
        (None, None, False, "create"),
        (run(""), None, False, "join"),
        (run("RUNNING"), None, False, "join"),
        (run("RUNNING"), None, True, "join"),
        (run("COMPLETED"), 0, False, "report"),
        (run("COMPLETED"), 0, True, "replace"),
        (run("FAILED"), 3, False, "report"),
        (run("FAILED"), 5, False, "report"),
        (run("FAILED"), 6, False, "replace"),
        (run("FAILED"), 7, False, "report"),
        (run("FAILED"), 8, False, "report"),
        (run("FAILED"), 1, False, "report"),
        *((run("FAILED"), code, False, "replace") for code in (11, 50, 52, 134, 137, 143)),
        (run("FAILED"), None, False, "replace"),
        ({"metadata": {"name": "r", "deletionTimestamp": "now"}}, None, False, "replace"),
    ],
)
def test_a_day_is_never_run_twice_at_once_and_a_second_time_only_for_a_reason(
    there: dict[str, Any] | None, code: int | None, rerun: bool, expected: str
) -> None:
    """Under way: joined. Ended: reported, unless asked otherwise, or the surroundings were at fault."""
    assert choice(there, code, rerun=rerun) == expected


def test_the_longest_wait_is_the_one_for_a_start() -> None:
    """An image that cannot be pulled is told sooner than a node that does not come, and never later than asked."""
    image = obstacle(run("SUBMITTED"), waiting("ErrImagePull"), ())
    place = obstacle(run("SUBMITTED"), driver(conditions=(PENDING,)), ())
    assert image is not None
    assert place is not None
    assert (Timeouts().of(image), Timeouts().of(place)) == (60, 300)
    assert (Timeouts(start=10).of(image), Timeouts(start=10).of(place)) == (10, 10)
