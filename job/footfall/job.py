"""What a job is: all that the pipeline, and whatever shows results, asks of the one that counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from footfall.counts import Counts
from footfall.engines import Engine
from footfall.publish import Output, Target
from footfall.read.pings import PingInput
from footfall.report.html import render
from footfall.runs.evidence import Results
from footfall.runs.outcome import Check, Funnel, Shown, Totals
from footfall.runs.progress import Recorder
from footfall.runs.run import Run
from footfall.schema import InputFile
from footfall.table import DayTable


class Scale(NamedTuple):
    """What the sizes of a run depend on.

    Args:
        found: The pings that were found.
        pings: The number of pings to assume; None for those that were found.
        cores: How many tasks run at once.
        memory: The bytes of memory that each task may use; None if that is not known, as on Spark.
    """

    found: PingInput
    pings: int | None
    cores: int
    memory: int | None


@dataclass(frozen=True)
class Survey:
    """What a job would read beside the pings.

    Args:
        files: The files by their role.
        lines: What a plan says of them: a path by a text such as `12 places, WGS84`.
        notes: Sentences on what would be repaired or skipped.
        sizes: Gives tasks, parts, bytes and memory of a run, by their names; empty where the job does not say them.
    """

    files: Mapping[str, Sequence[InputFile]]
    lines: Mapping[str, str]
    notes: Sequence[str]
    sizes: Callable[[Scale], Mapping[str, Any]] = lambda scale: {}


class Work(Protocol):
    """One run of a job. The pipeline calls its methods in the order in which they stand here.

    A job that reads nothing beside the pings need not say so.
    """

    def read(self, scratch: Path) -> Mapping[str, Sequence[InputFile]]:
        """Read what the job needs beside the pings; returns these files by their role.

        Raises:
            InputError: A file is missing or invalid.
            SettingsError: The settings refuse what is in it.
        """
        return {}

    @property
    def looked_up_in(self) -> str | None:
        """A digest of what pings are looked up in, once that is read; None where the settings say it all."""
        return None

    def prepare(self, pings: PingInput, scratch: Path) -> None:
        """Prepare what workers look pings up in.

        Raises:
            SettingsError: A worker may take less memory than that needs.
        """

    def count(self, pings: PingInput, target: Target) -> Counts:
        """Count the pings; workers write the rows to the target.

        Raises:
            InputError: A file was deleted or changed meanwhile, or is damaged.
            InfrastructureError: A worker, a store or a disk failed.
        """

    def totals(self, days: Sequence[date], counts: Counts, output: Output) -> Totals:
        """Hold back staged rows that would give others away, and add up those that stay."""

    def checks(self, pings: PingInput, counts: Counts, funnel: Funnel, results: Results) -> list[Check]:
        """The checks of the job beside those of all jobs: gates on its input, audits of its numbers."""

    def notes(self, days: Sequence[date], counts: Counts) -> Sequence[str]:
        """Sentences on what was repaired, skipped or not published."""
        return ()

    def headline(self, totals: Totals) -> Mapping[str, int]:
        """The main sums of all days, by their names; `days` and `suppressed_rows` are among them."""

    def sections(self, totals: Totals) -> Mapping[str, Any]:
        """What the report says of the job's own, by its keys.

        `result` is the main sums in one line. A job without a page of its own gives `cards`, each with label, value and
        note, and may give `top`, a table with a title, columns and rows.
        """


@dataclass(frozen=True)
class Job:
    """A job.

    Args:
        table: What it publishes.
        shown: Which of its sums are shown where days and runs are listed.
        begin: Makes the work of a run of its engine, its settings, its facts, when it began, and its steps.
        paths: What it reads beside the pings, of its settings: the path by the name of the setting.
        survey: Reads that for a plan, of its settings, with a folder for what is unpacked.
        page: Renders a report as HTML.
    """

    table: DayTable
    shown: Shown
    begin: Callable[[Engine, Any, Run, datetime, Recorder], Work]
    paths: Callable[[Any], Mapping[str, str]] = lambda settings: {}
    survey: Callable[[Any, Path], Survey] = lambda settings, scratch: Survey({}, {}, ())
    page: Callable[[dict[str, Any]], str] = render

    @property
    def name(self) -> str:
        """Its name, which is that of its table."""
        return self.table.name
