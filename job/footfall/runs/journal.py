"""What a run says of itself while it lives, and when it fails: files beside those that it writes at a good end."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Protocol

from footfall.defects import error_of, without_texts
from footfall.errors import DefectError, FootfallError, InfrastructureError
from footfall.runs.manifest import ALIVE, MANIFEST, TRACE
from footfall.runs.stopping import raise_if_stopped

SECONDS_BETWEEN_SIGNS = 30
STOPPED = 130
_STOPPED = "It was stopped"


class Statement(Protocol):
    """What a run says of itself."""

    def to_json(self) -> dict[str, Any]:
        """What stands in the file."""


class Failure(Statement, Protocol):
    """The manifest of a run that failed."""

    @property
    def refusal(self) -> str | None:
        """Why, and whether its days are published all the same."""


class Files(Protocol):
    """Where the run's own files go."""

    def write(self, name: str, text: str) -> str:
        """Write a file once."""

    def rewrite(self, name: str, text: str) -> None:
        """Write a file again."""


@contextmanager
def kept(
    files: Files, alive: Callable[[], Statement], failed: Callable[[int, str], Failure]
) -> Iterator[None]:
    """Say now and then that the run lives while the block runs; write a manifest if the block fails.

    Args:
        files: Where to.
        alive: What a sign of life says: when it began, its days, its step.
        failed: The manifest of a run that failed, from the exit code and the reason.

    Raises:
        SettingsError: The output cannot be written.
        FootfallError: What was raised in the block, with the reason that the manifest gives; a defect is raised as
            one, its trace among the files of the run.
        KeyboardInterrupt: The run was stopped; where its days are published, or may be, its text says so.
    """
    files.rewrite(ALIVE, json.dumps(alive().to_json()))
    over = Event()
    pulse = Thread(target=_say, args=(files, alive, over), daemon=True)
    pulse.start()
    try:
        try:
            yield
        except Exception as failure:
            raise_if_stopped(failure)
            error = error_of(failure)
            _save_trace(files, error)
            error.what = _write_failure(files, failed, error.exit_code, error)
            if error is failure:
                raise
            raise error from failure
    except KeyboardInterrupt as stop:
        why = _write_failure(files, failed, int(getattr(stop, "exit_code", STOPPED)), None)
        stop.args = () if why == _STOPPED else (why,)
        raise
    finally:
        over.set()
        pulse.join()


def _say(files: Files, alive: Callable[[], Statement], over: Event) -> None:
    while not over.wait(SECONDS_BETWEEN_SIGNS):
        with suppress(FootfallError):  # a sign that is missed is followed by the next one
            files.rewrite(ALIVE, json.dumps(alive().to_json()))


def _save_trace(files: Files, error: FootfallError) -> None:
    """Save where in the code a defect shows, and name the file in the error; what saves nothing leaves it as it is."""
    if isinstance(error, DefectError):
        with suppress(FootfallError):
            error.where = files.write(TRACE, without_texts(error.trace))
            error.is_saved = True


def _write_failure(
    files: Files, failed: Callable[[int, str], Failure], code: int, error: FootfallError | None
) -> str:
    """Say why the run failed, and write it; where that fails, the first error says so and stays the one that counts."""
    said = failed(code, error.what if error else _STOPPED)
    try:
        files.write(MANIFEST, json.dumps(said.to_json(), indent=1))
    except FootfallError as second:
        if isinstance(error, InfrastructureError):
            error.fix = f"{error.fix} The history lacks this run: {second.what}"
    return said.refusal or _STOPPED
