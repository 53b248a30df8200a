"""Runs of the job in a world: its own pipeline, with rows that tell who wrote them in place of counted ones."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from footfall import pipeline
from footfall.errors import DefectError, FootfallError
from footfall.pipeline import Finished
from footfall.publish import Output, Target, iceberg, write_piece, write_quarantine
from footfall.publish.writing import write_period
from footfall.runs import journal
from footfall.runs.facts import plain_json
from footfall.runs.manifest import Manifest
from footfall.runs.outcome import Check
from footfall.runs.progress import Silence
from footfall.runs.run import Run
from footfall.schema import QUARANTINE
from footfall.settings import Settings
from footfall.stores import questions
from tests.simulation import parquet
from tests.simulation.rows import WEEK, table, week_table
from tests.simulation.swaps import swapped
from tests.simulation.threads import Event, Inline, Thread
from tests.simulation.world import Violation, World

JOB: Any = SimpleNamespace(page=lambda content: "page")
"""What a rehearsal asks of its job."""


@dataclass(frozen=True)
class Plan:
    """What a run counts.

    Args:
        number: The run's number, which each of its rows tells.
        days: Its days.
        pieces: How many files it writes for a day.
        seconds: How long it counts.
        is_restaged: Whether it replaces the files of its first day before it publishes.
        has_bad_rows: Whether it quarantines rows.
        is_refused: Whether the gates refuse what it counted.
        has_week: Whether it counts WEEK beside its days.
    """

    number: int
    days: tuple[date, ...]
    pieces: int = 1
    seconds: float = 60.0
    is_restaged: bool = False
    has_bad_rows: bool = False
    is_refused: bool = False
    has_week: bool = False

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return f"run-{self.number}"

    def marks(self, day: date) -> tuple[int, ...]:
        """The pings of a day's rows, which tell of run, day and place."""
        return tuple(self.number * 100 + day.day * 10 + place for place in range(self.pieces))

    @property
    def week_marks(self) -> tuple[int, ...]:
        """The pings of the rows of WEEK, in the same way."""
        return tuple(self.number * 100 + 90 + place for place in range(self.pieces)) if self.has_week else ()


@dataclass
class Answer:
    """What the job answers: its exit code and its words; None as long as it has not."""

    code: int | None = None
    said: str = ""
    at: float = 0.0


@dataclass
class Stage:
    """What a run needs instead of an engine: its plan and its world."""

    plan: Plan
    world: World


class Rehearsal(pipeline._Steps):
    """A run of the job whose counting is known before."""

    def counted(self) -> Finished:
        """Count, publish and report in the order of the pipeline; all that touches the output is the job's own."""
        stage: Any = self.engine
        plan: Plan = stage.plan
        with self.output.begin() as target:
            with self.steps.step("count pings and visits"):
                pieces = []
                for day in plan.days:
                    for number, mark in enumerate(plan.marks(day)):
                        pieces.append(write_piece(target, day, number, table(day, (mark,))))
                        stage.world.wait(plan.seconds / len(plan.days) / plan.pieces)
                bad = [("r", "coordinate_zero", "a.csv", 7, "D", "D,0,0")] * plan.has_bad_rows
                rows = [dict(zip(QUARANTINE.names, each, strict=True)) for each in bad]
                written = write_quarantine(target, 0, pa.Table.from_pylist(rows, QUARANTINE))
            self.output.stage(pieces)
            self.output.finish_quarantine(written)
            if plan.is_restaged:
                self.output.restage(plan.days[0], table(plan.days[0], plan.marks(plan.days[0])))
            for day in plan.days:
                expect(plan.marks(day), self.output.staged(day), f"{plan.run_id} staged")
            self.output.sums(pipeline._days_before(list(plan.days)), ("pings", "visits"))
            totals: Any = SimpleNamespace(periods=self._week(plan, target))
            refusal = self.publish(list(plan.days), totals, _checks(plan), None)
            evidence: Any = SimpleNamespace(run=self.run, refusal=refusal, job=self)
            return self.report(evidence)

    def _week(self, plan: Plan, target: Target) -> list[Any]:
        """Write, stage and read back the week of a plan, where it has one."""
        if target.periods is None or self.output.periods is None:
            return []
        rows = [week_table((mark,)) for mark in plan.week_marks]
        pieces = [write_period(target.periods, WEEK, number, each) for number, each in enumerate(rows)]
        self.output.periods.stage(pieces)
        if plan.is_restaged:
            self.output.periods.restage(WEEK, week_table(plan.week_marks))
        found = self.output.periods.staged(WEEK).to_batches()
        expect(plan.week_marks, iter(found), f"{plan.run_id} staged of the week")
        return [SimpleNamespace(span=WEEK)]


def expect(marks: Iterable[int], found: Iterator[pa.RecordBatch] | None, what: str) -> None:
    """Refuse rows that are not exactly these.

    Raises:
        Violation: They are not.
    """
    there = sorted(mark for batch in found or () for mark in batch["pings"].to_pylist())
    if there != sorted(marks):
        raise Violation(f"{what}: rows {there} instead of {sorted(marks)}")


def _checks(plan: Plan) -> list[Check]:
    return [Check("share of rows", False, "9 of 10", "at most 1", gate=True)] if plan.is_refused else []


def _manifest(evidence: Any) -> Manifest:
    """The manifest of a rehearsal, with what stands in it of publishing."""
    job, refusal = evidence.job, evidence.refusal
    return Manifest(
        run_id=job.run.id,
        state="refused" if refusal else "published",
        exit_code=refusal.exit_code if refusal else 0,
        refusal=refusal.what if refusal else None,
        days=tuple(job.settings.days),
        time_zone="UTC",
        started=job.started,
        finished=job.run.now(),
        seconds=0.0,
        command="",
        versions={},
        settings=job.settings.model_dump(mode="json", include={"days"}),
        cost=None,
        output=job.settings.output,
    )


@cache
def settings_of(output: str, days: tuple[date, ...]) -> Settings:
    """The settings of a run."""
    given = {"pings": {"path": "x"}, "places": {"path": "x"}, "catalog": {"type": "glue"}}
    asked = {"from": days[0], "to": days[-1]} if len(days) > 1 else days[0]
    return Settings.model_validate({**given, "output": output, "days": plain_json(asked)})


def act(world: World, plan: Plan, settings: Settings, opened: Callable[[], Output], answer: Answer) -> None:
    """A run, from its start to its answer."""
    run = Run(
        id=plan.run_id,
        command="",
        settings=[],
        versions={},
        engine="simulated",
        reason="",
        now=lambda: datetime.fromtimestamp(world.clock(), UTC),
        clock=lambda: world.now,
    )
    engine: Any = Stage(plan, world)
    try:
        finished = pipeline.run(JOB, engine, opened, settings, run, Silence())
    except FootfallError as failure:
        if isinstance(failure, DefectError):
            raise Violation(f"{plan.run_id} met a defect: {failure}") from failure
        answer.code, answer.said = failure.exit_code, str(failure)
    except KeyboardInterrupt as stop:
        answer.code, answer.said = int(getattr(stop, "exit_code", 130)), str(stop) or "stopped"
    else:
        refusal = finished.refusal
        answer.code, answer.said = (refusal.exit_code, str(refusal)) if refusal else (0, "published")
    answer.at = world.now
    world.tell(f"answers {answer.code}: {answer.said.splitlines()[0]}")


@contextmanager
def played(world: World, *more: tuple[Any, str, Any]) -> Iterator[None]:
    """Let the job live in a world while the block runs: its clock, its threads, its files."""
    with ExitStack() as changed:
        changed.enter_context(parquet.once())
        changed.enter_context(
            swapped(
                (time, "sleep", world.wait),
                (journal, "Event", partial(Event, world)),
                (journal, "Thread", partial(Thread, world)),
                (iceberg, "ThreadPoolExecutor", Inline),
                (questions, "ThreadPoolExecutor", Inline),
                (pipeline, "_Steps", Rehearsal),
                (pipeline, "manifest", _manifest),
                (pipeline, "report", lambda evidence, last: {}),
                (pipeline, "to_json", str),
                *more,
            )
        )
        yield
