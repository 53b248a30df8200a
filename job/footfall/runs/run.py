"""What is known of a run before it counts: who started it, how, and what it reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from footfall.runs.manifest import Alive, Manifest
from footfall.runs.outcome import Usage
from footfall.schema import InputFile, Places


@dataclass(frozen=True)
class Run:
    """What the platform knows of a run.

    Args:
        id: Its id.
        command: The words that repeat it.
        settings: Name, value and origin of each setting, as people read them.
        versions: On which versions it runs.
        engine: The name of the engine.
        reason: Why this engine was chosen.
        now: The time in UTC.
        clock: Seconds that only grow.
        usage: What the run held until now, where that is known.
        environ: The variables that settings may name instead of holding a secret.
        heard: Is called when the run begins and when it ends, with what it then says of itself.
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
    heard: Callable[[Alive | Manifest], None] = lambda said: None


@dataclass(frozen=True)
class Source:
    """An input file and its digest, where it could be taken."""

    role: str
    file: InputFile
    sha256: str | None


@dataclass(frozen=True)
class Inputs:
    """What was read: the places, the files, and in sentences what was repaired or passed over."""

    places: Places
    sources: tuple[Source, ...]
    warnings: tuple[str, ...]
