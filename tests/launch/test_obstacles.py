"""What keeps a run from its end, told against a real API server."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from kubernetes import client, config

from footfall.errors import InfrastructureError
from footfall.launch.kubernetes.api import Cluster
from tests.launch.api_server import ApiServer, missing_programs, running
from tests.launch.kubelet import Kubelet
from tests.launch.operator import Operator
from tests.launch.processes import DAY, Submit, ended


def test_a_driver_that_was_killed_for_its_memory_is_told_as_such(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """Machines may retry it; people read what to change."""
    operator.put_template()
    process = submit(*DAY)
    operator.begin(name := operator.await_run())
    kubelet.write("working", end=True)
    operator.finish(name, 137, reason="OOMKilled")
    _, err = ended(process, 6)
    assert "killed for using more memory" in err
    assert "spec.driver.memory" in err


@pytest.mark.parametrize(
    ("code", "ends", "says"),
    [
        (11, 6, "too many executors were lost (exit code 11)"),
        (50, 6, "an exception that nothing caught (exit code 50)"),
        (52, 6, "ran out of memory (exit code 52)"),
        (143, 6, "ended from outside"),
        (1, 8, "could not start the job"),
    ],
)
def test_a_code_that_is_not_of_the_job_is_told_by_what_it_means(
    operator: Operator, kubelet: Kubelet, submit: Submit, code: int, ends: int, says: str
) -> None:
    """Machines try infrastructure again: submitted once more, the run is a new one."""
    operator.put_template()
    process = submit(*DAY)
    operator.begin(name := operator.await_run())
    kubelet.write("working", end=True)
    operator.finish(name, code)
    _, err = ended(process, ends)
    assert says in err
    assert f'"exit_code": {ends}' in err


def test_a_run_without_an_operator_is_taken_away_after_a_while(operator: Operator, submit: Submit) -> None:
    """It would start at some later time otherwise, when nobody waits for it."""
    operator.put_template()
    _, err = ended(submit(*DAY, "--start-timeout", "2s"), 6)
    assert "No Spark operator has accepted the run" in err
    assert operator.runs() == []


def test_an_image_that_cannot_be_pulled_is_told_with_the_event(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """The words of the registry stand behind it."""
    operator.put_template()
    process = submit(*DAY, "--start-timeout", "4s")
    operator.start_driver(name := operator.await_run())
    operator.set_container(name, waiting={"reason": "ImagePullBackOff"})
    operator.set_state(name, "SUBMITTED")
    operator.warn(name, "Failed", 'Failed to pull image "footfall:1": not found')
    operator.await_no_run()
    operator.remove_driver(name)
    _, err = ended(process, 6)
    assert 'cannot be pulled (ImagePullBackOff): Failed: Failed to pull image "footfall:1": not found' in err


def test_a_full_quota_is_told_as_the_operator_met_it(operator: Operator, submit: Submit) -> None:
    """Of its trace only the line that matters."""
    operator.put_template()
    process = submit(*DAY)
    name = operator.await_run()
    operator.set_state(name, "FAILED", "spark-submit:\npods x is forbidden: exceeded quota: runs\n\tat a.b")
    _, err = ended(process, 6)
    assert "The quota of the namespace is full: pods x is forbidden: exceeded quota: runs" in err


def test_a_run_that_others_delete_is_an_error(operator: Operator, kubelet: Kubelet, submit: Submit) -> None:
    """The command does not wait for it any longer."""
    operator.put_template()
    process = submit(*DAY)
    operator.begin(operator.await_run())
    kubelet.await_connection(1)
    operator.delete_runs()
    kubelet.write(end=True)
    assert "deleted by someone else" in ended(process, 6)[1]


def test_a_run_that_takes_too_long_is_left_to_itself(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """It can be joined later."""
    operator.put_template()
    process = submit(*DAY, "--timeout", "2s")
    operator.begin(operator.await_run())
    assert "has not ended after 2 s, it is RUNNING" in ended(process, 6)[1]
    assert len(operator.runs()) == 1


def test_without_the_template_nothing_is_created(operator: Operator, submit: Submit) -> None:
    """The error names the namespace."""
    _, err = ended(submit(*DAY), 2)
    assert "no SparkApplication footfall-template" in err
    assert operator.namespace in err


def test_all_missing_permissions_are_told_before_anything_is_created(
    operator: Operator, submit: Submit
) -> None:
    """In one message, with the account that has them."""
    operator.put_template()
    _, err = ended(submit(*DAY, user="nobody"), 2)
    assert "create sparkapplications" in err
    assert "get pods/log" in err
    assert "footfall-launcher" in err
    assert operator.runs() == []


def test_a_cluster_without_the_operators_kinds_says_what_to_install(tmp_path: Path) -> None:
    """A server of its own, that has never heard of SparkApplications."""
    missing = missing_programs()
    if missing:
        pytest.skip(
            f"no API server can be started: {', '.join(missing)} not on PATH or in KUBEBUILDER_ASSETS"
        )
    with running(tmp_path) as server:
        environ = {**os.environ, "KUBECONFIG": str(server.kubeconfig("admin", "default"))}
        command = [sys.executable, "-m", "footfall", "submit", "--on", "kubernetes", *DAY]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "The cluster has no kind SparkApplication" in done.stderr


def test_a_cluster_that_is_not_there_is_told_after_a_while(tmp_path: Path, server: ApiServer) -> None:
    """Exit code 6: the network may come back."""
    gone = replace(server, folder=tmp_path, port=1)
    shutil.copytree(server.folder / "certificates", tmp_path / "certificates")
    settings = client.Configuration()
    config.load_kube_config(str(gone.kubeconfig("admin", "default")), client_configuration=settings)
    settings.retries = False
    with pytest.raises(InfrastructureError, match="does not answer"):
        Cluster(client.ApiClient(settings), "default", longest_outage=1).application("a")


def test_the_end_of_a_driver_counts_also_where_the_operator_is_gone(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """After a while its pod is believed; the run is kept."""
    operator.put_template()
    process = submit(*DAY, "--start-timeout", "4s")
    operator.begin(name := operator.await_run())
    kubelet.write('{"step": "summary", "visits": 7}', end=True)
    operator.set_container(name, terminated={"exitCode": 0})
    out, _ = ended(process, 0)
    assert json.loads(out)["visits"] == 7
    assert len(operator.runs()) == 1
