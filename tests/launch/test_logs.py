"""The log of a run that has ended: from its pods while they are there, and from CloudWatch when they are gone."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from kubernetes import client

from tests.history.manifests import day, manifest, put
from tests.launch.api_server import ApiServer
from tests.launch.kubelet import Kubelet
from tests.launch.operator import Operator
from tests.stores.servers import free_port, wait_for

RUN = "20230310-090000-abcdef"
NAME = "footfall-20230301-1a2b3c4d"
DRIVER, EXECUTOR = f"{NAME}-driver", f"{NAME}-0123456789abcdef-exec-1"
GROUP = "/footfall/footfall-production"
BEGAN = int(time.time()) - 7200  # CloudWatch takes no lines that are older than two weeks


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server that answers as CloudWatch does."""
    port, folder = free_port(), tmp_path_factory.mktemp("moto")
    with (folder / "moto.log").open("w") as log:
        command = [sys.executable, "-m", "moto.server", "--port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def variables(address: str) -> dict[str, str]:
    """By which any program finds the server, as somebody."""
    keys = {"AWS_ACCESS_KEY_ID": "anybody", "AWS_SECRET_ACCESS_KEY": "anything", "AWS_REGION": "eu-west-1"}
    return {**keys, "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL": address}


@pytest.fixture
def logs(address: str, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Any:
    """A client of CloudWatch's logs, which are empty."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = boto3.client("logs", endpoint_url=address, region_name="eu-west-1")
    for group in found.describe_log_groups()["logGroups"]:
        found.delete_log_group(logGroupName=group["logGroupName"])
    return found


def keep(logs: Any, pod: str, *lines: tuple[int, str], group: str = GROUP) -> None:
    """Keep what a pod wrote, each line with the seconds after the run began, as Fluent Bit does."""
    container = "spark-kubernetes-executor" if "-exec-" in pod else "spark-kubernetes-driver"
    stream = f"{pod}.{container}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": (BEGAN + second) * 1000, "message": text} for second, text in lines]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def report(output: Path, variables: dict[str, str], *flags: str) -> subprocess.CompletedProcess[str]:
    """The command, without a cluster unless the variables name one."""
    command = [sys.executable, "-m", "footfall", "report", RUN, "--logs", "--output", str(output), *flags]
    environ = {"KUBECONFIG": "/nowhere", **os.environ, "HOME": "/nowhere", **variables}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An output with the manifest of one run of the first of March, on Spark."""
    began, ended = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (BEGAN, BEGAN + 90))
    put(tmp_path, manifest(RUN, day(1), started=began, finished=ended))
    return tmp_path


def test_a_run_whose_pods_are_gone_is_found_by_its_id_in_its_log_group(
    output: Path, variables: dict[str, str], logs: Any
) -> None:
    """Driver and executors by time, each line with its pod; another run, and its own name of another day, left out."""
    keep(logs, DRIVER, (-86400, "its name, a day before"), (1, f'{{"run_id": "{RUN}"}}'), (90, "done"))
    keep(logs, EXECUTOR, (30, "lost a block\nand found it"))
    keep(logs, "footfall-20230302-5e6f7a8b-driver", (40, "of another run"))
    done = report(output, variables, "--log-group", GROUP)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f'{DRIVER}  {{"run_id": "{RUN}"}}',
        f"{EXECUTOR}  lost a block",
        f"{EXECUTOR}  and found it",
        f"{DRIVER}  done",
    ]


def test_the_group_follows_from_the_namespace(output: Path, variables: dict[str, str], logs: Any) -> None:
    """As k8s/logs names it."""
    keep(logs, DRIVER, (1, f"run {RUN}"))
    done = report(output, variables, "--namespace", "footfall-production")
    assert done.stdout == f"{DRIVER}  run {RUN}\n"


def test_a_run_of_which_nothing_is_left_says_where_was_looked(
    output: Path, variables: dict[str, str], logs: Any
) -> None:
    """Without a group that is there, and without any."""
    keep(logs, DRIVER, (1, "of another run"))
    done = report(output, variables, "--log-group", GROUP)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"No log of the run {RUN} was found" in done.stderr
    assert f"no cluster, {GROUP}" in done.stderr
    assert "no cluster, no log group" in report(output, variables).stderr


def test_a_run_of_one_process_left_no_log_to_look_for(tmp_path: Path) -> None:
    """It wrote to the terminal that started it."""
    put(tmp_path, manifest(RUN, day(1), engine={"name": "embedded", "why": "nothing asked for Spark"}))
    done = report(tmp_path, {})
    assert done.returncode == 2
    assert "wrote its log where it was started" in done.stderr


def test_pods_that_are_there_are_asked_and_those_that_are_gone_come_from_cloudwatch(
    output: Path,
    variables: dict[str, str],
    logs: Any,
    server: ApiServer,
    operator: Operator,
    kubelet: Kubelet,
) -> None:
    """The driver's pod stays for a week, its executors' go with it at once."""
    group = f"/footfall/{operator.namespace}"
    keep(logs, DRIVER, (1, "what its pod still says"), group=group)
    keep(logs, EXECUTOR, (30, "of an executor"), group=group)
    application = {
        "apiVersion": "sparkoperator.k8s.io/v1beta2",
        "kind": "SparkApplication",
        "metadata": {"name": NAME, "labels": {"footfall.io/day": "2023-03-01"}},
        "spec": {},
    }
    kind = ("sparkoperator.k8s.io", "v1beta2", operator.namespace, "sparkapplications")
    client.CustomObjectsApi(operator.api).create_namespaced_custom_object(*kind, application)
    operator.begin(NAME)
    status = {"executorState": {EXECUTOR: "COMPLETED", "e-1": None}}
    client.CustomObjectsApi(operator.api).patch_namespaced_custom_object_status(
        *kind, NAME, {"status": status}
    )
    kubelet.write(f'{{"run_id": "{RUN}", "step": "read"}}', "what its pod still says", end=True)
    operator.set_container(NAME, terminated={"exitCode": 0})
    environ = {**variables, "KUBECONFIG": str(server.kubeconfig("admin", operator.namespace))}
    began = time.monotonic()
    done = report(output, environ)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.partition("  ")[0] for line in lines] == [DRIVER, DRIVER, EXECUTOR]
    assert lines[1].endswith("what its pod still says")
    assert lines[2] == f"{EXECUTOR}  of an executor"
    assert time.monotonic() - began < 60
