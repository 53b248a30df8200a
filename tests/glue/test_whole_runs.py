"""`footfall submit --on glue` to a run of the real script: what it writes is the log, how it ends is the run's end."""

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pyspark
import pytest

from tests.glue.conftest import Footfall
from tests.glue.same_day import DAY, SETTINGS, command_of_glue, inputs
from tests.glue.service import GlueService

pytestmark = pytest.mark.stores
SPARK = Path(pyspark.__file__).parents[1]


def run_for_real(service: GlueService, folder: Path, defaults: dict[str, str]) -> Any:
    """Has the service run the script of each run, and end it as Glue would."""

    def work(run: dict[str, Any]) -> None:
        run["JobRunState"] = "RUNNING"
        command, environ = command_of_glue({**defaults, **run["Arguments"]}, SPARK, {})
        done = subprocess.run(
            command, env={**os.environ, **environ}, cwd=folder, capture_output=True, text=True, check=False
        )
        for to, text in (("error", done.stderr), ("output", done.stdout)):
            lines = [line for line in text.splitlines() if line]
            if lines:
                service.write(run, *lines, to=to)
        raised = next((line for line in done.stderr.splitlines() if ".Failed: " in line), "")
        message = f"Error Category: UNCLASSIFIED_ERROR; {raised}"
        service.end(run, *(("FAILED", message) if done.returncode else ("SUCCEEDED", "")))

    return lambda run: threading.Thread(target=work, args=(run,), daemon=True).start()


def test_a_day_is_published_and_a_day_without_pings_ends_with_the_code_of_inputs(
    service: GlueService, footfall: Footfall, deployed: str, tmp_path: Path
) -> None:
    """The script's exit code comes through Glue, which has none."""
    defaults = {"--settings": str(SETTINGS), "--output": f"{tmp_path}/out", **inputs(tmp_path)}
    service.on_start = run_for_real(service, tmp_path, defaults)
    words = ("submit", "--on", "glue", "--job", deployed, "--day")
    process = footfall(*words, DAY)
    out, err = process.communicate(timeout=500)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert (told["state"], told["visits"], told["dpu_seconds"]) == ("published", 7, 360.0)
    process = footfall(*words, "2023-04-01")
    out, err = process.communicate(timeout=500)
    assert process.returncode == 3, err
    assert f"of Glue job {deployed})" in err
