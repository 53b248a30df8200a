"""Where the launcher finds what the driver of a Glue run has written."""

import json

import pytest

from tests.glue.conftest import Footfall
from tests.glue.service import GlueService
from tests.glue.test_runs import SUMMARY, submit
from tests.launch.processes import ended


@pytest.mark.parametrize("after", ["", "-driver"])
def test_the_log_is_found_where_the_job_has_it_written(
    service: GlueService, footfall: Footfall, deployed: str, after: str
) -> None:
    """In groups of its own, in a stream of the run's id, or of that and `-driver`, as AWS documents it."""
    glue = service.client("glue")
    job = glue.get_job(JobName=deployed)["Job"]
    arguments = {**job["DefaultArguments"], "--custom-logGroup-prefix": f"/lake{after}/glue/"}
    update = {"Role": job["Role"], "Command": job["Command"], "DefaultArguments": arguments}
    glue.update_job(JobName=deployed, JobUpdate=update)
    process = submit(footfall, deployed)
    run = service.await_run()
    service.write(run, "of another job")
    service.write(run, "one", below=f"/lake{after}/glue", after=after)
    service.write(run, SUMMARY, to="output", below=f"/lake{after}/glue", after=after)
    service.end(run, "SUCCEEDED")
    out, err = ended(process, 0)
    assert json.loads(out)["visits"] == 7
    assert [line for line in err.splitlines() if not line.startswith("{")] == ["one"]
