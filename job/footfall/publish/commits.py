"""The commit that publishes the days of a run to a table of Iceberg.

A commit may have succeeded although its answer was lost. So after any failure the history of the table is searched
for the run; also after a conflict, because a repeated commit conflicts with the first.
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
"""Keys in the summary of a snapshot: the id of the run that published it, and its days."""

WAITS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each look at the table, for as long as the catalog does not answer."""

ATTEMPTS = 3
"""Attempts of a commit whose answer is lost; if an earlier one arrives late, the run conflicts only with itself."""

_LOST = "CommitStateUnknownException"
_REPLACED = "replace"
"""Iceberg's name for a commit that rewrites files and leaves all rows as they are."""

_CONFLICT = re.compile(r"ValidationException: .*conflicting")


@dataclass(frozen=True)
class Later:
    """A snapshot since this run began: its operation, and the run that made it with its days, if a run did."""

    id: int
    run: str | None
    days: frozenset[date]
    operation: str


@dataclass(frozen=True)
class Commit:
    """The commit of a run's days; `seen` is the snapshot when the run began, `load` returns the table as it is now."""

    run_id: str
    days: list[date]
    seen: int | None
    table: str
    load: Callable[[], Any]

    def make(self, build: Callable[[int | None], Any]) -> None:
        """Commit an update of Iceberg.

        Args:
            build: Returns the update, a Java object, for each attempt; Iceberg refuses it if another commit changed
                the days since the snapshot that is given.

        Raises:
            Conflict: Another run published one of the days since this run began.
            InfrastructureError: It is not known whether the commit was made.
        """
        since, was_lost = self.seen, False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                build(since).commit()
                return
            except JAVA_FAILURES as failure:
                later, causes = self._later(failure), causes_of(failure)
                was_lost = was_lost or _LOST in causes
                if self.run_id in (each.run for each in later):
                    return
                if _CONFLICT.search(causes):
                    if attempt == ATTEMPTS or not all(map(self._keeps_our_rows, later)):
                        raise self._conflict(later) from failure
                    since = later[0].id if later else since
                elif _LOST not in causes or attempt == ATTEMPTS:
                    if was_lost:  # a request that was given up may arrive yet
                        raise self._unknown("no answer came to the commit") from failure
                    raise

    def _keeps_our_rows(self, later: Later) -> bool:
        """Whether a snapshot leaves the rows of our days: one of `footfall maintain`, or of a run of other days."""
        return later.operation == _REPLACED or (later.run is not None and not later.days & set(self.days))

    def _later(self, failure: Exception) -> list[Later]:
        """The snapshots since this run began, the latest first; the catalog is asked again after each of WAITS."""
        for wait in WAITS:
            time.sleep(wait)
            try:
                return list(self._committed(self.load()))
            except JAVA_FAILURES:
                continue  # it is asked again, and the first failure is what counts
        first = causes_of(failure).splitlines()[0]
        raise self._unknown(f"the catalog does not answer after {first}") from failure

    def _unknown(self, why: str) -> InfrastructureError:
        return InfrastructureError(
            f"It is not known whether {', '.join(map(str, self.days))} were published: {why}",
            where=f"table {self.table}, run {self.run_id}",
            fix="Run again when the catalog answers: the same days are replaced by the same rows."
            f" A snapshot whose summary holds {RUN} = {self.run_id} means that they were.",
        )

    def _committed(self, table: Any) -> Iterator[Later]:
        snapshot = table.currentSnapshot()
        while snapshot is not None and int(snapshot.snapshotId()) != self.seen:
            summary = snapshot.summary()
            run, days = summary.get(RUN), str(summary.get(DAYS) or "").split(",")
            named = frozenset(date.fromisoformat(day) for day in days if run and day)
            yield Later(
                int(snapshot.snapshotId()), str(run) if run else None, named, str(snapshot.operation())
            )
            parent = snapshot.parentId()
            snapshot = None if parent is None else table.snapshot(parent)

    def _conflict(self, later: list[Later]) -> Conflict:
        own = set(self.days)
        taken = next(((each.run, each.days & own) for each in later if each.days & own), None)
        run, days = taken or ("another writer", own)
        return Conflict(
            f"{', '.join(map(str, sorted(days)))} was published by {run} while this run was counting",
            where=f"table {self.table}",
            fix="Look at that run's report; run the day again if its input was older than yours.",
        )
