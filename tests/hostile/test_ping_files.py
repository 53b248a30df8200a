"""Damaged files of pings, in every format: their rows are kept or have a reason, or one error says what to do."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from footfall.errors import InputError
from footfall.sample import BUNDLED
from tests.hostile.ping_mutations import Whole, outcome, whole_files, write_damaged

EACH = 40
FINDS = (("device-words.parquet", 2812), ("lz4.parquet", 13771), ("device-uuid.parquet", 161215))
"""What 700,000 damaged files found: a name of a column that is no text, and files with
fewer rows than they say. Another one, a long line that took minutes, is
among the tests of headers."""
ABORTS = (("snappy.parquet", 36237), ("brotli.parquet", 81620), ("split.parquet", 91705))
"""Sizes of levels that do not fit the schema, and a column of another type: in pyarrow 26 nothing catches what
Arrow raises. Numbers among the Parquet files alone, of which 100,000 were damaged."""
ANSWERS = {"read", "InputError", "SettingsError"}


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> list[Whole]:
    """Files that can be read."""
    return list({whole.path: whole for whole in whole_files(tmp_path_factory.mktemp("wholes"))}.values())


def test_every_whole_file_is_read(wholes: list[Whole]) -> None:
    """Else damage would prove nothing."""
    assert {whole.path.name: outcome(whole) for whole in wholes} == {
        whole.path.name: "read" for whole in wholes
    }


@pytest.mark.parametrize(("name", "number"), FINDS)
def test_what_was_found_once_is_refused(wholes: list[Whole], tmp_path: Path, name: str, number: int) -> None:
    """Each of these was another error."""
    (whole,) = (each for each in wholes if each.path.name == name)
    assert outcome(write_damaged(whole, tmp_path, number)) == "InputError"


@pytest.mark.parametrize(("name", "number"), ABORTS)
def test_a_footer_on_which_arrow_aborts_is_refused(
    wholes: list[Whole], tmp_path: Path, name: str, number: int
) -> None:
    """The process ends with the exit code of a wrong input, and names the file."""
    (whole,) = (each for each in wholes if each.path.name == name)
    damaged = write_damaged(whole, tmp_path, number).path
    reads = "import sys; from footfall.cli import main; sys.exit(main(sys.argv[1:]))"
    words = [
        "plan",
        "--pings-path",
        str(damaged),
        "--places-path",
        str(BUNDLED / "places.geojson"),
        "--output",
        str(tmp_path / "out"),
    ]
    ended = subprocess.run([sys.executable, "-c", reads, *words], capture_output=True, text=True, check=False)
    assert ended.returncode == InputError.exit_code
    assert f"where: {damaged}" in ended.stderr


def test_a_run_that_arrow_aborts_is_not_left_running(wholes: list[Whole], tmp_path: Path) -> None:
    """Its manifest says that it failed, in which step and why."""
    name, number = ABORTS[0]
    (whole,) = (each for each in wholes if each.path.name == name)
    damaged = write_damaged(whole, tmp_path, number).path
    counts = "import sys; from footfall.cli import main; sys.exit(main(sys.argv[1:]))"
    places = BUNDLED / "places.geojson"
    words = [
        "run",
        "--pings-path",
        str(damaged),
        "--places-path",
        str(places),
        "--output",
        str(tmp_path / "out"),
    ]
    ended = subprocess.run(
        [sys.executable, "-c", counts, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == InputError.exit_code
    (manifest,) = (tmp_path / "out").glob("runs/*/manifest.json")
    said = json.loads(manifest.read_text())
    assert (said["state"], said["exit_code"], said["step"]) == ("failed", 3, "find pings")
    assert "Arrow cannot read its footer" in said["refusal"]


def test_a_damaged_file_is_read_or_refused_by_one_error(wholes: list[Whole], tmp_path: Path) -> None:
    """Whatever bytes are lost, changed or repeated: no other error leaves the readers."""
    found = Counter(
        outcome(write_damaged(whole, tmp_path, number)) for whole in wholes for number in range(EACH)
    )
    assert set(found) == ANSWERS
    assert min(found.values()) > len(wholes)
