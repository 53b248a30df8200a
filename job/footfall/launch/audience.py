"""Who hears of a run while it is launched, and who is asked when the launcher is stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from footfall.errors import FootfallError
from footfall.launch.driver_log import DriverLog
from footfall.runs.progress import Progress

OnInterrupt = Literal["ask", "keep", "delete"]


@dataclass(frozen=True)
class Audience:
    """Who is told of a run.

    Attributes:
        progress: Told its steps.
        log: Told the lines of its driver.
        say: Told what the launcher does, in a sentence.
        fail: Told the error that ended the run or the launcher, and the exit code.
        ask: Asked a question, answers yes or no.
    """

    progress: Progress
    log: DriverLog
    say: Callable[[str], None]
    fail: Callable[[FootfallError, int], None]
    ask: Callable[[str], bool]

    def know(self, **names: str) -> None:
        """Have each further line of the launcher say what the run is called."""
        self.log.facts.update(names)

    def wants_end(self, run: str, on_interrupt: OnInterrupt) -> bool:
        """Whether a run shall end with its launcher, asked where that is the wish."""
        if on_interrupt == "ask":
            return self.ask(f"End the run {run} as well? Else it goes on.")
        return on_interrupt == "delete"
