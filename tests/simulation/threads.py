"""Threads of the job as tasks of a world, and pools of threads as the one that asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.simulation.world import World


class Inline:
    """An executor whose threads are the one that asks."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def __enter__(self) -> "Inline":
        return self

    def __exit__(self, *raised: object) -> None:
        """Nothing is left."""

    def map(self, call: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Call it for each."""
        return [call(item) for item in items]


@dataclass
class Event:
    """threading.Event, whose waiting takes no real time."""

    world: World
    is_set: bool = False

    def set(self) -> None:
        """Let those that wait go on."""
        self.is_set = True

    def wait(self, seconds: float) -> bool:
        """Wait, and say whether it was set."""
        self.world.wait(max(seconds, self.world.signs), lambda: self.is_set)
        return self.is_set


@dataclass
class Thread:
    """threading.Thread, as a task on the machine of the one that starts it."""

    world: World
    target: Callable[..., None]
    args: tuple[Any, ...]
    daemon: bool
    has_ended: bool = False

    def start(self) -> None:
        """Start it."""

        def whole() -> None:
            try:
                self.target(*self.args)
            finally:
                self.has_ended = True

        assert self.world.running is not None
        self.world.start(f"{self.world.running.name}'s sign", self.world.machine, whole)

    def join(self) -> None:
        """Wait for its end."""
        if not self.has_ended:
            self.world.wait(float("inf"), lambda: self.has_ended)
