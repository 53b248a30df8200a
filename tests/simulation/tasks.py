"""Machines and the tasks on them, and how they end or wait."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Crash(BaseException):
    """The machine is off: nothing more of its program runs."""


class Lost(Exception):
    """No answer came: the request was done, or not, or is done later."""


class Busy(Exception):
    """The server answers 503, and has done nothing."""


class Violation(AssertionError):
    """Something that must never be."""


@dataclass
class Machine:
    """A machine of tasks: by how many seconds its clock is ahead, and whether it was switched off."""

    name: str
    ahead: float = 0.0
    is_off: bool = False


@dataclass
class Task:
    """A thread of a program: when it goes on, at the latest, or the condition under which it does."""

    name: str
    machine: Machine
    thread: Any
    wake: float = 0.0
    until: Callable[[], bool] | None = None

    def is_ready(self, now: float) -> bool:
        """Whether it may go on."""
        return self.wake <= now or (self.until is not None and self.until()) or self.machine.is_off
