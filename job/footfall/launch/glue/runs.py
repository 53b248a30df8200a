"""`footfall submit --on glue`: from a day to the end of its run, on a job that is there already."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from footfall import aws
from footfall.errors import Conflict, FootfallError, InfrastructureError, SettingsError
from footfall.launch.audience import Audience, OnInterrupt
from footfall.launch.driver_log import DriverLog
from footfall.launch.ending import Ending, may_end_otherwise
from footfall.launch.glue.job import ARCHIVE, DAYS, NAME, SIZES, GlueJob, Object
from footfall.launch.glue.log import RunLog
from footfall.launch.glue.status import NOT_YET, DpuPrice, cost, day, exit_code, failure, has_ended, state
from footfall.launch.kubernetes.application import Order, name
from footfall.runs.stopping import stopped_by_sigterm
from footfall.settings import on_object_store


@dataclass(frozen=True)
class GluePatience:
    """How many seconds something may last.

    Attributes:
        whole: The run, from when it was started or joined; none: as long as it takes.
        start: That the run waits for its workers.
        log: For the rest of the log, after the end; of a run that failed a sixth of it, as Glue tells of that itself.
        tick: From one look at the run to the next; the first looks follow each other sooner.
    """

    whole: float | None = None
    start: float = 300
    log: float = 60
    tick: float = 5

    def pauses(self) -> Iterator[float]:
        """The seconds between looks."""
        pause = 0.25
        while True:
            yield pause
            pause = min(self.tick, 1.5 * pause)


@dataclass(frozen=True)
class GlueWish:
    """What is wanted of a job.

    Attributes:
        job: Its name.
        order: What to run; its flags stand over the job's own.
        rerun: Whether a run that ended shall be run once more.
        patience: How long to wait for what.
        on_interrupt: What becomes of the run when the launcher is told to end.
        waits: Whether to follow the run to its end.
    """

    job: str
    order: Order
    rerun: bool
    patience: GluePatience
    on_interrupt: OnInterrupt
    waits: bool = True


def launched(wish: GlueWish, audience: Audience) -> Ending:
    """Run it, or join or report the run that is there.

    Raises:
        FootfallError: It cannot be run, or was held up for too long.
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the run was kept or stopped, as the wish says.
    """
    job = GlueJob(wish.job)
    audience.know(glue_job=wish.job)
    with stopped_by_sigterm():
        definition = job.definition()
        defaults = dict(definition.get("DefaultArguments", {}))
        arguments = _arguments(job, definition, wish.order)
        price = DpuPrice.of({**defaults, **arguments})
        try:
            run = _started(job, arguments, wish, audience)
            if not wish.waits and not has_ended(run):
                return Ending(run["Id"], 0, {"state": "started"}, None)
            return _followed(job, run, wish, RunLog.of(run, defaults, audience.log), price)
        except KeyboardInterrupt:
            audience.log.close()
            _decide(job, arguments, wish.on_interrupt, audience)
            raise
        finally:
            audience.log.close()


def _decide(job: GlueJob, arguments: Mapping[str, str], what: OnInterrupt, audience: Audience) -> None:
    """Stop the run, or leave it to itself."""
    run, _ = _known_runs(job, arguments)
    if run is None or has_ended(run):
        return
    if audience.wants_end(run["Id"], what):
        job.stop(run["Id"])
        audience.say(f"Told {run['Id']} of {job.name} to stop.")
    else:
        audience.say(f"{run['Id']} of {job.name} goes on; the same command joins it.")


def _arguments(job: GlueJob, definition: Object, order: Order) -> dict[str, str]:
    """The arguments of the run, among them the archive that is deployed now: a run keeps to it, whatever comes.

    Raises:
        SettingsError: Nothing is deployed.
    """
    defaults: Mapping[str, str] = definition.get("DefaultArguments", {})
    archive = defaults.get(ARCHIVE)
    if not archive:
        raise SettingsError(
            "The job has no archive yet",
            where=f"{job.where}, default argument {ARCHIVE}",
            fix="Deploy a version first: footfall glue deploy",
        )
    what = {DAYS: str(order.day)} if order.day else {"--sample": "true"}
    flags = (word.partition("=") for word in order.words if "=" in word)
    around = {part: definition.get(part) for part in ("DefaultArguments", *SIZES)}
    named = name(archive, order, around)
    return {**what, **{flag: text for flag, _, text in flags}, ARCHIVE: archive, NAME: named}


def _started(job: GlueJob, arguments: Mapping[str, str], wish: GlueWish, audience: Audience) -> Object:
    """Start the run, or find the one there is."""
    with audience.progress.step("start run", job.where) as step:
        run, done = _found_or_started(job, arguments, rerun=wish.rerun)
        audience.know(glue_run=run["Id"])
        step.note(run=f"{run['Id']}, {done}")
        return run


def _found_or_started(job: GlueJob, arguments: Mapping[str, str], *, rerun: bool) -> tuple[Object, str]:
    """The run, and what was done: of two that were started at once the first one goes on."""
    same, others = _known_runs(job, arguments)
    if same and not has_ended(same):
        return same, "joined"
    if same and not rerun and not may_end_otherwise(exit_code(same)):
        return same, "has ended"
    _refuse(others, arguments, job)
    mine = job.start(arguments)
    first, _ = _known_runs(job, arguments)
    if first and first["Id"] != mine and not has_ended(first):
        job.stop(mine)
        return first, "joined"
    return job.run(mine), "started"


def _known_runs(job: GlueJob, arguments: Mapping[str, str]) -> tuple[Object | None, list[Object]]:
    """The run of this name, the oldest that goes on or else the newest; and others of its day that go on."""
    same, others = [], []
    for run in sorted(job.runs(), key=lambda run: (str(run["StartedOn"]), run["Id"]), reverse=True):
        if dict(run.get("Arguments", {})).get(NAME) == arguments[NAME]:
            same.append(run)
        elif DAYS in arguments and day(run) == arguments[DAYS] and not has_ended(run):
            others.append(run)
    under_way = [run for run in same if not has_ended(run)]
    return (under_way[-1] if under_way else next(iter(same), None)), others


def _refuse(others: list[Object], arguments: Mapping[str, str], job: GlueJob) -> None:
    if others:
        ids, counted = ", ".join(run["Id"] for run in others), f"The day {arguments[DAYS]} is being counted"
        raise Conflict(
            f"{counted} by a run of another version or with other sizes or flags: {ids}",
            where=job.where,
            fix=f"Wait for it, or end it: aws glue batch-stop-job-run --job-name {job.name} --job-run-ids {ids}",
        )


def _followed(job: GlueJob, run: Object, wish: GlueWish, log: RunLog, price: DpuPrice | None) -> Ending:
    """Follow a run to its end, and tell its log meanwhile."""
    where, began = f"run {run['Id']} of {job.where}", time.monotonic()
    waits_since, pauses = began, wish.patience.pauses()
    while not has_ended(run):
        now = time.monotonic()
        waits_since = waits_since if state(run) in NOT_YET else now
        if now - waits_since > wish.patience.start:
            job.stop(run["Id"])
            raise InfrastructureError(
                f"The run has no workers after {wish.patience.start:.0f} s, it is {state(run)}; it was stopped",
                where=where,
                fix="See the quota of DPUs and of concurrent runs, and the subnet's free addresses; try again.",
            )
        if wish.patience.whole is not None and now - began > wish.patience.whole:
            raise InfrastructureError(
                f"The run has not ended after {wish.patience.whole:.0f} s, it is {state(run)}",
                where=where,
                fix="Give it longer with --timeout, and submit again: that joins it.",
            )
        time.sleep(next(pauses))
        run = job.run(run["Id"])
        log.hear()
    _hear_the_rest(log, run, wish.patience)
    return _ending(run, log.log, price, where)


def _hear_the_rest(log: RunLog, run: Object, patience: GluePatience) -> None:
    """Wait for the last lines, which reach CloudWatch after the run has ended."""
    until = time.monotonic() + (patience.log if exit_code(run) == 0 else patience.log / 6)
    pauses = patience.pauses()
    log.hear()
    while not (log.log.summary or log.log.error) and time.monotonic() < until:
        time.sleep(next(pauses))
        log.hear()
    log.log.close()


def _ending(run: Object, log: DriverLog, price: DpuPrice | None, where: str) -> Ending:
    error = failure(run, log.error, where)
    paid = cost(run, price)
    if error:
        summary = {**log.summary, **paid} if log.summary else None
        return Ending(run["Id"], error.exit_code, summary, error)
    if log.summary is None:
        error = InfrastructureError(
            "The run ended well, but told no result",
            where=where,
            fix="Its log is not in CloudWatch: look at the manifest in the output, or submit with --rerun.",
        )
        return Ending(run["Id"], error.exit_code, None, error)
    return _trusted(Ending(run["Id"], 0, {**log.summary, **paid}, None), where)


def _trusted(ending: Ending, where: str) -> Ending:
    """The ending, once the manifest of the run says the same: it is written last, and is what counts."""
    summary: dict[str, Any] = dict(ending.summary or {})
    report = str(summary.get("report", ""))
    if not on_object_store(report):
        return ending
    address = f"{report.rpartition('/')[0]}/manifest.json"
    try:
        manifest = json.loads(aws.read(address))
    except FootfallError as error:
        told = InfrastructureError(
            f"The run says that it has published, but its manifest cannot be read: {error.what}",
            where=f"{address}, {where}",
            fix="See that the launcher may read it; where it is missing, submit with --rerun.",
        )
        return replace(ending, exit_code=told.exit_code, error=told)
    return replace(ending, summary={**summary, "state": manifest["state"], "manifest": address})
