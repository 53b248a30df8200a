"""A run of footfall as a task: `footfall submit` follows it in the triggerer, so that no worker waits.

Whether a day is run, joined or reported, and what went wrong, is decided by `footfall submit`; here its exit code
becomes a state of the task. A triggerer that dies takes no run with it: the next one joins it.
"""

import asyncio
import json
import shlex
import signal
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk import BaseOperator, BaseOperatorLink, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from airflow.triggers.base import BaseTrigger, TriggerEvent

TRIED_AGAIN = (6, 11, 50, 51, 52, 53, 134, 137, 139, 143)
"""Exit codes that are worth another try: infrastructure by footfall's own code, by Spark's, and of killed processes."""

RERUN = ("cleared", "always", "never")
"""When a run that has ended is run again: where its task was cleared, always, or never."""

ELSEWHERE = ("kubernetes", "glue")
HERE = "local"
SECONDS_TO_DELETE = 25
LONGEST = timedelta(hours=4)
"""The longest that a run may take."""


class FollowRun(BaseTrigger):
    """Runs a command of footfall, copies its output to the log of the task, and fires an event when it ends.

    Args:
        words: The command.
    """

    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self.words = words
        self.process: asyncio.subprocess.Process | None = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments, from which another triggerer makes it again."""
        return f"{FollowRun.__module__}.{FollowRun.__qualname__}", {"words": self.words}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: the exit code, the summary of the run, and its last lines."""
        pipe = asyncio.subprocess.PIPE
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, limit=2**20
            )
        except OSError as failure:
            yield TriggerEvent({"exit_code": None, "summary": None, "said": str(failure)})
            return
        out, said = await asyncio.gather(self.process.stdout.read(), self._passed_on(self.process.stderr))
        code = await self.process.wait()
        yield TriggerEvent({"exit_code": code, "summary": _summary(out.decode()), "said": said})

    async def on_kill(self) -> None:
        """Stop submit, which deletes the run, because the task was marked or cleared."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), SECONDS_TO_DELETE)

    async def cleanup(self) -> None:
        """Kill submit, because the triggerer ends; the run goes on, and the next triggerer joins it."""
        if self.process and self.process.returncode is None:
            self.process.kill()

    async def _passed_on(self, lines: asyncio.StreamReader) -> str:
        """Log all lines, and give the last ones that are not JSON: the error, if there was one."""
        last: list[str] = []
        async for raw in lines:
            line = raw.decode(errors="replace").rstrip()
            self.log.info("%s", line)
            last = [] if line.startswith("{") else [*last, line][-3:]
        return "\n".join(last)


class _Link(BaseOperatorLink):
    """A link that is known once the run has ended."""

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """The address; empty if there is none."""
        return getattr(operator, "links", {}).get(self.name, "")


class ReportLink(_Link):
    """The report of the run."""

    name = "Report"


class LogLink(_Link):
    """The log of the driver, at the address that the operator was given for it."""

    name = "Driver log"


class FootfallOperator(BaseOperator):
    """Counts one day.

    Args:
        day: The day, as 2023-03-01.
        target: `kubernetes`, `glue`, or `local`, which is this machine.
        command: How footfall is called; it may be in an environment of its own.
        flags: Further flags of `footfall submit`, or of `footfall run`.
        log_url: Where the log of a driver is shown, with {run} and {day} in it.
        rerun: When a run of the day that has ended is run again: `cleared` (the task was cleared, by a person or by a
            backfill that reprocesses), `always` or `never`. On this machine each run counts anew.
    """

    template_fields = ("day", "target", "command", "flags", "log_url", "rerun")
    operator_extra_links = (ReportLink(), LogLink())

    def __init__(
        self,
        *,
        day: str,
        target: str = "kubernetes",
        command: str = "footfall",
        flags: str = "",
        log_url: str = "",
        rerun: str = "cleared",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.day, self.target, self.command = day, target, command
        self.flags, self.log_url, self.rerun = flags, log_url, rerun
        self.links: dict[str, str] = {}

    def execute(self, context: Context) -> None:
        """Start the run in the triggerer, and defer."""
        # Airflow raises the tries of a task when it is cleared, and only then.
        is_cleared = context["ti"].max_tries > self.retries
        trigger = FollowRun(words=self._words(is_cleared=is_cleared))
        self.defer(trigger=trigger, method_name="ended", timeout=LONGEST)

    def ended(self, context: Context, event: dict[str, Any]) -> dict[str, Any] | None:
        """The summary of the run, as the task's XCom.

        Raises:
            AirflowException: Infrastructure failed, or the launcher was killed; the task is tried again.
            AirflowFailException: The run would end the same way again.
        """
        code, summary = event["exit_code"], event["summary"] or {}
        run = str(summary.get("application") or summary.get("glue_run") or "")
        log = self.log_url.format(run=quote(run), day=self.day) if run else ""
        self.links = {ReportLink.name: _address(str(summary.get("report", ""))), LogLink.name: log}
        if code == 0:
            return summary
        message = f"footfall ended with {code} on {self.day}: {event['said']}"
        if code is None or code < 0 or code in TRIED_AGAIN:
            raise AirflowException(message)
        raise AirflowFailException(message)

    def _words(self, *, is_cleared: bool = False) -> list[str]:
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            raise AirflowFailException(
                f"There is no day {self.day!r}: give the run a logical date, or the parameter day as 2023-03-01"
            ) from None
        if self.rerun not in RERUN:
            raise AirflowFailException(f"The parameter rerun is {self.rerun!r}, none of {', '.join(RERUN)}")
        if self.target == HERE:
            command = ["run", f"--days={day}"]
        elif self.target in ELSEWHERE:
            again = self.rerun == "always" or (self.rerun == "cleared" and is_cleared)
            command = ["submit", f"--on={self.target}", f"--day={day}", "--on-interrupt=delete"]
            command += ["--rerun"] if again else []
        else:
            known = ", ".join((*ELSEWHERE, HERE))
            raise AirflowFailException(f"The variable footfall_target is {self.target!r}, none of {known}")
        return [*shlex.split(self.command), *command, *shlex.split(self.flags)]


class FootfallPlugin(AirflowPlugin):
    """Registers the links of the operator with Airflow's pages."""

    name = "footfall"
    operator_extra_links: ClassVar = [ReportLink(), LogLink()]


def _summary(out: str) -> dict[str, Any] | None:
    """The summary line in the output of a run; None if there is none."""
    for line in reversed(out.splitlines()):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            return record
    return None


def _address(report: str) -> str:
    """Where a browser finds the report: in the console of S3, or in a file."""
    if report.startswith("s3://"):
        bucket, _, key = report.removeprefix("s3://").partition("/")
        return f"https://s3.console.aws.amazon.com/s3/object/{bucket}?prefix={quote(key)}"
    return f"file://{report}" if report.startswith("/") else ""
