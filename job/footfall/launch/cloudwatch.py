"""Logs of a run's pods in CloudWatch, where `k8s/logs` keeps them after the pods are gone."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from footfall import aws

GROUP = "/footfall/{namespace}"
"""The log group of the pods of a namespace; in it each container has a stream `POD.CONTAINER`."""

STREAM = re.compile(r"(?P<run>.+?)-(driver|[0-9a-f]{16}-exec-\d+)\..+")
"""The stream of a container of a run."""

_ABSENT = ("ResourceNotFoundException",)
_AT_ONCE = 100  # streams of one request
_BEFORE, _AFTER = timedelta(minutes=15), timedelta(minutes=10)
"""The window around a run in which its lines are looked for: pods log before the run has an id and after its end."""


@dataclass(frozen=True)
class StoredLog:
    """The lines of one run in a log group.

    Attributes:
        group: The log group.
        started: When the run began.
        finished: When it ended, if it has.
    """

    group: str
    started: datetime
    finished: datetime | None

    def application(self, run_id: str) -> str | None:
        """The name of a run's SparkApplication, from the first line that holds the run's id; None if no line does.

        Raises:
            FootfallError: CloudWatch refuses it, or does not answer.
        """
        for event in self._events(filterPattern=f'"{run_id}"'):
            if found := STREAM.fullmatch(event["logStreamName"]):
                return found["run"]
        return None

    def lines(self, application: str, left_out: Collection[str] = ()) -> list[tuple[str, str]]:
        """All lines of a run's driver and executors as pairs of pod and line, in the order of time.

        Args:
            application: The SparkApplication.
            left_out: Names of pods whose lines are left out.

        Raises:
            FootfallError: CloudWatch refuses it, or does not answer.
        """
        request = {"logGroupName": self.group, "logStreamNamePrefix": f"{application}-"}
        streams = (
            each["logStreamName"] for each in self._pages("describe_log_streams", "logStreams", request)
        )
        wanted = [
            name for name in streams if STREAM.fullmatch(name) and name.partition(".")[0] not in left_out
        ]
        events = [
            event
            for first in range(0, len(wanted), _AT_ONCE)
            for event in self._events(logStreamNames=wanted[first : first + _AT_ONCE])
        ]
        events.sort(key=lambda event: int(event["timestamp"]))
        return [
            (event["logStreamName"].partition(".")[0], line)
            for event in events
            for line in str(event["message"]).splitlines()
        ]

    def _events(self, **which: Any) -> Iterator[dict[str, Any]]:
        since = {"startTime": _milliseconds(self.started - _BEFORE)}
        until = {"endTime": _milliseconds(self.finished + _AFTER)} if self.finished else {}
        return self._pages(
            "filter_log_events", "events", {"logGroupName": self.group, **since, **until, **which}
        )

    def _pages(self, call: str, part: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The items of all pages of an answer; none if the log group does not exist."""
        logs: Any = aws.client("logs")
        token: dict[str, str] = {}
        while True:
            answer = aws.ask(
                partial(getattr(logs, call), **request, **token), f"log group {self.group}", _ABSENT
            )
            yield from answer[part] if answer else ()
            if not answer or not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
