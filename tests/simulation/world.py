"""A world with a clock of its own, in which tasks take turns: at each request the next one to go on is drawn.

Everything that is drawn comes from one number, so that the same number gives the same history again.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

from footfall.runs.stopping import Stopped
from tests.simulation.tasks import Busy, Crash, Lost, Machine, Task, Violation
from tests.simulation.weather import Weather

Answer = TypeVar("Answer")

BEGIN = 1_677_715_200.0
"""Seconds since 1970 at which each history begins: 2 March 2023."""

TURN = 0.02
"""Seconds that pass with each request."""

NO_ANSWER = 20.0
"""Seconds after which a request without an answer is given up."""

TURNS = 20_000
"""A history of more turns than this does not end by itself."""


_NO_ANSWERS = ("lost", "unanswered", "late", "twice", "busy")


@dataclass
class World:
    """The tasks of a history, their machines, and what happened.

    Args:
        drawn: What everything is drawn from.
        weather: How requests fail.
        signs: Seconds between two signs of life of a run, at least.
    """

    drawn: Random
    weather: Weather
    signs: float = 30.0
    now: float = BEGIN
    tasks: list[Task] = field(default_factory=list)
    trace: list[tuple[float, str, str, str]] = field(default_factory=list)
    requests: int = 0
    hub: Any = None
    running: Task | None = None
    is_calm: bool = False
    stopped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.is_calm = self.weather.kind == "calm"
        self.hub = getcurrent()

    def start(self, name: str, machine: Machine, call: Callable[[], object], after: float = 0.0) -> Task:
        """Start a task, which goes on for the first time after so many seconds."""
        task = Task(name, machine, None, self.now + after)

        def whole() -> None:
            try:
                if not machine.is_off:
                    call()
            except Crash:
                pass

        task.thread = greenlet(whole, self.hub)  # at its end the hub goes on, not the task that started it
        self.tasks.append(task)
        return task

    def run(self) -> None:
        """Let tasks take turns until all have ended.

        Raises:
            Violation: They wait for each other, or for ever.
        """
        for _ in range(TURNS):
            self.tasks = [task for task in self.tasks if not task.thread.dead]
            if not self.tasks:
                return
            ready = [task for task in self.tasks if task.is_ready(self.now)]
            if not ready:
                self.now = min(task.wake for task in self.tasks)
                if self.now == float("inf"):
                    raise Violation(f"all wait: {', '.join(task.name for task in self.tasks)}")
                continue
            task = ready[self.drawn.randrange(len(ready))] if len(ready) > 1 else ready[0]
            self.now += TURN
            self.running = task
            task.thread.switch()
            self.running = None
        raise Violation("the history does not end")

    def stop(self) -> None:
        """Switch all machines off, so that nothing goes on in what is left."""
        for task in self.tasks:
            task.machine.is_off = True
            if task.thread:  # it has begun, and has not ended
                self.running = task
                task.thread.throw(Crash)
        self.running = None

    @property
    def machine(self) -> Machine:
        """The machine of the task that runs."""
        assert self.running is not None
        return self.running.machine

    def wait(self, seconds: float, until: Callable[[], bool] | None = None) -> None:
        """Let others go on, for so many seconds or until something is so."""
        task = self.running
        if task is None:
            return  # what prepares a history is alone
        if task.machine.is_off:
            raise Crash
        task.wake, task.until = self.now + seconds, until
        self.hub.switch()
        if task.machine.is_off:
            raise Crash

    def tell(self, what: str, fate: str = "") -> None:
        """Write down what happened."""
        name = self.running.name if self.running else "before"
        self.trace.append((self.now, name, what, fate))

    def clock(self) -> float:
        """The time in seconds since 1970, as the clock of the machine shows it."""
        return self.now + (self.running.machine.ahead if self.running else 0.0)

    def request(self, what: str, do: Callable[[], Answer], *, changes: bool = False) -> Answer:
        """Ask a server; between the question, what is done and the answer, others may go on.

        Args:
            what: What is asked, for the trace.
            do: What the server does.
            changes: Whether that changes anything.

        Raises:
            Lost, Busy: No answer came, or none that helps.
        """
        if self.running is None:
            return do()
        self.wait(0.0)
        fate = self._fate(what)
        self.tell(what, fate)
        self._before(fate)
        if fate in ("late", "stopped late") and changes:
            self._later(what, do)  # Java goes on for a moment while Python ends
        if fate.startswith("stopped"):
            raise Stopped
        if fate in ("lost", "late") or (fate == "unanswered" and not changes):
            self._give_up()
        answer = do()
        if fate == "off after":
            self._switch_off()
        if fate == "unanswered":
            self._give_up()
        if fate == "twice" and changes:
            self._later(what, do)
        if fate == "slow":
            self.wait(self.drawn.choice((1.0, 30.0, 300.0)))
        return answer

    def _before(self, fate: str) -> None:
        """What keeps a request from its server."""
        if fate == "busy":
            raise Busy
        if fate == "off before":
            self._switch_off()

    def _give_up(self) -> None:
        self.wait(NO_ANSWER * self.drawn.random())
        raise Lost

    def pause(self, what: str, errors: tuple[int, ...] = ()) -> None:
        """Let others go on before the system of this machine does something.

        Args:
            what: What is done, for the trace.
            errors: What the system may refuse it with.

        Raises:
            OSError: The system refuses.
        """
        if self.running is None:
            return
        self.wait(0.0)
        fate = self._fate(what)
        if fate.startswith("stopped"):
            self.tell(what, fate)
            raise Stopped
        if fate.startswith("off"):
            self.tell(what, fate)
            self._switch_off()
        if fate in _NO_ANSWERS and errors:
            error = self.drawn.choice(errors)
            self.tell(what, os.strerror(error))
            raise OSError(error, os.strerror(error), what)
        self.tell(what)

    def _switch_off(self) -> None:
        self.machine.is_off = True
        raise Crash

    def _later(self, what: str, do: Callable[[], object]) -> None:
        def arrive() -> None:
            self.tell(what, "arrives")
            try:
                do()
            except Exception as refused:
                self.tell(what, f"refused: {type(refused).__name__}")

        seconds = self.drawn.choice((0.1, 1.0, 15.0, 60.0, 600.0))
        self.start("network", Machine("network"), arrive, after=seconds * self.drawn.random())

    def _fate(self, what: str) -> str:
        """What becomes of the next request; only the thread of a run that waits for signals is stopped by one, once."""
        self.requests += 1
        if self.machine.name.startswith("calm"):
            return ""
        name = self.running.name if self.running else ""
        fate = self.weather.fate_of(f"{name}: {what}", self.requests, self.now, self.drawn)
        if not fate.startswith("stopped"):
            return fate
        if name in self.stopped or not name.startswith("run-") or " " in name:
            return "slow"
        self.stopped.add(name)
        return fate

    def told(self) -> str:
        """The history, line by line."""
        return "\n".join(
            f"{at - BEGIN:>12.2f}  {name:<10} {what}{f'  [{fate}]' if fate else ''}"
            for at, name, what, fate in self.trace
        )
