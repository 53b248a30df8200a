"""The commit that publishes the days of a run to a table of Iceberg, or its weeks or months.

A commit may have succeeded although its answer was lost. So after any failure the history of the table is searched
for the run; also after a conflict, because a repeated commit conflicts with the first.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from footfall.engines.spark.causes import JAVA_FAILURES, causes_of
from footfall.errors import Conflict, InfrastructureError

RUN, DAYS, PERIODS = "footfall.run-id", "footfall.days", "footfall.periods"
"""Keys in the summary of a snapshot: the id of the run that published it, its days, and its weeks or months.

A commit of days names the periods that the run will publish after them, one of periods those that it publishes.
"""

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
    """A snapshot since this run began: its operation, and the run that made it with its parts, if a run did."""

    id: int
    run: str | None
    parts: frozenset[str]
    operation: str


@dataclass(frozen=True)
class Commit:
    """The commit of a run's days, or of its weeks or months.

    Args:
        run_id: The id of the run.
        parts: The names of the days or periods.
        seen: The snapshot when the run began.
        table: The name of the table.
        load: Returns the table as it is now.
        key: DAYS or PERIODS: where a snapshot names its parts.
        overtakes: Whether it may follow every other commit, as `build` looks by itself what has still to be replaced;
            it is then also made again after a failure that is no conflict.
    """

    run_id: str
    parts: Sequence[str]
    seen: int | None
    table: str
    load: Callable[[], Any]
    key: str = DAYS
    overtakes: bool = False

    def make(self, build: Callable[[int | None], Any]) -> None:
        """Commit an update of Iceberg.

        Args:
            build: Returns the update, a Java object, for each attempt; Iceberg refuses it if another commit changed
                the parts since the snapshot that is given. None where nothing is left to change.

        Raises:
            Conflict: Another run published one of the parts since this run began.
            InfrastructureError: It is not known whether the commit was made.
        """
        since, was_lost = self.seen, False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if (update := build(since)) is not None:
                    update.commit()
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
                elif attempt == ATTEMPTS or not (self.overtakes or _LOST in causes):
                    if was_lost:  # a request that was given up may arrive yet
                        raise self._unknown("no answer came to the commit") from failure
                    raise

    def _keeps_our_rows(self, later: Later) -> bool:
        """Whether a snapshot leaves the rows of our parts: one of `footfall maintain`, or of a run of other parts."""
        others = later.run is not None and not later.parts & set(self.parts)
        return self.overtakes or later.operation == _REPLACED or others

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
            f"It is not known whether {', '.join(self.parts)} were published: {why}",
            where=f"table {self.table}, run {self.run_id}",
            fix="Run again when the catalog answers: the same days are replaced by the same rows."
            f" A snapshot whose summary holds {RUN} = {self.run_id} means that they were.",
        )

    def _committed(self, table: Any) -> Iterator[Later]:
        snapshot = table.currentSnapshot()
        while snapshot is not None and int(snapshot.snapshotId()) != self.seen:
            run = snapshot.summary().get(RUN)
            parts = _named(snapshot, self.key) if run else frozenset[str]()
            yield Later(
                int(snapshot.snapshotId()), str(run) if run else None, parts, str(snapshot.operation())
            )
            snapshot = _before(table, snapshot)

    def _conflict(self, later: list[Later]) -> Conflict:
        own = set(self.parts)
        taken = next(((each.run, each.parts & own) for each in later if each.parts & own), None)
        run, parts = taken or ("another writer", own)
        return Conflict(
            f"{', '.join(sorted(parts))} was published by {run} while this run was counting",
            where=f"table {self.table}",
            fix="Look at that run's report; run the day again if its input was older than yours.",
        )


def promised_since(days: Any, run_id: str) -> frozenset[str] | None:
    """The weeks or months that other runs publish after days that they have published since a run published its own.

    Args:
        days: The table of days as it is now, a Java object.
        run_id: The id of the run.

    Returns:
        Their names; None if the table has no commit of the run, as somebody took it back.
    """
    promised, snapshot = frozenset[str](), days.currentSnapshot()
    while snapshot is not None:
        if snapshot.summary().get(RUN) == run_id:
            return promised
        promised |= _named(snapshot, PERIODS)
        snapshot = _before(days, snapshot)
    return None


def _before(table: Any, snapshot: Any) -> Any:
    parent = snapshot.parentId()
    return None if parent is None else table.snapshot(parent)


def _named(snapshot: Any, key: str) -> frozenset[str]:
    return frozenset(name for name in str(snapshot.summary().get(key) or "").split(",") if name)
