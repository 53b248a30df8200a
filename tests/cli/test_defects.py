"""A defect of the code, wherever it shows: its own exit code, one sentence, a trace, and no retry."""

import json
import shlex
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footfall import cli
from footfall.cli import main, on_glue
from footfall.errors import DefectError

ROOT = Path(__file__).parents[2]
ROW = "device 17"


def break_down(*_: object, **__: object) -> Any:
    """Be wrong in a way that nobody thought of."""
    raise ZeroDivisionError(ROW)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of the commands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def manifest(folder: Path) -> dict[str, Any]:
    """That of the only run."""
    (file,) = folder.glob("footfall-output/runs/*/manifest.json")
    said: dict[str, Any] = json.loads(file.read_text())
    return said


@pytest.mark.parametrize(
    "where",
    [
        "footfall.scan.judge",  # a worker that reads
        "footfall.aggregate.parts.sum_places",  # a worker that sums
        "footfall.publish.writing._parquet",  # a worker that writes
        "footfall.jobs.footfall.job.build",  # the driver
        "footfall.report.html.render",  # the report
    ],
)
def test_a_defect_of_a_run_ends_with_its_own_code_and_leaves_a_trace(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    """The last lines say that it is a defect, where the trace is and where to report; no row of the input is told."""
    monkeypatch.setattr(where, break_down)
    assert main(["run"]) == 8
    said = capsys.readouterr().err
    what, place, do = said.splitlines()[-3:]
    assert what.startswith("This is a defect of footfall itself")
    assert "ZeroDivisionError" in what
    trace = Path(place.removeprefix("  where: "))
    assert trace.parent.parent == folder / "footfall-output" / "runs"
    assert "in break_down" in trace.read_text()
    assert "Report it" in do
    assert "device 17" not in said + trace.read_text()
    assert (manifest(folder)["state"], manifest(folder)["exit_code"]) == ("failed", 8)
    (end,) = [json.loads(line) for line in said.splitlines() if line.startswith('{"step": "end"')]
    assert end["exit_code"] == 8


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("runs", "footfall.history.reading.all_runs"),
        ("report last", "footfall.history.reading.all_runs"),
        ("site there", "footfall.site.writing.write_site"),
        ("metrics", "footfall.history.metrics.metrics_text"),
        ("plan", "footfall.platforms.plan.show"),
        ("sample there", "footfall.sample.generator.write_sample"),
        ("schema", "footfall.settings.Settings.json_schema"),
        ("run", "footfall.cli.loading.load_settings"),
        ("submit --on kubernetes --day 2023-03-01", "footfall.launch.command.submit"),
        ("submit --on glue --job j --day 2023-03-01", "footfall.launch.glue.runs.submit"),
        ("backfill --from 2023-03-01 --to 2023-03-02 --rerun", "footfall.launch.backfill.days_between"),
        ("settle --on kubernetes --launched-by x", "footfall.launch.kubernetes.api.Cluster.connect"),
    ],
)
def test_a_defect_of_any_command_ends_with_that_code_and_its_trace_below(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, broken: str
) -> None:
    """Where there is no folder of a run, the trace follows the sentence."""
    (Path.cwd() / "footfall-output").mkdir()
    monkeypatch.setattr(broken, break_down)
    assert main(shlex.split(words)) == 8
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("{")]
    assert lines[0].startswith("This is a defect of footfall itself")
    assert lines[3] == "Traceback (most recent call last):"
    assert lines[-1] == "ZeroDivisionError: device 17"


def test_an_installation_that_lacks_a_library_ends_with_that_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it is the one that errors are shown with."""
    for name in ("terminal", "terminal.history", "terminal.sentences"):
        monkeypatch.setitem(sys.modules, f"footfall.{name}", None)
    (Path.cwd() / "footfall-output").mkdir()
    assert main(["runs"]) == 8
    assert capsys.readouterr().err.startswith("This is a defect of footfall itself")


def test_a_defect_on_glue_is_told_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Glue keeps the text of the exception, from which launchers read the code."""

    class Failed(Exception):
        def __init__(self, error: DefectError) -> None:
            super().__init__(f"exit code {error.exit_code}")

    stands_in = SimpleNamespace(words=break_down, Failed=Failed)
    monkeypatch.setitem(sys.modules, "footfall.platforms.glue", stands_in)
    monkeypatch.setattr("footfall.platforms.glue", stands_in, raising=False)
    with pytest.raises(Failed, match="exit code 8"):
        on_glue.run_on_glue(["script", "--JOB_NAME", "x"])


def test_no_layer_tries_a_defect_again() -> None:
    """Neither Argo Workflows, nor the operator, nor `submit`."""
    from footfall.launch.ending import is_worth_retrying

    (day,) = [
        template
        for template in yaml.safe_load((ROOT / "k8s/components/workflows/day.yaml").read_text())["spec"][
            "templates"
        ]
        if template["name"] == "day"
    ]
    assert f'"{DefectError.exit_code}"' not in day["retryStrategy"]["expression"]
    template = yaml.safe_load((ROOT / "k8s/base/template.yaml").read_text())
    assert template["spec"]["restartPolicy"] == {"type": "Never"}
    assert not is_worth_retrying(DefectError.exit_code)


def test_the_codes_in_the_documents_are_those_of_the_errors() -> None:
    """The page for people on call, and the help."""
    from footfall.cli.command import EXIT_CODES

    assert f"\n| {DefectError.exit_code} | " in (ROOT / "docs/operations.md").read_text()
    assert f"  {DefectError.exit_code} a defect" in EXIT_CODES
    assert cli.COMMANDS["run"].epilog == EXIT_CODES
