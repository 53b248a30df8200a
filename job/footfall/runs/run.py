"""The facts of a run that are known before it counts: how it was started, and what it reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from footfall.runs.manifest import Alive, Manifest
from footfall.runs.outcome import Usage
from footfall.schema import InputFile


@dataclass(frozen=True)
class Run:
    """A run as the platform describes it.

    Args:
        id: Its id.
        command: The command line that repeats it.
        settings: Name, value and origin of each setting, as text.
        versions: The versions of the job, Python, the engine and so on, by their names.
        engine: The name of the engine.
        reason: Why this engine was chosen.
        now: Returns the time in UTC.
        clock: Returns seconds of a clock that never goes back.
        usage: Returns what the run has used so far; None if the engine does not know it.
        environ: The environment variables that settings name in place of secrets.
        notify: Called with the run's state when it begins, and with its manifest when it ends.
    """

    id: str
    command: str
    settings: Sequence[dict[str, str]]
    versions: dict[str, str]
    engine: str
    reason: str
    now: Callable[[], datetime]
    clock: Callable[[], float]
    usage: Callable[[], Usage | None] = lambda: None
    environ: Mapping[str, str] = field(default_factory=dict)
    notify: Callable[[Alive | Manifest], None] = lambda state: None


@dataclass(frozen=True)
class Source:
    """An input file, its role (`pings`, `places` or `scaling`), and its SHA-256; None if it has none."""

    role: str
    file: InputFile
    sha256: str | None


@dataclass(frozen=True)
class Inputs:
    """The inputs of a run: its files, sentences on what was repaired or skipped, a digest of what is looked up in."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...]
    looked_up_in: str | None = None
