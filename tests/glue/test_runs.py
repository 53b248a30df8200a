"""`footfall submit --on glue` as people call it, against a service whose runs do what a test says."""

import json
import signal
from typing import Any

import pytest

from tests.glue.conftest import Footfall
from tests.glue.service import GlueService
from tests.launch.processes import await_said, ended

COUNTS = {"visits": 7, "pings": 9, "places": 2, "places_visited": 1, "rows": {"scanned": 3}}
SUMMARY = json.dumps(
    {"step": "summary", "state": "published", "run_id": "r1", "report": "/out/r1/report.html"} | COUNTS
)
ARCHIVE = "s3://lake/1/footfall.zip"


def submit(footfall: Footfall, job: str, *words: str) -> Any:
    """Begin to submit a day."""
    return footfall("submit", "--on", "glue", "--job", job, "--day", "2023-03-01", *words)


def test_a_day_is_run_followed_and_reported_with_its_cost(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """The settings are arguments; the log of the driver is passed on; what it cost stands in the summary."""
    process = submit(footfall, deployed, "--boundary", "closed", "--prices-dpu-hour", "0.44")
    run = service.await_run()
    assert {name: text for name, text in run["Arguments"].items() if name != "--footfall-name"} == {
        "--days": "2023-03-01",
        "--boundary": "closed",
        "--prices-dpu-hour": "0.44",
        "--additional-python-modules": ARCHIVE,
    }
    run["JobRunState"] = "RUNNING"
    service.write(run, "one", "two\nthree")
    await_said(process, "three")
    service.write(run, SUMMARY, to="output")
    service.end(run, "SUCCEEDED", seconds=1200)
    out, _ = ended(process, 0)
    told = json.loads(out)
    assert (told["visits"], told["glue_job"], told["glue_run"]) == (7, deployed, run["Id"])
    assert (told["dpu_seconds"], told["cost"], told["currency"]) == (3600.0, 0.44, "USD")


def test_a_price_that_is_no_number_is_refused_before_anything_runs(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """The error names the setting."""
    _, err = ended(submit(footfall, deployed, "--prices-dpu-hour", "cheap"), 2)
    assert "prices.dpu_hour" in err
    assert service.runs == []


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6, 7, 8])
def test_a_run_that_fails_ends_the_command_with_its_code_and_its_words(
    service: GlueService, footfall: Footfall, deployed: str, code: int
) -> None:
    """Glue knows no exit codes: it stands in the error that the script ended with."""
    process = submit(footfall, deployed)
    run = service.await_run()
    service.write(run, "The file is gone\n  where: s3://lake/a.csv\n  do:    Write it.")
    service.end(
        run, "FAILED", f"Failed: exit code {code}: The file is gone (where: s3://lake/a.csv) (do: Write it.)"
    )
    _, err = ended(process, code)
    assert f"where: s3://lake/a.csv (in run {run['Id']} of Glue job {deployed})" in err
    began, *_, last = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert (began["day"], began["glue_job"]) == ("2023-03-01", deployed)
    assert (last["day"], last["glue_run"], last["exit_code"]) == ("2023-03-01", run["Id"], code)


def test_a_manifest_that_is_missing_is_trusted_more_than_a_run_that_went_well(
    service: GlueService, footfall: Footfall, deployed: str, bucket: str
) -> None:
    """It is written last; where it is there, it is named."""
    report = f"s3://{bucket}/out/runs/r1/report.html"
    summary = json.dumps({**json.loads(SUMMARY), "report": report})
    for is_there, code in ((False, 6), (True, 0)):
        if is_there:
            service.client("s3").put_object(
                Bucket=bucket, Key="out/runs/r1/manifest.json", Body=b'{"state": "published"}'
            )
        process = submit(footfall, deployed, "--rerun")
        run = service.await_run(int(is_there))
        service.write(run, summary, to="output")
        service.end(run, "SUCCEEDED")
        out, err = ended(process, code)
        assert ("its manifest cannot be read" in err) is not is_there
        if is_there:
            assert json.loads(out)["manifest"] == f"s3://{bucket}/out/runs/r1/manifest.json"


def test_a_run_that_is_under_way_is_joined(service: GlueService, footfall: Footfall, deployed: str) -> None:
    """One run, two launchers, one result."""
    first = submit(footfall, deployed)
    run = service.await_run()
    second = submit(footfall, deployed)
    await_said(second, "joined")
    service.write(run, SUMMARY, to="output")
    service.end(run, "SUCCEEDED")
    results = [json.loads(ended(process, 0)[0])["glue_run"] for process in (first, second)]
    assert results == [run["Id"], run["Id"]]
    assert len(service.runs) == 1


def test_a_run_that_has_ended_is_reported_and_run_again_only_when_asked(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """Infrastructure that failed is tried again without being asked."""

    def end(run: dict[str, Any]) -> None:
        service.write(run, SUMMARY, to="output")
        states = [("FAILED", "no capacity"), ("SUCCEEDED", ""), ("SUCCEEDED", "")]
        service.end(run, *states[len(service.runs) - 1])

    service.on_start = end
    ended(submit(footfall, deployed), 6)
    for words, runs in (((), 2), ((), 2), (("--rerun",), 3)):
        ended(submit(footfall, deployed, *words), 0)
        assert len(service.runs) == runs


def test_a_job_whose_sizes_were_changed_counts_the_day_again(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """Its name says with which sizes and arguments a run counted, so the run of before is not reported for it."""
    service.on_start = lambda run: service.end(run, "FAILED", "exit code 4: No (where: a) (do: b)")
    ended(submit(footfall, deployed), 4)
    glue = service.client("glue")
    now = glue.get_job(JobName=deployed)["Job"]
    kept = {part: now[part] for part in ("Role", "Command", "DefaultArguments")}
    glue.update_job(JobName=deployed, JobUpdate={**kept, "WorkerType": "G.2X", "NumberOfWorkers": 7})
    ended(submit(footfall, deployed), 4)
    first, second = (run["Arguments"]["--footfall-name"] for run in service.runs)
    assert first != second
    assert first.rpartition("-")[0] == second.rpartition("-")[0]


def test_another_run_of_the_day_is_a_conflict(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """Also one that a person started in the console; another day is none."""
    for day in ("2023-03-01", "2023-03-02"):
        service.started({"JobName": deployed, "Arguments": {"--days": day}})
    _, err = ended(submit(footfall, deployed), 5)
    assert f"by a run of another version or with other sizes or flags: {service.runs[0]['Id']}\n" in err
    assert len(service.runs) == 2


def test_of_two_that_were_started_at_once_the_first_goes_on(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """The second is stopped, and its launcher joins the first."""

    def another(run: dict[str, Any]) -> None:
        service.on_start = lambda run: None
        service.runs.insert(0, {**run, "Id": "jr_first", "StartedOn": run["StartedOn"] - 1})

    service.on_start = another
    process = submit(footfall, deployed)
    await_said(process, "jr_first, joined")
    first, second = service.runs
    assert second["JobRunState"] == "STOPPED"
    service.write(first, SUMMARY, to="output")
    service.end(first, "SUCCEEDED")
    assert json.loads(ended(process, 0)[0])["glue_run"] == "jr_first"


@pytest.mark.parametrize(
    ("what", "state", "says"), [("keep", "STARTING", "goes on"), ("delete", "STOPPED", "to stop")]
)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_launcher_that_is_told_to_end_keeps_or_stops_the_run(
    service: GlueService,
    footfall: Footfall,
    deployed: str,
    what: str,
    state: str,
    says: str,
    number: int,
    code: int,
) -> None:
    """As its flag says."""
    process = submit(footfall, deployed, "--on-interrupt", what)
    run = service.await_run()
    await_said(process, "start run", "done")
    process.send_signal(number)
    _, err = ended(process, code)
    (said,) = (line for line in err.splitlines() if says in line)
    assert json.loads(said)["glue_run"] == run["Id"]
    assert run["JobRunState"] == state


def test_a_run_that_gets_no_workers_is_stopped_after_a_while(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """The wait is bounded."""
    _, err = ended(submit(footfall, deployed, "--start-timeout", "1s"), 6)
    assert "has no workers after 1 s, it is STARTING" in err
    assert service.runs[0]["JobRunState"] == "STOPPED"


def test_a_run_that_takes_too_long_is_left_to_itself(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """The same command joins it later."""
    service.on_start = lambda run: run.update(JobRunState="RUNNING")
    _, err = ended(submit(footfall, deployed, "--timeout", "1s"), 6)
    assert "has not ended after 1 s, it is RUNNING" in err
    assert service.runs[0]["JobRunState"] == "RUNNING"


def test_a_job_without_a_version_is_not_started(service: GlueService, footfall: Footfall, job: str) -> None:
    """It is said which command deploys one."""
    _, err = ended(submit(footfall, job), 2)
    assert "footfall glue deploy" in err
    assert service.runs == []


def test_run_can_start_without_waiting(service: GlueService, footfall: Footfall, deployed: str) -> None:
    """Its id is the output."""
    out, _ = ended(footfall("glue", "run", "--job", deployed, "--smoke", "--no-wait"), 0)
    assert json.loads(out) == {"glue_run": service.runs[0]["Id"]}
    assert service.runs[0]["Arguments"]["--sample"] == "true"


def test_a_smoke_run_that_counts_the_sample_wrongly_is_a_defect(
    service: GlueService, footfall: Footfall, deployed: str
) -> None:
    """The launcher knows from the generator how many rows there are."""

    def end(run: dict[str, Any]) -> None:
        service.write(run, SUMMARY, to="output")
        service.end(run, "SUCCEEDED")

    service.on_start = end
    _, err = ended(footfall("glue", "run", "--job", deployed, "--smoke"), 7)
    assert "scanned: 3 instead of 20299" in err


def test_flags_of_kubernetes_are_refused(footfall: Footfall, deployed: str) -> None:
    """They would else have no effect."""
    _, err = ended(submit(footfall, deployed, "--namespace", "footfall-test"), 2)
    assert "There is no --namespace on Glue" in err
