"""What a run writes to its log, told by the launcher."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from footfall.errors import InputError
from footfall.launch.driver_log import DriverLog, summary_text
from footfall.runs.json_lines import JsonProgress, LineFields
from footfall.runs.progress import SilentStep
from footfall.terminal import show_summary
from footfall.terminal.sentences import show_error, tell_failure

FIELDS = LineFields({"run_id": "r1", "day": "2023-03-01"}, lambda: datetime(2023, 3, 2, 6, tzinfo=UTC))
SUMMARY = {"step": "summary", "places": 2, "rows": {"scanned": 3}}


@dataclass
class Watched:
    """Remembers steps as text: `+name` where one begins, `-name` or `!name` where one ends well or badly."""

    told: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[SilentStep]:
        """Open a step."""
        handle, end = SilentStep(), "!"
        self.told.append(f"+{name} {detail}".strip())
        try:
            yield handle
            end = "-"
        finally:
            self.facts.update(handle.facts)
            self.told.append(end + name)


def lines_of_a_run() -> list[str]:
    """What the job itself writes where it has no terminal: a step that ends well, and one that fails."""
    stream = io.StringIO()
    progress = JsonProgress(stream)
    with progress.step("read places", "a.shp") as step:
        step.note(places=40)
    try:
        with progress.step("check"):
            raise RuntimeError
    except RuntimeError:
        pass
    return stream.getvalue().splitlines()


def test_the_steps_of_the_run_are_shown_as_steps() -> None:
    """With their details, their facts and whether they failed; their lines are not said again."""
    said: list[str] = []
    shown = Watched()
    log = DriverLog(said.append, shown)
    for line in lines_of_a_run():
        log.feed(line)
    assert shown.told == ["+read places a.shp", "-read places", "+check", "!check"]
    assert shown.facts == {"places": 40}
    assert said == []


def test_without_a_terminal_the_lines_of_steps_are_said_as_they_are() -> None:
    """Machines read what the run wrote."""
    said: list[str] = []
    log = DriverLog(said.append)
    for line in lines_of_a_run():
        log.feed(line)
    assert said == lines_of_a_run()


def test_other_lines_are_said() -> None:
    """Among them JSON that is no step, such as Spark's own log, and text that only begins like JSON."""
    lines = ['{"ts": "2023-03-01", "level": "WARN", "msg": "slow"}', "{not json", "[1]", ""]
    said: list[str] = []
    log = DriverLog(said.append, Watched())
    for line in lines:
        log.feed(line)
    assert said == lines


def test_a_run_that_breaks_off_leaves_its_open_steps_failed() -> None:
    """No step is shown as under way for ever."""
    shown = Watched()
    log = DriverLog(print, shown)
    log.feed('{"step": "write", "state": "started"}')
    log.close()
    assert shown.told == ["+write", "!write"]


def test_the_end_of_a_step_that_began_unheard_is_passed_over() -> None:
    """Whoever joins a run hears it from the middle."""
    shown = Watched()
    DriverLog(print, shown).feed('{"step": "write", "state": "done", "seconds": 1.0}')
    assert shown.told == []


def test_the_error_of_the_run_is_kept() -> None:
    """It is read from the very lines that the job writes, between other lines."""
    stream = io.StringIO()
    show_error(InputError("No file", where="pings.csv", fix="Name one."), stream)
    log = DriverLog(lambda line: None)
    for line in ["WARN something", *stream.getvalue().splitlines(), "bye"]:
        log.feed(line)
    assert log.error == ("No file", "pings.csv", "Name one.")


def test_a_line_that_only_looks_like_the_end_of_an_error_is_none() -> None:
    """All three lines belong together."""
    log = DriverLog(lambda line: None)
    for line in ["  where: a", "something", "  do:    b"]:
        log.feed(line)
    assert log.error is None


def test_the_summary_is_read_from_the_line_that_the_job_writes() -> None:
    """Its counts reach the launcher, which has no access to the bucket."""
    report = {
        "run": {"id": "20230302T010203Z-ab12", "state": "published"},
        "headline": {"visits": 7, "pings": 1234, "places": 2, "places_visited": 1},
        "result": "7 visits · 1,234 pings in places · 1 of 2 places visited",
        "funnel": [{"key": "scanned", "label": "rows in the input", "rows": 3000}],
        "checks": [],
    }
    stream = io.StringIO()
    show_summary(report, stream, "s3://bucket/report.html")
    log = DriverLog(print)
    log.feed(stream.getvalue().rstrip("\n"))
    assert log.summary is not None
    assert log.summary["rows"] == {"scanned": 3000}
    assert summary_text(log.summary, "SparkApplication footfall-20230301-1a2b3c4d").splitlines() == [
        "PUBLISHED  7 visits · 1,234 pings in places · 1 of 2 places visited",
        "Run 20230302T010203Z-ab12, as SparkApplication footfall-20230301-1a2b3c4d",
        "Report",
        "s3://bucket/report.html",
    ]


def test_a_result_without_its_log_is_told_in_short() -> None:
    """The state is what the exit code said."""
    told = summary_text({"state": "published"}, "SparkApplication footfall-20230301-1a2b3c4d")
    assert told == "PUBLISHED  by SparkApplication footfall-20230301-1a2b3c4d, whose log is gone"


def test_what_a_run_cost_is_told_where_it_is_known() -> None:
    """The unit is that of the bill; money is told where a price was given."""
    counts = {"state": "published", "visits": 1, "pings": 2, "places_visited": 1, "places": 1}
    summary = {
        **counts,
        "run_id": "r",
        "report": "s3://lake/report.html",
        "dpu_seconds": 1234.0,
        "cost": 0.151,
        "currency": "USD",
    }
    assert summary_text(summary, "run jr_1 of Glue job footfall").splitlines()[2] == (
        "Cost 1,234 DPU seconds · 0.15 USD at the price that is set"
    )


def test_the_marks_of_each_line_are_not_shown_again() -> None:
    """Whoever follows one run knows which it is, and sees the time."""
    stream, shown = io.StringIO(), Watched()
    with JsonProgress(stream, FIELDS).step("locate") as step:
        step.note(rows=3)
    log = DriverLog(say=lambda line: None, progress=shown)
    for line in stream.getvalue().splitlines():
        told = json.loads(line)
        assert (told["run_id"], told["day"]) == ("r1", "2023-03-01")
        assert told["time"] == "2023-03-02T06:00:00.000+00:00"
        log.feed(line)
    assert shown.facts == {"rows": 3}


def test_machines_are_told_of_a_failure_in_one_line_with_its_run() -> None:
    """People at a terminal see the three lines only."""
    stream = io.StringIO()
    tell_failure(InputError("No file", where="a", fix="b"), 3, stream, FIELDS)
    told = json.loads(stream.getvalue())
    assert (told["run_id"], told["day"], told["exit_code"], told["error"]) == (
        "r1",
        "2023-03-01",
        3,
        "No file",
    )
