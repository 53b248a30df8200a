"""A reader that goes away is no failure of the command, and does not change how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOOTFALL = Path(sys.executable).with_name("footfall")


def ended_without_reader(folder: Path, *words: str, stream: str) -> tuple[int, str]:
    """The exit code of a command whose stdout or stderr nobody reads from the start, and what the other one had."""
    read, write = os.pipe()
    os.close(read)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: write}
    try:
        done = subprocess.run([FOOTFALL, *words], cwd=folder, text=True, check=False, **streams)
    finally:
        os.close(write)
    return done.returncode, (done.stderr if stream == "stdout" else done.stdout) or ""


@pytest.mark.parametrize(
    "words", [("schema",), ("sample", "town", "--pings", "9"), ("--help",), ("--version",)]
)
def test_a_command_whose_output_nobody_reads_ends_well_and_says_nothing(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """As behind `| head -1`."""
    assert ended_without_reader(tmp_path, *words, stream="stdout") == (0, "")


def test_a_run_goes_on_where_nobody_reads_its_steps(tmp_path: Path) -> None:
    """It publishes, and says so where somebody reads."""
    code, said = ended_without_reader(tmp_path, "run", stream="stderr")
    assert code == 0
    assert '"state": "published"' in said
    code, _ = ended_without_reader(tmp_path, "run", stream="stdout")
    assert code == 0
    assert len(list(tmp_path.glob("footfall-output/runs/*/manifest.json"))) == 2


def test_a_refusal_keeps_its_code_without_a_reader(tmp_path: Path) -> None:
    """An error is no success because its summary was cut off."""
    refused = ("run", "--quality-min-rows", "1000000")
    assert ended_without_reader(tmp_path, *refused, stream="stdout")[0] == 4
    assert ended_without_reader(tmp_path, "run", "--boundary", "x", stream="stderr")[0] == 2
