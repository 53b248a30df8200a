"""The image that `make test-image` has built: what it is, what it does, and that a second build is the same."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.docker.containers import Image

NAME = os.environ.get("IMAGE_UNDER_TEST", "")
AGAIN = os.environ.get("IMAGE_BUILT_AGAIN", "")

pytestmark = pytest.mark.skipif(
    not NAME, reason="IMAGE_UNDER_TEST names no image: make test-image builds one"
)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def image() -> Image:
    """The image under test."""
    return Image(NAME)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder that user 185 may write to."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):  # noqa: S108 - where pytest's folders lie
            folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o777)
    return tmp_path


def counts(folder: Path) -> list[dict[str, object]]:
    """The published rows below the working directory of a run, by place and day."""
    rows = pq.read_table(folder / "footfall-output" / "footfall").to_pylist()
    return sorted(rows, key=lambda row: (row["day"], row["place_id"]))


def test_the_sample_counts_the_same_as_outside_with_a_root_that_cannot_be_written_to(
    image: Image, output: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`docker run --read-only IMAGE run` publishes the rows that the command of this checkout publishes."""
    ended = image.run("run", output=output)
    assert ended.returncode == 0, ended.stderr
    outside = tmp_path_factory.mktemp("outside")
    subprocess.run([sys.executable, "-m", "footfall", "run"], cwd=outside, check=True, capture_output=True)
    assert len(counts(outside)) == 3 * 40
    assert counts(output) == counts(outside)


def test_a_run_compiles_nothing_that_the_image_does_not_bring(image: Image, output: Path) -> None:
    """After the sample was counted no machine code lies where a run may write, of driver and workers alike."""
    count = "/opt/footfall/bin/python -I /opt/entrypoint.py run >/dev/null"
    found = "find /tmp /var/data /work -name '*.o' && echo nothing else"
    ended = image.run("-c", f"{count} && {found}", entrypoint="/bin/sh", output=output)
    assert ended.stdout == "nothing else\n", ended.stderr


def test_the_process_is_user_185_and_cannot_write_beside_its_folders(image: Image, output: Path) -> None:
    """The ids are those that Spark's pods use; the root and the job are read-only."""
    script = "id -u; id -g; touch /opt/footfall/x /etc/x; touch /tmp/x /var/data/x /work/x && echo wrote"
    ended = image.run("-c", script, entrypoint="/bin/sh", output=output)
    assert ended.stdout.split() == ["185", "185", "wrote"]
    assert ended.stderr.count("Read-only file system") == 2


def test_nothing_in_the_image_lends_another_user_s_rights_beyond_those_of_debian(
    image: Image, output: Path
) -> None:
    """No file that we put in is setuid or setgid, and none can be written to by all."""
    script = "find /opt -perm /6000 -o -perm -o+w ! -type l; echo done"
    assert image.run("-c", script, entrypoint="/bin/sh", output=output).stdout.split() == ["done"]


def test_the_labels_say_where_the_image_comes_from(image: Image) -> None:
    """Commit, version and base with its digest are told, and nothing runs as root."""
    config = image.inspect()["config"]
    labels = {name.removeprefix("org.opencontainers.image."): text for name, text in config["Labels"].items()}
    assert len(labels["revision"]) == 40
    assert labels["base.digest"].startswith("sha256:")
    dockerfile = (ROOT / "docker/Dockerfile").read_text(encoding="utf-8")
    assert f"ARG BASE={labels['base.name']}\n" in dockerfile
    assert f'version = "{labels["version"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert config["User"] == "185:185"


def test_no_variable_of_the_image_holds_what_came_from_the_machine_that_built_it(image: Image) -> None:
    """Only the variables of the Dockerfile are there, and those of its base."""
    names = {entry.split("=")[0] for entry in image.inspect()["config"]["Env"]}
    assert names - {"PIP_CERT"} == {"PATH", "JAVA_HOME", "SPARK_HOME", "PYTHONDONTWRITEBYTECODE"}


@pytest.mark.skipif(not AGAIN, reason="IMAGE_BUILT_AGAIN names no second build")
def test_two_builds_of_one_commit_are_the_same_image(image: Image) -> None:
    """The digest of the configuration is the same, and it covers every layer."""
    assert Image(AGAIN).digest() == image.digest()
