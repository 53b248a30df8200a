"""How requests fail: by one fault, by many, by a burst of the same, or because the servers are gone for a while."""

from dataclasses import dataclass, field
from random import Random

FATES = (
    "lost",
    "unanswered",
    "late",
    "twice",
    "busy",
    "off before",
    "off after",
    "stopped",
    "stopped late",
    "slow",
)
"""What becomes of a request that is not done and answered at once."""


@dataclass
class Weather:
    """Which fate each request has.

    Args:
        kind: `calm`, `one`, `burst`, `storm` or `away`.
        share: In a storm, the share of requests that it hits.
        at: The number of the first request that is hit.
        seconds: How long the servers are gone.
        fate: The fate of each request of a burst.
        length: The requests of a burst.
        since: When the servers went away.
    """

    kind: str
    share: float = 0.0
    at: int = -1
    seconds: float = 0.0
    fate: str = ""
    length: int = 0
    since: float | None = None

    def fate_of(self, what: str, number: int, now: float, drawn: Random) -> str:
        """The fate of a request; empty where it is done and answered at once.

        Args:
            what: The task that asks, and what it asks.
            number: Its number in the history.
            now: The time in seconds.
            drawn: What it is drawn from.
        """
        if self.kind == "one" and number == self.at:
            return drawn.choice(FATES)
        if self.kind == "burst" and 0 <= number - self.at < self.length:
            return self.fate
        if self.kind == "storm" and drawn.random() < self.share:
            return drawn.choice(FATES)
        if self.kind == "away" and number >= self.at:
            self.since = now if self.since is None else self.since
            return drawn.choice(("lost", "busy")) if now - self.since < self.seconds else ""
        return ""


@dataclass
class Script(Weather):
    """Fates that are written down, one after the other: words of the task and its request, the fate, how often."""

    kind: str = "script"
    lines: list[tuple[str, str, int]] = field(default_factory=list)

    def fate_of(self, what: str, number: int, now: float, drawn: Random) -> str:
        """The fate of the first line that is not used up, where the request fits it."""
        if not self.lines:
            return ""
        words, fate, times = self.lines[0]
        if not all(word in what for word in words.split(" ... ")):
            return ""
        self.lines[:1] = [(words, fate, times - 1)] if times > 1 else []
        return fate


def weather(drawn: Random, requests: int) -> Weather:
    """Draw how requests fail in a history of about so many."""
    kind = drawn.choices(("calm", "one", "burst", "storm", "away"), (2, 5, 3, 3, 1))[0]
    return Weather(
        kind,
        share=drawn.choice((0.01, 0.03, 0.1, 0.25)),
        at=drawn.randrange(1, requests),
        seconds=drawn.choice((10.0, 60.0, 300.0, 7200.0)),
        fate=drawn.choice(("lost", "unanswered", "late", "twice", "busy")),
        length=drawn.choice((2, 5, 10, 20, 40)),
    )
