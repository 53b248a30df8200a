"""What a run says of itself while it lives, and when it fails: files beside those that it writes at a good end."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Protocol

from footfall.errors import FootfallError, InfrastructureError
from footfall.runs.manifest import ALIVE, MANIFEST

SECONDS_BETWEEN_SIGNS = 30
STOPPED = 130
DEFECT = 1
"""The exit code of Python for an exception that nobody expected."""


class Statement(Protocol):
    """What a run says of itself."""

    def to_json(self) -> dict[str, Any]:
        """What stands in the file."""


class Files(Protocol):
    """Where the run's own files go."""

    def write(self, name: str, text: str) -> str:
        """Write a file once."""

    def rewrite(self, name: str, text: str) -> None:
        """Write a file again."""


@contextmanager
def kept(
    files: Files, alive: Callable[[], Statement], failed: Callable[[int, str], Statement]
) -> Iterator[None]:
    """Say now and then that the run lives while the block runs; write a manifest if the block fails.

    Args:
        files: Where to.
        alive: What a sign of life says: when it began, its days, its step.
        failed: The manifest of a run that failed, from the exit code and the reason.

    Raises:
        SettingsError: The output cannot be written.
    """
    files.rewrite(ALIVE, json.dumps(alive().to_json()))
    over = Event()
    pulse = Thread(target=_say, args=(files, alive, over), daemon=True)
    pulse.start()
    try:
        yield
    except BaseException as failure:
        _write_failure(files, failed, failure)
        raise
    finally:
        over.set()
        pulse.join()


def _say(files: Files, alive: Callable[[], Statement], over: Event) -> None:
    while not over.wait(SECONDS_BETWEEN_SIGNS):
        with suppress(FootfallError):  # a sign that is missed is followed by the next one
            files.rewrite(ALIVE, json.dumps(alive().to_json()))


def _write_failure(files: Files, failed: Callable[[int, str], Statement], failure: BaseException) -> None:
    """Write how the run failed; where that fails too, the first error says so and stays the one that counts."""
    if isinstance(failure, FootfallError):
        said = failed(failure.exit_code, failure.what)
    elif isinstance(failure, KeyboardInterrupt):
        said = failed(int(getattr(failure, "exit_code", STOPPED)), "It was stopped")
    else:
        # The text of the exception may hold a row of the input; the log has it.
        said = failed(DEFECT, f"A defect of the job: {type(failure).__name__}")
    try:
        files.write(MANIFEST, json.dumps(said.to_json(), indent=1))
    except FootfallError as second:
        if isinstance(failure, InfrastructureError):
            failure.fix = f"{failure.fix} The history lacks this run: {second.what}"
