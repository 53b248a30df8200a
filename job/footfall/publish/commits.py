"""One commit that publishes: made, refused, or made although its answer was lost.

A request whose answer is lost may have been done. So after any failure the table itself is asked whether the run is
in its history, before anything is said; also after a conflict, because a repeated commit conflicts with the first.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from footfall.engines.spark.causes import JAVA_FAILURES, causes_of
from footfall.errors import Conflict, InfrastructureError

RUN, DAYS = "footfall.run-id", "footfall.days"
"""What the summary of a snapshot says of the run that published it."""

WAITS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each look at the table, for as long as the catalog does not answer."""

ATTEMPTS = 3
"""How often a commit is tried that was lost on its way; should it arrive late, the run conflicts with itself alone."""

_LOST = "CommitStateUnknownException"
_CONFLICT = re.compile(r"ValidationException: .*conflicting")


@dataclass(frozen=True)
class Commit:
    """The commit of a run for its days; `seen` is the snapshot it began with, `load` gives the table as it is now."""

    run_id: str
    days: list[date]
    seen: int | None
    table: str
    load: Callable[[], Any]

    def make(self, build: Callable[[], Any]) -> None:
        """Commit an update of Iceberg, a Java object that is built for each attempt.

        Raises:
            Conflict: Another run published one of the days since this run began.
            InfrastructureError: The catalog does not say whether the commit was made.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                build().commit()
                return
            except JAVA_FAILURES as failure:
                since, causes = self._since(failure), causes_of(failure)
                if self.run_id in (run for run, _ in since):
                    return
                if _CONFLICT.search(causes):
                    raise self._conflict(since) from failure
                if _LOST not in causes or attempt == ATTEMPTS:
                    raise

    def _since(self, failure: Exception) -> list[tuple[str, set[date]]]:
        """The runs that published since this one began, and their days; the latest first."""
        for wait in WAITS:
            time.sleep(wait)
            try:
                return list(self._published(self.load()))
            except JAVA_FAILURES:
                continue  # it is asked again, and the first failure is what counts
        raise InfrastructureError(
            f"It is not known whether {', '.join(map(str, self.days))} were published:"
            f" the catalog does not answer after {causes_of(failure).splitlines()[0]}",
            where=f"table {self.table}, run {self.run_id}",
            fix="Run again when the catalog answers: the same days are replaced by the same rows."
            f" A snapshot whose summary holds {RUN} = {self.run_id} means that they were.",
        ) from failure

    def _published(self, table: Any) -> Iterator[tuple[str, set[date]]]:
        snapshot = table.currentSnapshot()
        while snapshot is not None and int(snapshot.snapshotId()) != self.seen:
            summary = snapshot.summary()
            if summary.get(RUN):
                yield str(summary.get(RUN)), set(map(date.fromisoformat, str(summary.get(DAYS)).split(",")))
            parent = snapshot.parentId()
            snapshot = None if parent is None else table.snapshot(parent)

    def _conflict(self, since: list[tuple[str, set[date]]]) -> Conflict:
        own = set(self.days)
        run, taken = next(((run, days & own) for run, days in since if days & own), ("another run", own))
        return Conflict(
            f"{', '.join(map(str, sorted(taken)))} was published by {run} while this run was counting",
            where=f"table {self.table}",
            fix="Look at that run's report; run the day again if its input was older than yours.",
        )
