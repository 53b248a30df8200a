"""`footfall backfill`: which days, how many at once, and what is told of them; its runs on a real API server."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from footfall.errors import SettingsError
from footfall.launch.backfill import DayResult, days_between, exit_code, report_lines
from tests.launch.api_server import ApiServer
from tests.launch.kubelet import Kubelet
from tests.launch.operator import Operator

FIRST, SECOND, THIRD = (date(2023, 3, number) for number in (1, 2, 3))
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def backfill(server: ApiServer, namespace: str) -> Iterator[Start]:
    """Starts the command for three days."""
    processes = []

    def start(*words: str) -> subprocess.Popen[str]:
        environ = {**os.environ, "KUBECONFIG": str(server.kubeconfig("admin", namespace))}
        command = [sys.executable, "-m", "footfall", "backfill", "--from", str(FIRST), "--to", str(THIRD)]
        pipe = subprocess.PIPE
        processes.append(
            subprocess.Popen([*command, *words], env=environ, stdout=pipe, stderr=pipe, text=True)
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def states_told(process: subprocess.Popen[str], code: int) -> dict[str, Any]:
    """The line of each day, once the command has ended with this code."""
    out, err = process.communicate(timeout=90)
    assert process.returncode == code, err
    lines = [json.loads(line) for line in out.splitlines()]
    return {line["day"]: line for line in lines if "day" in line}


def runs(operator: Operator, number: int) -> dict[str, str]:
    """The names of so many runs by their day, once they are there."""
    until = time.monotonic() + 60
    while len(found := operator.runs()) < number:
        assert time.monotonic() < until, f"{len(found)} runs instead of {number}"
        time.sleep(0.1)
    return {run["metadata"]["labels"]["footfall.io/day"]: run["metadata"]["name"] for run in found}


def test_the_last_day_is_one_of_them() -> None:
    """A range is closed on both sides."""
    assert days_between(FIRST, THIRD) == [FIRST, SECOND, THIRD]
    assert days_between(FIRST, FIRST) == [FIRST]


@pytest.mark.parametrize(("first", "last"), [(SECOND, FIRST), (date(203, 3, 1), FIRST)])
def test_a_range_that_nobody_means_is_refused(first: date, last: date) -> None:
    """It ends before it begins, or a digit is missing."""
    with pytest.raises(SettingsError, match=r"there (is no day|are 664,743 days)"):
        days_between(first, last)


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ((0, 0), 0),
        ((0, 6), 6),
        ((6, 3), 3),
        ((4, 5), 4),
        ((3, 7, 2), 7),
        ((0, 137), 6),
        ((6, 8, 7), 8),
        ((6, 1), 8),
        ((0, 11), 6),
        ((50, 52), 6),
        ((52, 3), 3),
        ((143, -9), 6),
        ((6, 99), 8),
    ],
)
def test_the_code_is_that_of_the_worst_day(codes: tuple[int, ...], worst: int) -> None:
    """6, which machines try again, only where nothing else went wrong; Spark's own codes and kills are such too."""
    days = [DayResult(FIRST, "failed" if code else "published", code) for code in codes]
    assert exit_code(days) == worst


def test_a_day_that_someone_else_runs_is_a_conflict() -> None:
    """It is neither published nor ours to run."""
    assert exit_code([DayResult(FIRST, "published", 0), DayResult(SECOND, "running")]) == 5


def test_people_read_the_days_that_are_not_published() -> None:
    """And how many days there are of each state."""
    days = [
        DayResult(FIRST, "published", 0),
        DayResult(SECOND, "failed", 3, trouble="No pings"),
        DayResult(THIRD, "kept"),
    ]
    assert list(report_lines(days, for_people=True)) == [
        "2023-03-02  failed     No pings",
        "3 days: 1 published, 1 failed, 1 kept",
    ]


def test_a_flag_that_submit_does_not_know_is_refused_before_anything_runs(
    backfill: Start, operator: Operator
) -> None:
    """Not once for each day."""
    _, err = backfill("--on=kubernetes", "--no-such-flag").communicate(timeout=60)
    assert "`footfall submit` has no flag --no-such-flag" in err
    assert operator.runs() == []


def test_two_days_run_at_once_and_each_ends_as_it_ends(
    backfill: Start, operator: Operator, kubelet: Kubelet
) -> None:
    """The third begins when one of the first two has ended; the refused day does not stop the others."""
    operator.put_template()
    process = backfill("--on=kubernetes", "--parallel=2")
    of_day = runs(operator, 2)
    assert of_day.keys() == {str(FIRST), str(SECOND)}
    operator.begin(of_day[str(FIRST)])
    kubelet.write(json.dumps({"step": "summary", "state": "published"}), end=True)
    operator.finish(of_day[str(FIRST)], 0)
    of_day = runs(operator, 3)
    for day, code in ((SECOND, 4), (THIRD, 0)):
        operator.begin(of_day[str(day)])
        operator.finish(of_day[str(day)], code)
    found = states_told(process, 4)
    assert {day: line["state"] for day, line in found.items()} == {
        str(FIRST): "published",
        str(SECOND): "refused",
        str(THIRD): "published",
    }
    assert found[str(FIRST)]["run"] == of_day[str(FIRST)]


def test_a_backfill_that_is_stopped_tells_what_goes_on_and_what_is_missing(
    backfill: Start, operator: Operator, kubelet: Kubelet
) -> None:
    """The same command later joins the runs that go on."""
    operator.put_template()
    process = backfill("--on=kubernetes", "--parallel=2")
    before = runs(operator, 2)
    process.send_signal(signal.SIGTERM)
    states = {day: line["state"] for day, line in states_told(process, 143).items()}
    assert states == {str(FIRST): "running", str(SECOND): "running", str(THIRD): "missing"}
    assert runs(operator, 2) == before
    backfill("--on=kubernetes", "--parallel=3")
    assert runs(operator, 3).items() >= before.items()
