"""What a run found out about its input and about itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One check: what was found, what is accepted. A `gate` judges the input; the others judge the job itself."""

    name: str
    ok: bool
    found: str
    accepted: str
    gate: bool


@dataclass(frozen=True)
class Usage:
    """What a run held: cores times seconds, GiB of memory times seconds."""

    core_seconds: float
    gib_seconds: float


@dataclass(frozen=True)
class Funnel:
    """How many rows went where. scanned = outside_days + read; read = quarantined + duplicate + kept;
    kept = outside_places + inside_places; boundary: pairs of ping and place with the ping exactly on the boundary.
    """

    scanned: int
    outside_days: int
    quarantined: dict[str, int]
    duplicate: int
    outside_places: int
    inside_places: int
    boundary: int

    @property
    def kept(self) -> int:
        """Pings that were looked up in places."""
        return self.outside_places + self.inside_places

    @property
    def read(self) -> int:
        """Rows of the asked days, and rows whose day nobody can tell."""
        return sum(self.quarantined.values()) + self.duplicate + self.kept
