"""The signs of life of a run while it runs, and the manifest and trace that it writes if it fails."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Protocol

from footfall.aborts import before_abort
from footfall.defects import error_of, without_texts
from footfall.errors import DefectError, FootfallError, InfrastructureError
from footfall.runs.manifest import ALIVE, MANIFEST, TRACE
from footfall.runs.stopping import raise_if_stopped

SECONDS_BETWEEN_SIGNS = 30
STOPPED = 130
_STOPPED = "It was stopped"


class Statement(Protocol):
    """The content of a file of the run, such as `alive.json`."""

    def to_json(self) -> dict[str, Any]:
        """The content of the file."""


class Failure(Statement, Protocol):
    """The manifest of a run that failed."""

    @property
    def refusal(self) -> str | None:
        """Why it failed, and whether its days were published before that."""


class Files(Protocol):
    """Writes the run's own files."""

    def write(self, name: str, text: str) -> str:
        """Write a file once."""

    def rewrite(self, name: str, text: str) -> None:
        """Write a file again."""


@contextmanager
def keep_journal(
    files: Files, alive: Callable[[], Statement], failed: Callable[[int, str], Failure]
) -> Iterator[None]:
    """Write a sign of life every SECONDS_BETWEEN_SIGNS while the block runs, and a manifest if the block fails.

    Args:
        files: Writes the files.
        alive: Returns the sign of life: when the run began, its days, its step.
        failed: Returns the manifest of a failed run, given the exit code and the reason.

    Raises:
        SettingsError: The output cannot be written.
        FootfallError: The error of the block, with the reason that the manifest gives; any other exception becomes
            one, as of `error_of`, and the trace of a defect is saved among the files of the run.
        KeyboardInterrupt: The run was stopped; its text says so if its days are published, or may be.
    """
    files.rewrite(ALIVE, json.dumps(alive().to_json()))
    over = Event()
    pulse = Thread(target=_write_signs, args=(files, alive, over), daemon=True)
    pulse.start()
    try:
        try:
            with before_abort(lambda error: _end(files, failed, error)):
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


def _end(files: Files, failed: Callable[[int, str], Failure], error: FootfallError) -> None:
    """Write the manifest of a run that a library aborts."""
    _write_failure(files, failed, error.exit_code, error)


def _write_signs(files: Files, alive: Callable[[], Statement], over: Event) -> None:
    while not over.wait(SECONDS_BETWEEN_SIGNS):
        with suppress(FootfallError):  # a sign that is missed is followed by the next one
            files.rewrite(ALIVE, json.dumps(alive().to_json()))


def _save_trace(files: Files, error: FootfallError) -> None:
    """Save the trace of a defect, and name its file in the error; other errors, or a failed write, change nothing."""
    if isinstance(error, DefectError):
        with suppress(FootfallError):
            error.where = files.write(TRACE, without_texts(error.trace))
            error.is_saved = True


def _write_failure(
    files: Files, failed: Callable[[int, str], Failure], code: int, error: FootfallError | None
) -> str:
    """Write the manifest of a failed run, and return its reason; if the write fails, `error` mentions that."""
    said = failed(code, error.what if error else _STOPPED)
    try:
        files.write(MANIFEST, json.dumps(said.to_json(), indent=1))
    except FootfallError as second:
        if isinstance(error, InfrastructureError):
            error.fix = f"{error.fix} The history lacks this run: {second.what}"
    return said.refusal or _STOPPED
