"""The progress of a run: what steps report, whatever shows them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class StepHandle(Protocol):
    """A step that is running."""

    def advance(self, done: int, total: int) -> None:
        """Report that `done` of `total` pieces of the step's work are finished."""

    def note(self, **facts: int | float | str) -> None:
        """Add facts that are shown when the step ends, such as rows or files."""


class Progress(Protocol):
    """Shows the steps of a run, such as a terminal or a log."""

    def step(self, name: str, detail: str = "") -> AbstractContextManager[StepHandle]:
        """Open a step; it ends, with its time, when the context is left."""


@dataclass
class SilentStep:
    """A step that shows nothing and only keeps its facts."""

    facts: dict[str, int | float | str] = field(default_factory=dict)

    def advance(self, done: int, total: int) -> None:
        """Do nothing."""

    def note(self, **facts: int | float | str) -> None:
        """Keep the facts."""
        self.facts.update(facts)


class Silence:
    """A progress that shows nothing."""

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[SilentStep]:
        """Open a step that is not shown."""
        yield SilentStep()


@dataclass(frozen=True)
class StepTime:
    """A finished step: its name, its seconds and its facts."""

    name: str
    seconds: float
    facts: dict[str, int | float | str]


@dataclass
class _RecordedStep:
    """A step that passes everything on to another step, and keeps the facts."""

    inner: StepHandle
    facts: dict[str, int | float | str] = field(default_factory=dict)

    def advance(self, done: int, total: int) -> None:
        """Pass it on."""
        self.inner.advance(done, total)

    def note(self, **facts: int | float | str) -> None:
        """Pass the facts on, and keep them."""
        self.inner.note(**facts)
        self.facts.update(facts)


@dataclass
class Recorder:
    """Passes the steps of a run on to a listener, and records their times and facts."""

    listener: Progress
    clock: Callable[[], float]
    steps: list[StepTime] = field(default_factory=list)
    current: str = "begin"

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[StepHandle]:
        """Open a step of the listener, and record its seconds when it ends without an error."""
        start, self.current = self.clock(), name
        with self.listener.step(name, detail) as inner:
            step = _RecordedStep(inner)
            yield step
        self.steps.append(StepTime(name, round(self.clock() - start, 3), step.facts))
