"""How a run tells what it is doing, without knowing who listens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class StepHandle(Protocol):
    """A step under way."""

    def advance(self, done: int, total: int) -> None:
        """Say that `done` of `total` pieces of the step's work are finished."""

    def note(self, **facts: int | float | str) -> None:
        """Add facts that are shown when the step ends, such as rows or files."""


class Progress(Protocol):
    """Whoever listens to a run."""

    def step(self, name: str, detail: str = "") -> AbstractContextManager[StepHandle]:
        """Open a step; it ends, with its time, when the context is left."""


@dataclass
class SilentStep:
    """A step nobody watches; it only keeps its facts."""

    facts: dict[str, int | float | str] = field(default_factory=dict)

    def advance(self, done: int, total: int) -> None:
        """Nobody watches."""

    def note(self, **facts: int | float | str) -> None:
        """Keep the facts."""
        self.facts.update(facts)


class Silence:
    """A listener that shows nothing."""

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[SilentStep]:
        """Open a step that nobody watches."""
        yield SilentStep()


@dataclass(frozen=True)
class StepTime:
    """A finished step: its name, its seconds and its facts."""

    name: str
    seconds: float
    facts: dict[str, int | float | str]


@dataclass
class _RecordedStep:
    """Passes everything on and keeps the facts."""

    shown: StepHandle
    facts: dict[str, int | float | str] = field(default_factory=dict)

    def advance(self, done: int, total: int) -> None:
        """Pass on."""
        self.shown.advance(done, total)

    def note(self, **facts: int | float | str) -> None:
        """Pass on and keep."""
        self.shown.note(**facts)
        self.facts.update(facts)


@dataclass
class Recorder:
    """Shows the steps of a run to a listener and remembers their times."""

    listener: Progress
    clock: Callable[[], float]
    steps: list[StepTime] = field(default_factory=list)
    current: str = "begin"

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[StepHandle]:
        """Open a step at the listener and time it."""
        start, self.current = self.clock(), name
        with self.listener.step(name, detail) as shown:
            step = _RecordedStep(shown)
            yield step
        self.steps.append(StepTime(name, round(self.clock() - start, 3), step.facts))
