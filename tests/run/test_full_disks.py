"""Disks that are full: exit code 6 that names the disk and the folder, and the old day stays."""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.run.conftest import embedded, filled, runner
from tests.run.disks import small_disk

PAGES = 4
"""Kilobytes of a page: what a file takes at least on the disks of these tests."""

NOTHING: Mapping[str, str] = {}


def footfall(folder: Path, output: Path, *more: str, environ: Mapping[str, str] = NOTHING) -> tuple[int, str]:
    """Count the shops' pings into an output: the exit code, and what was said that is no JSON."""
    flags = {
        "pings-path": folder / "pings.csv",
        "places-path": folder / "places.geojson",
        "output": output,
        "workers": 1,
        "privacy-k": 1,
    }
    words = [*(f"--{name}={text}" for name, text in flags.items()), *more]
    done = subprocess.run(
        [sys.executable, "-m", "footfall", "run", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environ},
    )
    return done.returncode, "\n".join(line for line in done.stderr.splitlines() if not line.startswith("{"))


def changed(folder: Path) -> Path:
    """The shops' folder, with one ping less than those that were counted before."""
    lines = (folder / "pings.csv").read_text().splitlines()
    (folder / "pings.csv").write_text("\n".join(lines[:4] + lines[5:]) + "\n")
    return folder


def days(output: Path) -> dict[str, bytes]:
    """The published files."""
    return {file.parent.name: file.read_bytes() for file in output.glob("footfall/day=*/*.parquet")}


@pytest.mark.parametrize("free", [0, 2, 6, 40])
def test_an_output_without_room_is_named_and_keeps_its_days(tmp_path: Path, free: int) -> None:
    """Whatever was to be written when the disk was full: a sign of life, rows, bad rows, a report or the manifest."""
    filled(tmp_path)
    with small_disk(tmp_path / "disk", 2000) as disk:
        assert footfall(tmp_path, disk / "out")[0] == 0
        before = days(disk / "out")
        room = os.statvfs(disk).f_bavail - free
        (disk / "other").write_bytes(b"x" * 1024 * PAGES * room)
        code, said = footfall(changed(tmp_path), disk / "out")
        assert code == 6, said
        assert "the disk is full" in said
        assert str(disk / "out") in said
        assert days(disk / "out") == before
        assert not list(disk.glob("out/runs/*/staging"))
        (disk / "other").unlink()
        assert footfall(tmp_path, disk / "out")[0] == 0
        assert days(disk / "out") != before


@pytest.mark.parametrize("kilobytes", [8, 400])
@pytest.mark.parametrize(("flag", "variable"), [("--scratch", None), (None, "TMPDIR")])
def test_a_scratch_folder_or_temporary_folder_without_room_is_named(
    tmp_path: Path, kilobytes: int, flag: str | None, variable: str | None
) -> None:
    """By the setting or the variable that moves it."""
    filled(tmp_path)
    with (tmp_path / "pings.csv").open("a") as pings:
        pings.writelines(
            f"d{n},2023-03-01 {n % 24:02}:{n % 60:02}:00,0.{n:06},0.5\n" for n in range(100, 40_000)
        )
    assert footfall(tmp_path, tmp_path / "out")[0] == 0
    before = days(tmp_path / "out")
    with small_disk(tmp_path / "disk", kilobytes) as disk:
        more = [f"{flag}={disk}"] if flag else []
        environ = {variable: str(disk)} if variable else {}
        code, said = footfall(changed(tmp_path), tmp_path / "out", *more, environ=environ)
        assert code == 6, said
        assert "is full" in said
        assert str(disk) in said
        assert not list(disk.iterdir())
    assert days(tmp_path / "out") == before


def test_a_limit_of_the_size_of_files_is_as_good_as_a_full_disk(tmp_path: Path) -> None:
    """As `ulimit -f` sets it: the page of a report is longer than that."""
    assert runner(embedded, filled(tmp_path))().refusal is None
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        code, said = footfall(tmp_path, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert code == 6, said
    assert "is full" in said


@pytest.mark.parametrize("words", ["sample {}/town", "site {}/site", "report last --html {}/page.html"])
def test_other_commands_that_write_name_the_disk_as_well(tmp_path: Path, words: str) -> None:
    """A sample, a page of all runs, the copy of a page."""
    assert runner(embedded, filled(tmp_path))().refusal is None
    with small_disk(tmp_path / "disk", 8) as disk:
        output = ["--output", str(tmp_path / "out")] if not words.startswith("sample") else []
        done = subprocess.run(
            [sys.executable, "-m", "footfall", *words.format(disk).split(), *output],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 6, done.stderr
        assert "full" in done.stderr
        assert str(disk) in done.stderr
