"""Runs that wait in a queue, which the test holds and lets go as Kueue does, against a real API server."""

import json
import time
from datetime import date
from typing import Any

import pytest

from footfall.errors import SettingsError
from footfall.launch.kubernetes.application import Order, clone
from footfall.launch.kubernetes.follow import Timeouts
from footfall.launch.kubernetes.status import obstacle
from tests.launch.kubelet import Kubelet
from tests.launch.operator import TEMPLATE, Operator
from tests.launch.processes import DAY, Submit, ended

ORDER = Order.of_day(date(2023, 3, 1), {})
SUMMARY = '{"step": "summary", "visits": 7}'
QUEUE = "kueue.x-k8s.io/queue-name"


def template(**spec: Any) -> dict[str, Any]:
    """A template that names a queue."""
    about = {"name": "footfall-template", "annotations": {"footfall.io/queue": "days"}}
    return {**TEMPLATE, "metadata": about, "spec": {**TEMPLATE["spec"], **spec}}


def finish(operator: Operator, kubelet: Kubelet, name: str) -> None:
    """Let a run start, and publish."""
    operator.begin(name)
    kubelet.write(SUMMARY, end=True)
    operator.finish(name, 0)


def test_a_run_carries_the_queue_as_kueue_finds_it_and_the_template_does_not() -> None:
    """With the label the template itself would be admitted, and run."""
    assert QUEUE not in template()["metadata"].get("labels", {})
    run = clone(template(), ORDER, {})
    assert run["metadata"]["labels"][QUEUE] == "days"
    assert run["spec"]["suspend"] is False  # Kueue's webhook holds it; where there is none, it runs
    assert QUEUE not in clone({**TEMPLATE}, ORDER, {})["metadata"]["labels"]


def test_a_queue_and_dynamic_allocation_are_refused_before_kueue_does() -> None:
    """In words that say what to change."""
    with pytest.raises(SettingsError, match="queue days and has dynamic allocation"):
        clone(template(dynamicAllocation={"enabled": True}), ORDER, {})
    assert clone(template(dynamicAllocation={"enabled": False}), ORDER, {})


def test_a_run_waits_its_turn_as_long_as_it_takes(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """Longer than its driver may take to start, and than it may run, and ends with 0."""
    operator.put_template(queue="days")
    process = submit(*DAY, "--start-timeout", "1s", "--timeout", "2s")
    operator.hold(name := operator.await_run())
    time.sleep(5)
    assert process.poll() is None
    operator.let_go(name)
    finish(operator, kubelet, name)
    out, _ = ended(process, 0)
    assert json.loads(out)["visits"] == 7


def test_a_launcher_that_joins_says_why_the_run_waits(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """As a step, and in the words of the queue, which stand in an event about its own object."""
    operator.put_template(queue="days")
    first = submit(*DAY)
    operator.hold(name := operator.await_run())
    operator.warn(f"sparkapplication-{name}-1a2b3", "Pending", "insufficient quota for cpu", kind="Workload")
    second = submit(*DAY)
    time.sleep(6)
    operator.let_go(name)
    finish(operator, kubelet, name)
    _, err = ended(second, 0)
    steps = [json.loads(line) for line in err.splitlines() if '"wait for turn"' in line]
    assert [step["state"] for step in steps] == ["started", "done"]
    assert steps[0]["detail"] == "queue days"
    assert "waits for its turn in the queue days: Pending: insufficient quota for cpu" in err
    ended(first, 0)


def test_a_run_that_is_taken_back_into_its_queue_is_followed_to_its_end(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """Another took its place: its driver goes, and comes again when its turn does."""
    operator.put_template(queue="days")
    process = submit(*DAY, "--start-timeout", "2s")
    operator.begin(name := operator.await_run())
    kubelet.await_connection(1)
    operator.hold(name)
    operator.remove_driver(name)
    time.sleep(5)
    assert process.poll() is None
    operator.let_go(name)
    operator.set_state(name, "SUBMITTED")
    finish(operator, kubelet, name)
    ended(process, 0)


def test_a_wait_that_has_an_end_is_told_with_the_queue_and_what_it_says(
    operator: Operator, submit: Submit
) -> None:
    """The run is taken away, so that it does not start when nobody waits for it."""
    operator.put_template(queue="days")
    process = submit(*DAY, "--queue-timeout", "5s")
    operator.hold(name := operator.await_run())
    operator.warn(
        f"sparkapplication-{name}-1a2b3", "Pending", "LocalQueue days does not exist", kind="Workload"
    )
    _, err = ended(process, 6)
    assert "waits for its turn in the queue days: Pending: LocalQueue days does not exist" in err
    assert "--queue-timeout" in err
    assert operator.runs() == []


def test_a_run_that_a_person_suspends_is_called_so() -> None:
    """No queue would let it go."""
    run = {"metadata": {"name": "r", "labels": {}}, "spec": {"suspend": True}, "status": {}}
    found = obstacle(run, None, ())
    assert found is not None
    assert (found.kind, found.what) == ("queue", "The run is suspended")


def test_each_phase_has_a_patience_of_its_own() -> None:
    """Queued: for ever unless said otherwise; a driver and executors: five minutes, or what is said for each."""

    def of(timeouts: Timeouts, state: str, **run: Any) -> float | None:
        container = {"name": "spark-kubernetes-driver", "state": {"running": {}}}
        pod = {"spec": {"containers": []}, "status": {"containerStatuses": [container]}}
        status = {"applicationState": {"state": state}}
        application = {"metadata": {"name": "r"}, "spec": {}, "status": status, **run}
        found = obstacle(application, pod if state == "RUNNING" else None, ())
        assert found is not None
        return timeouts.of(found)

    held = {"spec": {"suspend": True}}
    default, own = Timeouts(), Timeouts(start=10, executors=20, queue=30)
    assert [of(default, "SUSPENDED", **held), of(default, "SUBMITTED"), of(default, "RUNNING")] == [
        None,
        300,
        300,
    ]
    assert [of(own, "SUSPENDED", **held), of(own, "SUBMITTED"), of(own, "RUNNING")] == [30, 10, 20]
    assert of(Timeouts(start=10), "RUNNING") == 10


def test_a_driver_without_executors_has_its_own_wait(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """A node for it may take longer to come than one for the driver, or shorter."""
    operator.put_template()
    process = submit(*DAY, "--start-timeout", "60s", "--executors-timeout", "3s")
    operator.start_driver(name := operator.await_run())
    operator.set_container(name, running={})
    operator.set_state(name, "RUNNING", executor="PENDING")
    operator.await_no_run()
    operator.remove_driver(name)
    kubelet.write(end=True)
    _, err = ended(process, 6)
    assert "The driver runs, but no executor does" in err
    assert "deleted after 3 s of waiting" in err
