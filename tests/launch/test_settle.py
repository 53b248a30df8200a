"""`footfall settle` against a real API server: what a launcher left is ended, and all its runs are told."""

import json
import os
import subprocess
import sys
from typing import Any

from tests.launch.api_server import ApiServer
from tests.launch.kubelet import Kubelet
from tests.launch.operator import Operator
from tests.launch.processes import DAY, Submit

NAME = ("--launched-by", "footfall-daily-1")


def settle(server: ApiServer, namespace: str, launcher: str) -> list[dict[str, Any]]:
    """The lines of the command."""
    environ = {**os.environ, "KUBECONFIG": str(server.kubeconfig("admin", namespace))}
    command = [sys.executable, "-m", "footfall", "settle", "--on", "kubernetes", "--launched-by", launcher]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_run_whose_launcher_was_killed_is_deleted(
    server: ApiServer, operator: Operator, submit: Submit
) -> None:
    """Nobody would follow it to its end."""
    operator.put_template()
    process = submit(*DAY, *NAME)
    name = operator.await_run()
    process.kill()
    told = settle(server, operator.namespace, "footfall-daily-1")
    assert told == [{"day": "2023-03-01", "application": name, "state": "deleted", "exit_code": None}]
    assert operator.runs() == []


def test_runs_that_ended_are_told_and_kept(
    server: ApiServer, operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """The code is the driver's."""
    operator.put_template()
    submit(*DAY, *NAME)
    operator.begin(name := operator.await_run())
    operator.finish(name, 3)
    told = settle(server, operator.namespace, "footfall-daily-1")
    assert told == [{"day": "2023-03-01", "application": name, "state": "failed", "exit_code": 3}]
    assert len(operator.runs()) == 1


def test_a_run_of_another_launcher_stays(server: ApiServer, operator: Operator, submit: Submit) -> None:
    """Also one that counts the same day, and that both followed."""
    operator.put_template()
    submit(*DAY, "--launched-by", "by-hand")
    operator.await_run()
    assert settle(server, operator.namespace, "footfall-daily-1") == []
    assert len(operator.runs()) == 1
