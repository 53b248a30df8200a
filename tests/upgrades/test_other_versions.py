"""Versions of the schema: an older output is read on, two versions publish side by side, a newer one is refused."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.compare.tables import open_days
from footfall.publish.reading import read_rows
from footfall.schema import FOOTFALL
from footfall.schema_version import KEY, SCHEMA_VERSION
from footfall.settings import Catalog
from tests.run.conftest import PLACES
from tests.upgrades.__main__ import SETTINGS, write_day
from tests.upgrades.another_version import LATER_COLUMNS, LATER_FIELDS, NEWER

FIRST, SECOND = date(2023, 3, 1), date(2023, 3, 2)
OTHER = [sys.executable, "-m", "tests.upgrades.another_version"]
OWN = [sys.executable, "-m", "footfall"]
SURROUNDINGS = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def filled(folder: Path) -> Path:
    """The folder, with two days of pings: two devices in A on the first, five on the second."""
    (folder / "places.geojson").write_text(PLACES)
    (folder / "settings.yaml").write_text(SETTINGS.replace("period: week\n", ""))
    write_day(folder, FIRST, 2)
    write_day(folder, SECOND, 5)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Such a folder as the current one."""
    monkeypatch.chdir(filled(tmp_path))
    return tmp_path


def start(folder: Path, command: list[str], day: date) -> subprocess.Popen[str]:
    """A run of a day under way."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [*command, "run", f"--day={day}"], cwd=folder, env=SURROUNDINGS, text=True, **pipes
    )


def ended(run: subprocess.Popen[str]) -> int:
    """The exit code of a run, with what it said where it failed."""
    _, said = run.communicate(timeout=300)
    assert run.returncode == 0, said
    return run.returncode


def file_of(day: date) -> Path:
    """The published file of a day."""
    return Path("out/footfall") / f"day={day}" / "footfall.parquet"


def pings(day: date) -> list[int]:
    """Pings in A and B of a published day, as the job reads them."""
    return [
        number
        for batch in read_rows([str(file_of(day))], day, FOOTFALL, ("pings",))
        for number in batch["pings"].to_pylist()
    ]


def test_two_versions_publish_different_days_of_one_folder_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both succeed, and this version reads both days: columns that came later are null in the older one."""
    runs = [start(folder, [*OTHER, "older"], FIRST), start(folder, OWN, SECOND)]
    assert [ended(run) for run in runs] == [0, 0]
    assert (pings(FIRST), pings(SECOND)) == ([2, 2], [5, 2])

    names = pq.read_schema(file_of(FIRST)).names
    assert not set(LATER_COLUMNS) & set(names)
    (older,) = (
        json.loads(path.read_text())
        for path in folder.glob("out/runs/*/manifest.json")
        if "schema_version" not in path.read_text()
    )
    assert not set(LATER_FIELDS) & set(older)
    rows = open_days("out", Catalog(), {}).rows(FIRST)
    assert [rows[name].null_count for name in LATER_COLUMNS] == [2] * 6

    assert main(["runs"]) == 0
    assert [json.loads(line)["state"] for line in capsys.readouterr().out.splitlines()] == ["published"] * 2
    assert main(["diff", str(FIRST), str(SECOND)]) == 1
    assert main(["verify", "--day", str(FIRST)]) == 0
    assert main(["export", "counts.csv"]) == 0
    assert main(["site", "pages"]) == 0
    assert main(["report", str(FIRST)]) == 0
    text = (folder / "counts.csv").read_text()
    assert (text.count(str(FIRST)), text.count(str(SECOND))) == (2, 2)


def test_table_and_manifest_say_the_version_of_the_schema(folder: Path) -> None:
    """In the footer of each file, and in a field."""
    assert main(["run", "--day", str(FIRST)]) == 0
    footer = pq.read_metadata(file_of(FIRST)).metadata
    assert footer[KEY.encode()] == str(SCHEMA_VERSION).encode()
    (manifest,) = folder.glob("out/runs/*/manifest.json")
    assert json.loads(manifest.read_text())["schema_version"] == SCHEMA_VERSION


@pytest.fixture(scope="module")
def published_by_newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder, in which a newer version has published the first day; only to look at."""
    there = filled(tmp_path_factory.mktemp("newer"))
    ended(start(there, [*OTHER, "newer"], FIRST))
    return there


@pytest.fixture
def newer(published_by_newer: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder as the current one."""
    monkeypatch.chdir(published_by_newer)
    return published_by_newer


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--day", str(SECOND)),
        ("run", "--stale"),
        ("plan", "--stale"),
        ("runs",),
        ("report", "last"),
        ("site", "pages"),
        ("metrics",),
        ("verify", "--day", str(FIRST)),
        ("export", "counts.csv"),
        ("diff", "out", "out"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_a_newer_version_wrote_is_refused(
    newer: Path, capfd: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """By each command in one sentence, with what to do; nothing is published beside it or over it."""
    before = {path: path.read_bytes() for path in newer.glob("out/footfall/*/*.parquet")}
    assert main(list(words)) == 2
    said = capfd.readouterr().err
    sentence = f"A newer footfall wrote this: its schema has version {NEWER}, and this one reads up to {SCHEMA_VERSION}"
    assert said.count(f"\n{sentence}") + said.startswith(sentence) == 1
    assert "Update footfall" in said
    assert {path: path.read_bytes() for path in newer.glob("out/footfall/*/*.parquet")} == before


def test_a_week_of_a_newer_version_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where only the week is compared."""
    write_day(folder, date(2023, 2, 27), 1)
    command = [
        *OTHER,
        "newer",
        "run",
        "--period",
        "week",
        "--allow-empty",
        "true",
        "--days",
        "{from: 2023-02-27, to: 2023-03-05}",
    ]
    subprocess.run(command, check=True, capture_output=True, env=SURROUNDINGS)
    assert main(["diff", "2023-W09", "2023-W09"]) == 2
    assert "A newer footfall wrote this" in capsys.readouterr().err


def test_a_damaged_file_is_replaced_and_not_taken_for_a_newer_one(folder: Path) -> None:
    """Only what says a newer version is refused."""
    assert main(["run", "--day", str(FIRST)]) == 0
    file_of(FIRST).write_bytes(b"PAR1 damaged")
    assert main(["run", "--day", str(FIRST)]) == 0
    assert pings(FIRST) == [2, 2]
