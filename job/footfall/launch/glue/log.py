"""Reads what the driver of a Glue run writes, from CloudWatch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

from footfall import aws
from footfall.launch.driver_log import DriverLog
from footfall.launch.glue.job import LOG_GROUP, Object

GROUP = "/aws-glue/jobs"
"""Where Glue writes unless the run says otherwise; below it what the driver wrote to stderr and to stdout."""

_ABSENT = ("ResourceNotFoundException",)


@dataclass
class RunLog:
    """The log of one run, of which only the driver's part is read.

    Attributes:
        run_id: The run, after which Glue names the stream of its driver: its id, or that with `-driver`.
        group: Where it is, without the part after the last slash.
        log: Who hears the lines.
    """

    run_id: str
    group: str
    log: DriverLog
    _next: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Object, defaults: Mapping[str, str], log: DriverLog) -> "RunLog":
        """The log of a run, where its arguments or those of its job say."""
        arguments = {**defaults, **run.get("Arguments", {})}
        group = arguments.get(LOG_GROUP) or run.get("LogGroupName") or GROUP
        return cls(run["Id"], str(group).rstrip("/"), log)

    def hear(self) -> None:
        """Pass on the lines that came since the last time.

        Raises:
            FootfallError: The log may not be read, or CloudWatch does not answer.
        """
        for part, ending in product(("error", "output"), ("", "-driver")):
            for line in self._lines(f"{self.group}/{part}", f"{self.run_id}{ending}"):
                self.log.hear(line)

    def _lines(self, group: str, stream: str) -> Iterator[str]:
        """The new lines of a stream; none as long as nothing was written to it."""
        logs: Any = aws.client("logs")
        about = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
        where = f"log group {group}, stream {stream}"
        while True:
            after = {"nextToken": self._next[where]} if where in self._next else {}
            request = {**about, **after}
            answer = aws.ask(partial(logs.get_log_events, **request), where, _ABSENT)
            if answer is None:
                return
            for event in answer["events"]:
                yield from str(event["message"]).splitlines()
            if not answer["events"] or answer["nextForwardToken"] == self._next.get(where):
                self._next[where] = answer["nextForwardToken"]
                return
            self._next[where] = answer["nextForwardToken"]
