"""`aws/glue` on the job of the stack: deployed from a commit, deployed again, taken back; in a look-alike of AWS.

How a run is followed, tests/glue tells: the look-alike runs nothing.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.aws.lookalike import ROOT, Account, account
from tests.glue.conftest import archive
from tests.workflows.repository import surroundings

pytestmark = pytest.mark.skipif(
    not shutil.which("aws"), reason="the command aws is missing: make test-delivery"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account with the stacks that Glue needs in test."""
    with account(tmp_path_factory.mktemp("aws")) as there:
        for template in ("storage", "glue"):
            there.deploy(template, "test")
        make_numbers(there)
        yield there


def make_numbers(account: Account) -> None:
    """Where the look-alike has taken numbers of the template as texts, and AWS would not."""
    glue = account.client("glue")
    job = glue.get_job(JobName="footfall-test")["Job"]
    kept = ("Role", "Command", "DefaultArguments", "GlueVersion", "WorkerType", "Description")
    numbers = {name: int(job[name]) for name in ("NumberOfWorkers", "Timeout", "MaxRetries")}
    glue.update_job(JobName="footfall-test", JobUpdate={**{name: job[name] for name in kept}, **numbers})


class Checkout:
    """A checkout with the command, the settings, and the archive of each commit."""

    def __init__(self, folder: Path, made: Account) -> None:
        self.folder, self.made = folder, made
        (folder / "dist").mkdir(parents=True)
        for path in ("aws/glue", "k8s/base/settings.yaml"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        self.git("init", "--quiet")

    def git(self, *words: str) -> str:
        """What a command of git prints."""
        command = ["git", "-C", str(self.folder), *words]
        return subprocess.run(
            command, env=surroundings(), capture_output=True, text=True, check=True
        ).stdout.strip()

    def commit(self) -> str:
        """A new commit, and its archive."""
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        commit = self.git("rev-parse", "HEAD")
        archive(self.folder / "dist", commit)
        return commit

    def glue(self, *words: str) -> None:
        """Run `aws/glue WORDS`."""
        done = subprocess.run(
            [self.folder / "aws/glue", *words],
            env=self.made.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def job(self) -> dict[str, Any]:
        """The job as it is now."""
        return self.made.client("glue").get_job(JobName="footfall-test")["Job"]  # type: ignore[no-any-return]


def test_the_job_of_the_stack_runs_what_was_deployed_until_it_is_taken_back(
    made: Account, tmp_path: Path
) -> None:
    """Two versions lie side by side; all that the stack has set stays, and the settings of the base are uploaded."""
    checkout = Checkout(tmp_path / "checkout", made)
    before, bucket = checkout.job(), made.outputs("footfall-test-glue")["CodeBucket"]
    versions = []
    for _ in range(2):
        versions.append(checkout.commit())
        checkout.glue("deploy", "test")
        arguments = checkout.job()["DefaultArguments"]
        folder = f"s3://{bucket}/glue/{versions[-1]}"
        assert arguments["--additional-python-modules"].startswith(f"{folder}/footfall-{versions[-1]}")
        assert checkout.job()["Command"]["ScriptLocation"] == f"{folder}/footfall.py"
        assert before["DefaultArguments"].items() <= arguments.items()
    uploaded = made.client("s3").get_object(Bucket=bucket, Key="settings.yaml")["Body"].read()
    assert uploaded == (ROOT / "k8s/base/settings.yaml").read_bytes()
    assert before["DefaultArguments"]["--settings"] == f"s3://{bucket}/settings.yaml"
    checkout.glue("rollback", "test")
    assert checkout.job()["Command"]["ScriptLocation"] == f"s3://{bucket}/glue/{versions[0]}/footfall.py"


def test_the_settings_of_the_job_are_settings_of_footfall(made: Account) -> None:
    """What the stack gives the job beside Glue's own arguments are flags of `footfall run`."""
    from footfall.platforms.glue import words

    arguments = made.client("glue").get_job(JobName="footfall-test")["Job"]["DefaultArguments"]
    argv = ["footfall.py", "--JOB_NAME", "footfall-test"]
    for name, value in arguments.items():
        argv += [name, value]
    ours = words(argv)
    flags = {word.split("=")[0] for word in ours if word.startswith("--")}
    assert {"--settings", "--pings-path", "--places-path", "--output", "--catalog-database"} <= flags
    assert "--datalake-formats" not in flags
