"""How a run tells what it is doing, without knowing who listens."""

from collections.abc import Iterator
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
