"""`footfall runs`: the runs of an output, or its days, for people and for machines."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from footfall.cli import main
from footfall.history.calendar import calendar
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.terminal.history import show_days, show_runs
from tests.history.month import DAYS, NOW, month
from tests.test_terminal import Screen


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of March 2023: the 12th was refused, the 17th failed, the 23rd is missing, the 24th was lost."""
    folder = tmp_path_factory.mktemp("month")
    month(folder, DAYS, NOW)
    return folder


def listed(capsys: pytest.CaptureFixture[str], output: Path, *words: str) -> list[dict[str, str]]:
    """What the command tells a machine."""
    assert main(["runs", "--output", str(output), *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_day_has_a_line_that_says_what_became_of_it(
    output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The latest first; a day that no run has tried is named too."""
    days = listed(capsys, output, "--by", "day", "--from", "2023-03-10", "--to", "2023-03-24")
    assert [line["day"][-2:] for line in days] == [str(number) for number in range(24, 9, -1)]
    others = {line["day"][-2:]: line["state"] for line in days if line["state"] != "published"}
    assert others == {"12": "refused", "17": "failed", "23": "missing", "24": "lost"}


@pytest.mark.parametrize(("words", "shown"), [((), 30), (("--limit", "3"), 3), (("--limit", "0"), 31)])
def test_the_latest_days_are_listed_unless_a_range_is_named(
    output: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], shown: int
) -> None:
    """One stray day far ahead would else bring thousands that are missing."""
    days = listed(capsys, output, "--by", "day", *words)
    assert [line["day"] for line in days] == [
        str(date(2023, 3, 31) - timedelta(days=n)) for n in range(shown)
    ]


def test_people_are_told_what_is_not_shown_and_what_all_days_need(output: Path) -> None:
    """In words below the table."""
    runs = all_runs(run_files(str(output)), NOW)
    days = calendar(runs, None, None)
    screens = Screen(), Screen()
    show_days(days[-2:], days, screens[0])
    show_runs(runs[:2], days, len(runs) - 2, screens[1])
    assert "29 earlier days are not shown: --limit 0 shows all" in screens[0].seen()
    assert "29 earlier runs are not shown: --limit 0 shows all" in screens[1].seen()
    for each in screens:
        assert "2023-03-01 to 2023-03-31: 26 of 31 days published" in each.seen().replace("\n", " ")


def test_each_published_day_has_its_digest(
    output: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole for machines, its beginning for people; a day that is not published has none."""
    days = listed(capsys, output, "--by", "day", "--from", "2023-03-11", "--to", "2023-03-12")
    assert [line.get("digest") for line in days] == [None, "11" * 16]
    monkeypatch.setenv("COLUMNS", "120")
    screen = Screen()
    found = calendar(all_runs(run_files(str(output)), NOW), date(2023, 3, 11), date(2023, 3, 12))
    show_days(found, found, screen)
    assert "11111111 " in screen.seen()
    assert "11" * 5 not in screen.seen()
