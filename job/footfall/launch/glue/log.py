"""Reads the driver's log of a Glue run from CloudWatch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

from footfall import aws
from footfall.launch.driver_log import DriverLog
from footfall.launch.glue.job import LOG_GROUP, Object

GROUP = "/aws-glue/jobs"
"""The default log group of Glue; its `/error` and `/output` hold stderr and stdout of the driver."""

_ABSENT = ("ResourceNotFoundException",)


@dataclass
class RunLog:
    """The log of a run's driver; remembers how far it was read.

    Attributes:
        run_id: The id of the run. The stream of its driver is named after it, with or without `-driver` at its end.
        group: The log group without its last part, `/error` or `/output`.
        log: Takes the lines.
    """

    run_id: str
    group: str
    log: DriverLog
    _next: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Object, defaults: Mapping[str, str], log: DriverLog) -> "RunLog":
        """The log of a run, in the group that the run's or the job's arguments name."""
        arguments = {**defaults, **run.get("Arguments", {})}
        group = arguments.get(LOG_GROUP) or run.get("LogGroupName") or GROUP
        return cls(run["Id"], str(group).rstrip("/"), log)

    def read_new_lines(self) -> None:
        """Pass the lines since the last call to `log`.

        Raises:
            FootfallError: Access to the log is denied, or CloudWatch does not answer.
        """
        for part, ending in product(("error", "output"), ("", "-driver")):
            for line in self._lines(f"{self.group}/{part}", f"{self.run_id}{ending}"):
                self.log.feed(line)

    def _lines(self, group: str, stream: str) -> Iterator[str]:
        """The new lines of a stream; none if the stream does not exist yet."""
        logs: Any = aws.client("logs")
        request = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
        where = f"log group {group}, stream {stream}"
        while True:
            position = {"nextToken": self._next[where]} if where in self._next else {}
            answer = aws.ask(partial(logs.get_log_events, **request, **position), where, _ABSENT)
            if answer is None:
                return
            for event in answer["events"]:
                yield from str(event["message"]).splitlines()
            if not answer["events"] or answer["nextForwardToken"] == self._next.get(where):
                self._next[where] = answer["nextForwardToken"]
                return
            self._next[where] = answer["nextForwardToken"]
