"""Outputs that released versions wrote, under this one: each command reads them and goes on with them."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from tests.upgrades.__main__ import DAYS, write_day
from tests.upgrades.kept import KEPT, VERSIONS, copied

ROOT = Path(__file__).parents[2]
NEXT = date(2023, 3, 6)
WEEK = {str(day): (number, 2) for number, day in enumerate(DAYS, 1)}
"""Pings in A and B on each day of the kept outputs, counted by hand."""


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each released version."""
    return str(request.param)


@pytest.fixture(scope="module")
def kept(version: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what that version wrote; only to look at."""
    return copied(version, tmp_path_factory.mktemp(version))


@pytest.fixture
def here(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That copy as the current folder."""
    monkeypatch.chdir(kept)
    return kept


@pytest.fixture
def own(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another copy as the current folder, to publish into."""
    monkeypatch.chdir(tmp_path)
    return copied(version, tmp_path)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command that must end with a code; what it tells programs, line by line."""

    def command(*words: str, code: int = 0) -> list[dict[str, Any]]:
        ended = main(list(words))
        out, err = capsys.readouterr()
        assert ended == code, err
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    return command


def counted(folder: Path) -> dict[str, tuple[int, int]]:
    """Pings in A and B by day, as a reader of Parquet finds them."""
    found = {}
    for path in (folder / "out/footfall").glob("day=*/footfall.parquet"):
        a, b = pq.ParquetFile(path).read().sort_by("place_id")["pings"].to_pylist()
        found[path.parent.name.removeprefix("day=")] = (a, b)
    return found


def test_every_release_has_its_kept_output() -> None:
    """Each that the changelog lists; what is kept names the version that wrote it."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^## \[(\d[\d.]*)\]", changelog, re.MULTILINE)) == VERSIONS
    for version in VERSIONS:
        manifests = [
            json.loads(path.read_text()) for path in (KEPT / version).glob("out/runs/*/manifest.json")
        ]
        assert {each["versions"]["footfall"] for each in manifests} == {version}


def test_its_runs_are_listed_as_they_ended(here: Path, said: Any) -> None:
    """One published the week, one was refused, one failed; the refused one does not unpublish its day."""
    assert [(line["state"], line["exit_code"]) for line in said("runs")] == [
        ("failed", 3),
        ("refused", 4),
        ("published", 0),
    ]
    days = said("runs", "--by", "day")
    assert sorted(line["day"] for line in days) == sorted(WEEK)
    assert all(line["digest"] for line in days)


def test_no_day_is_stale_but_by_newer_code(here: Path, said: Any) -> None:
    """Neither a setting that is new since then nor the place of the files makes one stale."""
    days = [line for line in said("plan", "--stale") if "day" in line]
    assert [line["day"] for line in days] == list(WEEK)
    reasons = {reason.partition(":")[0] for line in days for reason in line["reasons"]}
    assert reasons <= {"code changed"}


def test_its_report_and_pages_are_written(here: Path, said: Any, tmp_path: Path) -> None:
    """That of a day, and those of all runs and places."""
    (line,) = said("report", "2023-03-02")
    assert Path(line["report"]).is_relative_to(here)
    said("site", str(tmp_path / "site"))
    page = (tmp_path / "site" / "index.html").read_text()
    assert all(
        words in page for words in ("Shop A", "Shop B", *(f"{sum(both)} pings" for both in WEEK.values()))
    )


def test_its_counts_are_exported(here: Path, said: Any, tmp_path: Path) -> None:
    """Each day and the week, as a table of a spreadsheet and as CSV."""
    said("export", str(tmp_path / "days.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "days.xlsx").worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    place, day, pings = (head.index(name) for name in ("place_id", "day", "pings"))
    found = {(str(row[day])[:10], row[place]): row[pings] for row in rows}
    assert found == {(day, "AB"[n]): pings for day, both in WEEK.items() for n, pings in enumerate(both)}
    said("export", str(tmp_path / "week.csv"), "--by", "week")
    assert "2023-W09" in (tmp_path / "week.csv").read_text()


def test_a_day_counted_again_has_its_digest(here: Path, said: Any) -> None:
    """This version counts as that one did."""
    said("verify", "--day", "2023-03-03", "--period", "day")


def test_a_number_of_it_is_explained(here: Path, said: Any) -> None:
    """It is counted again from the same pings."""
    said("explain", "number", "A", "--period", "day", "--day", "2023-03-03")


def test_maintain_says_that_a_folder_needs_none(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is for tables on object stores."""
    assert main(["maintain", "--settings", "settings.yaml"]) == 2
    assert "folder" in capsys.readouterr().err


def test_another_day_is_published_beside_it(own: Path, said: Any) -> None:
    """The old days stay as they are, byte by byte; history, comparison and export know all of them."""
    before = {path: path.read_bytes() for path in own.glob("out/footfall/day=*/*.parquet")}
    write_day(own, NEXT, 4)
    said("run", "--day", str(NEXT), "--period", "day")
    assert counted(own) == {**WEEK, str(NEXT): (4, 2)}
    assert {path: path.read_bytes() for path in before} == before
    assert [line["state"] for line in said("runs")] == ["published", "failed", "refused", "published"]
    said("diff", "2023-03-05", str(NEXT), code=1)


def test_a_day_whose_input_changed_is_counted_again(own: Path, said: Any) -> None:
    """It is stale, and so are its neighbours, whose visits it could lengthen; the week is counted anew as well."""
    shutil.copytree(own / "out", own / "before")
    write_day(own, DAYS[3], 9)
    changed = {
        line["day"]
        for line in said("plan", "--stale")
        if any(reason.startswith("input changed") for reason in line.get("reasons", ()))
    }
    assert changed == {"2023-03-01", "2023-03-02", "2023-03-03"}
    said("run", "--stale")
    assert counted(own) == {**WEEK, "2023-03-02": (9, 2)}
    said("diff", "before", "out", "--write", "compared", code=1)
    compared = json.loads((own / "compared" / "diff.json").read_text())
    assert [day["day"] for day in compared["days"] if day["changed"]] == ["2023-03-02"]
