"""What a person sees in the terminal, and what a machine reads where there is none."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from footfall.errors import InputError
from footfall.terminal import make_progress, plain, show_summary
from footfall.terminal.sentences import show_error

HOSTILE = "Mall [red]\x1b[2Jrojo\x1b[9A[/red]\nline\x07 [/x]"
HARMLESS = "Mall [red]rojo[/red] line  [/x]"


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """A person is watching."""
        return True

    def seen(self) -> str:
        """What a person reads: the text without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.getvalue())


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Screen]:
    """Makes a terminal of so many columns."""

    def of_width(columns: int) -> Screen:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm-256color")
        return Screen()

    return of_width


def place(place_id: str, visits: int | None, **other: Any) -> dict[str, Any]:
    """A place of the report; without visits it is suppressed."""
    counts = {"pings": visits and visits * 3, "device_days": visits, "visits": visits, "dwell_p50": None}
    known = {"place_id": place_id, "name": None, "category": None, "suppressed": visits is None}
    known |= {"days": 0 if visits is None else 2, "partial": False}
    return {**known, **counts, **other}


def report(**other: Any) -> dict[str, Any]:
    """The parts of a report that the terminal shows."""
    funnel = [("scanned", 1000), ("read", 1000), ("quarantined", 250), ("kept", 750)]
    return {
        "job": "footfall",
        "result": "1,234 visits · 1,500 pings in places · 2 of 3 places visited · 2 days",
        "run": {"id": "r1", "state": "published"},
        "days": ["2023-03-01", "2023-03-02"],
        "time_zone": "America/Guatemala",
        "privacy_k": 5,
        "headline": {
            "places": 3,
            "places_visited": 2,
            "pings": 1500,
            "visits": 1234,
            "days": 2,
            "suppressed_rows": 1,
        },
        "funnel": [{"key": key, "label": f"rows {key}", "rows": rows} for key, rows in funnel],
        "quarantine": [
            {"reason": "unreadable_row", "rows": 250, "samples": []},
            {"reason": "coordinate_zero", "rows": 0, "samples": []},
        ],
        "places": [place("A1", 1200, name=HOSTILE, dwell_p50=725.0), place("B2", 34), place("C3", None)],
        "places_left_out": 0,
        "checks": [
            {"name": "funnel adds up", "ok": True, "found": "1,000", "accepted": "1,000", "level": "refuse"},
            {
                "name": "share outside",
                "ok": False,
                "found": "0.4",
                "accepted": "at most 0.1",
                "level": "refuse",
            },
        ],
        "warnings": ["1 place was repaired."],
        **other,
    }


def summary(stream: Screen, **other: Any) -> str:
    """What the terminal shows of a report."""
    show_summary(report(**other), stream, "/data/out/runs/r1/report.html")
    return stream.seen()


def test_the_summary_shows_the_headline_and_what_went_wrong(screen: Callable[[int], Screen]) -> None:
    """State, days, numbers, reasons with rows, failed checks and warnings; nothing that is empty or well."""
    shown = summary(screen(120))
    assert "PUBLISHED" in shown
    assert "2023-03-01 to 2023-03-02" in shown
    assert "1,234 visits · 1,500 pings in places · 2 of 3 places visited · 2 days" in shown
    assert "unreadable_row" in shown
    assert "coordinate_zero" not in shown
    assert "share outside: found 0.4, accepted at most 0.1" in shown
    assert "funnel adds up" not in shown
    assert "1 place was repaired." in shown


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_numbers_and_the_path_are_never_cut(screen: Callable[[int], Screen], columns: int) -> None:
    """Names give way to numbers; the path stands alone on the last line, however long it is."""
    busy = place(
        "360050001", 1234567, name="Supermercado La Torre, Zona 15, Vista Hermosa II", dwell_p50=4000
    )
    stream = screen(columns)
    path = "/data/" + "x" * 200 + "/report.html"
    show_summary(report(places=[busy]), stream, path)
    lines = stream.seen().splitlines()
    row = next(line for line in lines if "Super" in line)
    assert all(number in row for number in ("3,703,701", "1,234,567", "1 h 07 min"))
    assert lines[-1] == path
    assert all(len(line) <= columns for line in lines[:-1])


def test_hostile_names_are_shown_harmlessly(screen: Callable[[int], Screen]) -> None:
    """No escape reaches the terminal, no markup is obeyed, no line is broken."""
    shown = summary(screen(120))
    assert HARMLESS in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert plain(HOSTILE) == HARMLESS
    assert plain("a\x1b]0;title\x07b\x9b2Jc\u202ed") == "abc d"


def test_the_busiest_fifteen_places_are_shown(screen: Callable[[int], Screen]) -> None:
    """The others are counted."""
    many = [place(f"P{number:02}", number) for number in range(1, 21)]
    shown = summary(screen(80), places=many, places_left_out=100)
    first = [line.split()[0] for line in shown.splitlines() if line.startswith("P") and line[1:3].isdigit()]
    assert first == [f"P{number:02}" for number in range(20, 5, -1)]
    assert "other places, in the report: 105" in shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, " - "), (20, "< 1 min"), (725, "12 min"), (3590, "1 h 00 min"), (4000, "1 h 07 min")],
)
def test_dwell_is_told_in_minutes(screen: Callable[[int], Screen], seconds: float | None, text: str) -> None:
    """Unknown is not zero."""
    assert text in summary(screen(80), places=[place("A", 7, dwell_p50=seconds)])


def test_a_refused_run_without_any_visit_is_shown(screen: Callable[[int], Screen]) -> None:
    """No place, no row, no day: still a summary."""
    shown = summary(
        screen(80),
        run={"state": "refused"},
        places=[],
        days=[],
        funnel=[{"key": "scanned", "label": "r", "rows": 0}],
    )
    assert "REFUSED" in shown
    assert "No ping was inside a place." in shown


def test_without_a_terminal_the_summary_is_one_json_line() -> None:
    """A machine gets the headline, which run it was and how it ended, where its rows went, and the path."""
    stream = io.StringIO()
    show_summary(report(), stream, "/data/out/report.html")
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue()) == {
        "step": "summary",
        "places": 3,
        "places_visited": 2,
        "pings": 1500,
        "visits": 1234,
        "days": 2,
        "suppressed_rows": 1,
        "result": "1,234 visits · 1,500 pings in places · 2 of 3 places visited · 2 days",
        "run_id": "r1",
        "state": "published",
        "report": "/data/out/report.html",
        "rows": {"scanned": 1000, "read": 1000, "quarantined": 250, "kept": 750},
        "warnings": [],
    }


def test_without_a_terminal_each_step_is_two_json_lines() -> None:
    """Started, then done with its facts and seconds; a fact cannot pose as the state."""
    stream = io.StringIO()
    with make_progress(stream).step("locate", "pings into places") as step:
        step.advance(1, 2)
        step.note(rows=5, state="forged")
    started, done = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert started == {"step": "locate", "state": "started", "detail": "pings into places"}
    assert done.pop("seconds") >= 0
    assert done == {"step": "locate", "state": "done", "rows": 5}


def test_a_step_that_fails_says_so_and_lets_the_error_through(screen: Callable[[int], Screen]) -> None:
    """With and without a terminal."""
    for stream, said in ((io.StringIO(), '"state": "failed"'), (screen(80), "s  failed")):
        with pytest.raises(ZeroDivisionError), make_progress(stream).step("publish"):
            raise ZeroDivisionError
        assert said in (stream.seen() if isinstance(stream, Screen) else stream.getvalue())


def test_a_finished_step_stays_as_one_line(screen: Callable[[int], Screen]) -> None:
    """Steps inside a step too, and a detail that looks like markup does no harm."""
    stream = screen(80)
    progress = make_progress(stream)
    with progress.step("read", "data/[/red][ab].csv") as outer:
        with progress.step("places") as inner:
            inner.note(rows=1234, crs="EPSG:\x1b[2J4326")
        outer.advance(0, 0)
        outer.note(files=2)
    lines = [line.partition("✓")[2] for line in stream.seen().splitlines() if "✓" in line]
    assert [line.split()[0] for line in lines] == ["places", "read"]
    assert "1,234 rows · crs EPSG:4326" in lines[0]
    assert "2 files" in lines[1]


@pytest.mark.parametrize("terminal", [True, False])
def test_an_error_says_what_and_where_and_what_to_do(screen: Callable[[int], Screen], terminal: bool) -> None:
    """In words that no input can dress up."""
    stream = screen(80) if terminal else io.StringIO()
    show_error(
        InputError("No column [b]\x1b[2Jlat.", where="pings.csv", fix="map `pings.columns.lat`"), stream
    )
    shown = stream.seen() if isinstance(stream, Screen) else stream.getvalue()
    assert "No column [b]lat." in shown
    assert "pings.csv" in shown
    assert "map `pings.columns.lat`" in shown


def test_a_terminal_that_cannot_show_a_letter_shows_a_question_mark() -> None:
    """An old encoding is no reason to fail after the work is done."""
    raw = io.BytesIO()

    class OldScreen(io.TextIOWrapper):
        def isatty(self) -> bool:
            """A person is watching."""
            return True

    old_screen = OldScreen(raw, encoding="latin-1", write_through=True)
    show_error(InputError("東京", where="a", fix="b"), old_screen)
    assert b"??" in raw.getvalue()
