"""`footfall submit` as people call it, against a real API server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from kubernetes import client

from footfall.errors import AuditError
from footfall.launch.ending import Ending, verify_smoke
from tests.launch.kubelet import Kubelet
from tests.launch.operator import Operator
from tests.launch.processes import DAY, Submit, await_said, ended

SUMMARY = json.dumps({"step": "summary", "state": "published", "visits": 7, "rows": {"scanned": 3}})


def test_a_day_is_run_followed_and_reported(operator: Operator, kubelet: Kubelet, submit: Submit) -> None:
    """The run is a copy of the template; its log is passed on; its summary is the output."""
    operator.put_template(executor={"cores": 3})
    process = submit(*DAY, "--boundary", "closed")
    name = operator.await_run()
    (run,) = operator.runs()
    assert run["spec"]["arguments"] == ["run", "--days", "2023-03-01", "--boundary=closed"]
    assert (run["spec"]["suspend"], run["spec"]["executor"]) == (False, {"cores": 3})
    operator.set_state(name, "SUBMITTED")
    operator.begin(name)
    kubelet.write("one", "two", SUMMARY, end=True)
    operator.finish(name, 0)
    out, err = ended(process, 0)
    assert json.loads(out) == {**json.loads(SUMMARY), "application": name}
    assert [line for line in err.splitlines() if not line.startswith("{")] == ["one", "two"]


def test_a_log_whose_connection_breaks_goes_on_where_it_was(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """No line is lost, and none is told twice."""
    operator.put_template()
    kubelet.breaks_after = 2
    process = submit(*DAY)
    operator.begin(name := operator.await_run())
    kubelet.write("one", "two", "three", SUMMARY, end=True)
    kubelet.await_connection(2)
    operator.finish(name, 0)
    out, err = ended(process, 0)
    assert [line for line in err.splitlines() if not line.startswith("{")] == ["one", "two", "three"]
    assert json.loads(out)["visits"] == 7


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6, 7, 8])
def test_a_run_that_fails_ends_the_command_with_its_code_and_its_words(
    operator: Operator, kubelet: Kubelet, submit: Submit, code: int
) -> None:
    """What was wrong, where and what to do come from the run itself."""
    operator.put_template()
    process = submit(*DAY)
    operator.begin(name := operator.await_run())
    kubelet.write('{"step": "start Spark", "state": "started", "run_id": "r1"}')
    kubelet.write("Something is wrong", "  where: pings.csv", "  do:    Mend it.", end=True)
    operator.finish(name, code)
    _, err = ended(process, code)
    last = json.loads([line for line in err.splitlines() if line.startswith("{")][-1])
    assert [last[mark] for mark in ("day", "application", "run_id")] == ["2023-03-01", name, "r1"]
    assert (last["step"], last["exit_code"], last["error"]) == ("end", code, "Something is wrong")
    assert err.splitlines()[-3:] == [
        "Something is wrong",
        f"  where: pings.csv (in SparkApplication {name} in {operator.namespace})",
        "  do:    Mend it.",
    ]


def test_a_run_under_way_is_joined(operator: Operator, kubelet: Kubelet, submit: Submit) -> None:
    """Two that ask for the same day wait for one run, and both tell its result."""
    operator.put_template()
    first = submit(*DAY)
    operator.begin(name := operator.await_run())
    second = submit(*DAY)
    kubelet.write("one")
    await_said(second, "there already: join")
    kubelet.write(SUMMARY, end=True)
    operator.finish(name, 0)
    assert ended(first, 0)[0] == ended(second, 0)[0]
    assert len(operator.runs()) == 1


def test_a_day_that_another_image_counts_is_refused(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """Both would publish the day; the error names the other run."""
    operator.put_template()
    submit(*DAY)
    name = operator.await_run()
    _, err = ended(submit(*DAY, "--boundary", "closed"), 5)
    assert name in err
    assert len(operator.runs()) == 1


def test_a_run_that_has_ended_is_reported_and_run_again_only_when_asked(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """The second command reads the log of the first run; the third makes a run of its own."""
    operator.put_template()
    first = submit(*DAY)
    operator.begin(name := operator.await_run())
    kubelet.write(SUMMARY, end=True)
    operator.finish(name, 0)
    told = ended(first, 0)[0]
    before = operator.runs()[0]["metadata"]["uid"]
    assert ended(submit(*DAY), 0)[0] == told
    submit(*DAY, "--rerun")
    operator.await_no_run(uid=before)
    operator.remove_driver(name)
    assert operator.await_run() == name
    assert operator.runs()[0]["metadata"]["uid"] != before


def test_settings_that_were_mended_are_counted_with_by_the_next_submission(
    operator: Operator, kubelet: Kubelet, submit: Submit
) -> None:
    """The run that failed by the old ones is not reported again; that of the new ones is another run."""
    operator.put_settings("quality: {min_rows: 9}")
    operator.put_template(driver={"configMaps": [{"name": "footfall-settings", "path": "/etc/footfall"}]})
    first = submit(*DAY)
    operator.begin(name := operator.await_run())
    kubelet.write("Refused", "  where: a gate", "  do:    Mend it.", end=True)
    operator.finish(name, 4)
    ended(first, 4)
    assert "there already: report" in ended(submit(*DAY), 4)[1]
    operator.put_settings("quality: {min_rows: 1}")
    await_said(submit(*DAY), "start run", "created")
    names = {run["metadata"]["name"] for run in operator.runs()}
    assert len(names) == 2
    assert {each.rpartition("-")[0] for each in names} == {name.rpartition("-")[0]}


def test_a_published_run_whose_pod_is_gone_is_still_reported(operator: Operator, submit: Submit) -> None:
    """What the operator noted is enough; the counts are in the manifest."""
    operator.put_template()
    submit(*DAY)
    operator.set_state(name := operator.await_run(), "COMPLETED")
    assert json.loads(ended(submit(*DAY), 0)[0]) == {"state": "published", "application": name}


@pytest.mark.parametrize(("words", "remain"), [(("--on-interrupt", "delete"), 0), ((), 1)])
@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_command_keeps_or_deletes_the_run(
    operator: Operator, submit: Submit, words: tuple[str, ...], remain: int, stop: signal.Signals, code: int
) -> None:
    """Where nobody can be asked the run goes on, unless a flag says otherwise."""
    operator.put_template()
    process = submit(*DAY, *words)
    operator.set_state(operator.await_run(), "SUBMITTED")
    await_said(process, "start run", "done")
    process.send_signal(stop)
    ended(process, code)
    assert len(operator.runs()) == remain


def test_the_printed_run_is_what_kubectl_needs(operator: Operator, submit: Submit) -> None:
    """Nothing is created by printing; created by hand it is the run that the command then joins."""
    operator.put_template()
    run = yaml.safe_load(ended(submit(*DAY, "--print"), 0)[0])
    assert operator.runs() == []
    client.CustomObjectsApi(operator.api).create_namespaced_custom_object(
        "sparkoperator.k8s.io", "v1beta2", operator.namespace, "sparkapplications", run
    )
    await_said(submit(*DAY), "there already: join")


def test_a_run_is_printed_from_rendered_manifests_without_any_cluster(tmp_path: Path) -> None:
    """As a reviewer wants to see it."""
    spec = {"suspend": True, "image": "footfall:1", "driver": {}, "executor": {}}
    template = {"kind": "SparkApplication", "metadata": {"name": "footfall-template"}, "spec": spec}
    (tmp_path / "all.yaml").write_text(yaml.safe_dump(template))
    words = ["--on", "kubernetes", *DAY, "--print", "--template", "all.yaml", "--namespace", "n"]
    command = [sys.executable, "-m", "footfall", "submit", *words]
    environ = {**os.environ, "KUBECONFIG": str(tmp_path / "none")}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    run = yaml.safe_load(done.stdout)
    assert run["metadata"]["namespace"] == "n"
    assert run["spec"]["arguments"] == ["run", "--days", "2023-03-01"]


@pytest.mark.parametrize(("kept", "wrong"), [(20000, ""), (19999, "kept: 19999 instead of 20000")])
def test_a_smoke_run_passes_only_with_the_counts_that_the_generator_knows(kept: int, wrong: str) -> None:
    """One ping less is told as what it is."""
    summary = {"rows": {"scanned": 20299, "kept": kept, "boundary": 3}}
    ending = Ending("footfall-smoke-1", 0, summary, None)
    known = {"scanned": 20299, "kept": 20000}
    if not wrong:
        verify_smoke(ending, known)
        return
    with pytest.raises(AuditError) as refused:
        verify_smoke(ending, known)
    assert wrong in refused.value.what
