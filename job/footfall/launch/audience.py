"""Where the launcher reports a run's progress, log and errors, and whom it asks before it ends a run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from footfall.errors import FootfallError
from footfall.launch.driver_log import DriverLog
from footfall.runs.progress import Progress

OnInterrupt = Literal["ask", "keep", "delete"]


@dataclass(frozen=True)
class Audience:
    """The outputs of a launcher, and the prompt by which it asks a person.

    Attributes:
        progress: Shows the steps of the run.
        log: Takes the lines of the driver's log.
        say: Prints what the launcher does, in a sentence.
        fail: Prints the error that ended the run or the launcher, with the exit code.
        ask: Asks a person a question; true for yes.
    """

    progress: Progress
    log: DriverLog
    say: Callable[[str], None]
    fail: Callable[[FootfallError, int], None]
    ask: Callable[[str], bool]

    def add_facts(self, **names: str) -> None:
        """Add these names, such as that of the run, to each line that the launcher prints from now on."""
        self.log.facts.update(names)

    def wants_end(self, run: str, on_interrupt: OnInterrupt) -> bool:
        """Whether to end the run now that its launcher is stopped; asks a person if `on_interrupt` is "ask"."""
        if on_interrupt == "ask":
            return self.ask(f"End the run {run} as well? Else it goes on.")
        return on_interrupt == "delete"
