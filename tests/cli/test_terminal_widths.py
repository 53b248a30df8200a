"""`footfall runs` on terminals of any width: ids whole, nothing cut, "1 day" and "2 days"."""

from pathlib import Path

import pytest
from rich.text import Text

from footfall.history.calendar import calendar
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.plurals import counted
from footfall.terminal.history import show_days, show_runs
from footfall.terminal.listing import Column, Line, show_listing
from footfall.terminal.screen import console_of
from tests.history.month import DAYS, NOW, month
from tests.test_terminal import Screen


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of March 2023, of which some days were refused, failed or lost."""
    folder = tmp_path_factory.mktemp("month")
    month(folder, DAYS, NOW)
    return folder


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("by", ["run", "day"])
def test_runs_and_days_are_readable_on_any_terminal(
    output: Path, monkeypatch: pytest.MonkeyPatch, columns: int, by: str
) -> None:
    """No line is longer than the terminal, and no id, day, state or reason is cut."""
    monkeypatch.setenv("COLUMNS", str(columns))
    runs = all_runs(run_files(str(output)), NOW)
    days, screen = calendar(runs, None, None), Screen()
    if by == "run":
        show_runs(runs, days, 0, screen)
    else:
        show_days(days, days, screen)
    lines = screen.seen().splitlines()
    assert max(map(len, lines)) <= columns
    assert "…" not in screen.seen()
    words = " ".join(screen.seen().split())
    for run in runs if by == "run" else []:
        assert run.run_id in words
        assert run.state in words
        assert (run.trouble or "") in words
    assert all(str(day.day) in words for day in days)


def test_columns_of_least_weight_give_way_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A remark stands behind its line where it fits, else below it."""
    columns = (Column("id"), Column("rows", 1, right=True), Column("visits", 2, right=True))
    line = Line([Text("abc"), Text("1,000"), Text("7")], Text("why"))
    for width, expected in (
        (23, ["id    rows  visits", "abc  1,000       7  why"]),
        (18, ["id    rows  visits", "abc  1,000       7", "  why"]),
        (13, ["id   visits", "abc       7", "  why"]),
        (5, ["id ", "abc", "  why"]),
    ):
        monkeypatch.setenv("COLUMNS", str(width))
        screen = Screen()
        show_listing(columns, [line], console_of(screen))
        head, _, *rest = screen.seen().splitlines()
        assert [head, *rest] == expected


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1000, "1,000 files")]
)
def test_a_number_and_its_noun_agree(number: int, told: str) -> None:
    """Everywhere in what people read."""
    assert counted(number, "file") == told
