"""`footfall glue deploy` and `rollback`, against a server that keeps buckets and jobs."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.glue.conftest import Footfall, archive
from tests.glue.service import GlueService
from tests.launch.processes import ended

OLD, NEW = "aaaaaaa", "bbbbbbb"


@pytest.fixture
def deploy(footfall: Footfall, bucket: str, job: str, tmp_path: Path) -> Any:
    """Deploys a version, and gives what was told."""

    def run(version: str, code: int = 0, **parts: Any) -> Any:
        file = archive(tmp_path, version, **parts)
        words = ("--archive", str(file), "--job", job, "--to", f"s3://{bucket}/glue")
        out, err = ended(footfall("glue", "deploy", *words), code)
        return json.loads(out) if out else err

    return run


def definition(service: GlueService, job: str) -> Any:
    """The job as the server has it."""
    return service.client("glue").get_job(JobName=job)["Job"]


def test_a_version_is_uploaded_and_the_job_points_at_it(
    service: GlueService, deploy: Any, bucket: str, job: str
) -> None:
    """Script and archive lie in a folder named after the commit; all else of the job stays as it was."""
    before = definition(service, job)
    assert deploy(NEW, script=b"the script") == {
        "job": job,
        "state": "deployed",
        "version": NEW,
        "before": None,
    }
    after = definition(service, job)
    folder = f"s3://{bucket}/glue/{NEW}"
    assert after["Command"] == {**before["Command"], "ScriptLocation": f"{folder}/footfall.py"}
    assert after["DefaultArguments"] == {
        "--settings": "s3://lake/settings.yaml",
        "--datalake-formats": "iceberg",
        "--additional-python-modules": f"{folder}/footfall-{NEW}-py311.gluewheels.zip",
        "--python-modules-installer-option": "--no-index --no-deps",
    }
    for part in ("Role", "GlueVersion", "WorkerType", "NumberOfWorkers", "Timeout", "Description"):
        assert after[part] == before[part]
    script = service.client("s3").get_object(Bucket=bucket, Key=f"glue/{NEW}/footfall.py")
    assert script["Body"].read() == b"the script"


def test_versions_are_kept_where_the_template_has_the_script(
    service: GlueService, footfall: Footfall, bucket: str, tmp_path: Path
) -> None:
    """Also once the script is that of a version."""
    name = f"footfall-of-{bucket}"
    service.make_job(name, Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/glue/not-yet.py"})
    for version in (OLD, NEW):
        file = archive(tmp_path, version)
        ended(footfall("glue", "deploy", "--archive", str(file), "--job", name), 0)
        script = definition(service, name)["Command"]["ScriptLocation"]
        assert script == f"s3://{bucket}/glue/{version}/footfall.py"


def test_the_same_version_again_changes_nothing(deploy: Any) -> None:
    """Neither the bucket nor the job."""
    deploy(NEW)
    assert deploy(NEW)["state"] == "unchanged"


def test_another_content_under_the_same_commit_is_refused(
    deploy: Any, service: GlueService, bucket: str
) -> None:
    """What is there stays."""
    deploy(NEW)
    assert "holds another archive" in deploy(NEW, code=5, script=b"another")
    script = service.client("s3").get_object(Bucket=bucket, Key=f"glue/{NEW}/footfall.py")
    assert script["Body"].read() == b"run\n"


def test_a_rollback_goes_back_along_the_deployments(
    service: GlueService, deploy: Any, footfall: Footfall, bucket: str, job: str
) -> None:
    """Not back and forth between two versions; at the first one it stops."""
    for version in ("1111111", OLD, NEW):
        deploy(version)
    words = ("glue", "rollback", "--job", job, "--to", f"s3://{bucket}/glue")
    for expected in (OLD, "1111111"):
        out, _ = ended(footfall(*words), 0)
        assert (json.loads(out)["state"], json.loads(out)["version"]) == ("rolled back", expected)
        assert f"/{expected}/" in definition(service, job)["Command"]["ScriptLocation"]
        assert expected in definition(service, job)["DefaultArguments"]["--additional-python-modules"]
    _, err = ended(footfall(*words), 2)
    assert "--version" in err


def test_a_rollback_may_name_its_version_if_it_is_there(
    deploy: Any, footfall: Footfall, bucket: str, job: str
) -> None:
    """A version that was never deployed is refused before the job is touched."""
    deploy(OLD)
    deploy(NEW)
    words = ("glue", "rollback", "--job", job, "--to", f"s3://{bucket}/glue", "--version")
    _, err = ended(footfall(*words, "ccccccc"), 2)
    assert "There is no such version" in err
    out, _ = ended(footfall(*words, OLD), 0)
    assert json.loads(out)["before"] == NEW


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"GlueVersion": "4.0"}, "glueetl on Glue 4.0"),
        ({"Command": {"Name": "pythonshell", "ScriptLocation": "s3://a/b"}}, "pythonshell on Glue 5.1"),
    ],
)
def test_a_job_that_cannot_run_it_is_refused(
    service: GlueService, footfall: Footfall, bucket: str, tmp_path: Path, parts: Any, says: str
) -> None:
    """Before it is changed."""
    service.make_job(f"other-{says[-3:]}-{says[0]}", **parts)
    words = ("--archive", str(archive(tmp_path, NEW)), "--job", f"other-{says[-3:]}-{says[0]}")
    _, err = ended(footfall("glue", "deploy", *words, "--to", f"s3://{bucket}/glue"), 2)
    assert says in err


def test_the_archive_must_be_for_the_python_of_the_job(deploy: Any) -> None:
    """Wheels for Python 3.13 do not work on Glue 5.1."""
    assert "py311.gluewheels.zip" in deploy(NEW, code=2, python="313")


def test_a_missing_job_bucket_or_archive_is_named(
    footfall: Footfall, bucket: str, job: str, tmp_path: Path
) -> None:
    """Each with its own sentence."""
    file = str(archive(tmp_path, NEW))
    words = ("glue", "deploy", "--archive")
    _, err = ended(footfall(*words, file, "--job", "nowhere", "--to", f"s3://{bucket}/glue"), 2)
    assert "There is no Glue job nowhere" in err
    _, err = ended(footfall(*words, file, "--job", job, "--to", "s3://no-such-bucket/glue"), 2)
    assert "The bucket does not exist" in err
    _, err = ended(footfall(*words, "gone.zip", "--job", job, "--to", f"s3://{bucket}/glue"), 3)
    assert "There is no archive" in err
