"""`footfall submit --on glue`: starts a run of an existing Glue job, and follows it to its end."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from footfall import aws
from footfall.errors import Conflict, FootfallError, InfrastructureError, SettingsError
from footfall.launch.audience import Audience, OnInterrupt
from footfall.launch.driver_log import DriverLog
from footfall.launch.ending import Ending, is_worth_retrying
from footfall.launch.glue.job import ARCHIVE, DAYS, NAME, SIZES, GlueJob, Object
from footfall.launch.glue.log import RunLog
from footfall.launch.glue.status import NOT_YET, DpuPrice, cost, day, exit_code, failure, has_ended, state
from footfall.launch.kubernetes.application import Order, name
from footfall.runs.stopping import stopped_by_sigterm
from footfall.settings import on_object_store


@dataclass(frozen=True)
class GlueTimeouts:
    """How many seconds each phase of a run may last.

    Attributes:
        whole: The run, from when it was started or joined; None for no limit.
        start: The wait for workers.
        log: The wait for the last lines of the log; a sixth of it if the run failed, since Glue then gives the error.
        tick: The longest pause between two polls of the run; the first ones are shorter.
    """

    whole: float | None = None
    start: float = 300
    log: float = 60
    tick: float = 5

    def pauses(self) -> Iterator[float]:
        """The seconds to wait before each poll, from 0.25 up to `tick`; endless."""
        pause = 0.25
        while True:
            yield pause
            pause = min(self.tick, 1.5 * pause)


@dataclass(frozen=True)
class GlueRunRequest:
    """A run that is asked of a Glue job.

    Attributes:
        job: The job's name.
        order: What to run; its flags override the job's default arguments.
        rerun: Whether to run it again if a run of this name has ended.
        timeouts: How long each phase may last.
        on_interrupt: Whether the run is kept or stopped when the launcher is stopped.
        waits: Whether to follow the run to its end.
    """

    job: str
    order: Order
    rerun: bool
    timeouts: GlueTimeouts
    on_interrupt: OnInterrupt
    waits: bool = True


def submit(request: GlueRunRequest, audience: Audience) -> Ending:
    """Start the run and follow it to its end; join or report a run of this name that is already there.

    Returns:
        How it ended; with `waits` false, that it was started.

    Raises:
        FootfallError: The run cannot be started, or a phase of it took too long.
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the run was kept or stopped, as `on_interrupt` says.
    """
    job = GlueJob(request.job)
    audience.add_facts(glue_job=request.job)
    with stopped_by_sigterm():
        definition = job.definition()
        defaults = dict(definition.get("DefaultArguments", {}))
        arguments = _arguments(job, definition, request.order)
        price = DpuPrice.of({**defaults, **arguments})
        try:
            run = _start(job, arguments, request, audience)
            if not request.waits and not has_ended(run):
                return Ending(run["Id"], 0, {"state": "started"}, None)
            return _follow(job, run, request, RunLog.of(run, defaults, audience.log), price)
        except KeyboardInterrupt:
            audience.log.close()
            _keep_or_stop(job, arguments, request.on_interrupt, audience)
            raise
        finally:
            audience.log.close()


def _keep_or_stop(job: GlueJob, arguments: Mapping[str, str], how: OnInterrupt, audience: Audience) -> None:
    """Stop the run or leave it running, and say which."""
    run, _ = _known_runs(job, arguments)
    if run is None or has_ended(run):
        return
    if audience.wants_end(run["Id"], how):
        job.stop(run["Id"])
        audience.say(f"Asked {run['Id']} of {job.name} to stop.")
    else:
        audience.say(f"{run['Id']} of {job.name} goes on; the same command joins it.")


def _arguments(job: GlueJob, definition: Object, order: Order) -> dict[str, str]:
    """The arguments of the run, with the archive that is deployed now, so that a later deployment does not change it.

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
    surroundings = {part: definition.get(part) for part in ("DefaultArguments", *SIZES)}
    run_name = name(archive, order, surroundings)
    return {**what, **{flag: text for flag, _, text in flags}, ARCHIVE: archive, NAME: run_name}


def _start(job: GlueJob, arguments: Mapping[str, str], request: GlueRunRequest, audience: Audience) -> Object:
    """Start the run, or find the one that is there already, as a step of the launcher."""
    with audience.progress.step("start run", job.where) as step:
        run, done = _find_or_start(job, arguments, rerun=request.rerun)
        audience.add_facts(glue_run=run["Id"])
        step.note(run=f"{run['Id']}, {done}")
        return run


def _find_or_start(job: GlueJob, arguments: Mapping[str, str], *, rerun: bool) -> tuple[Object, str]:
    """The run, and what was done; if two launchers start it at once, the second run is stopped and the first joined."""
    same, others = _known_runs(job, arguments)
    if same and not has_ended(same):
        return same, "joined"
    if same and not rerun and not is_worth_retrying(exit_code(same)):
        return same, "has ended"
    _refuse(others, arguments, job)
    mine = job.start(arguments)
    first, _ = _known_runs(job, arguments)
    if first and first["Id"] != mine and not has_ended(first):
        job.stop(mine)
        return first, "joined"
    return job.run(mine), "started"


def _known_runs(job: GlueJob, arguments: Mapping[str, str]) -> tuple[Object | None, list[Object]]:
    """The run of this name (the oldest active one, else the newest), and other active runs of the same day."""
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


def _follow(
    job: GlueJob, run: Object, request: GlueRunRequest, log: RunLog, price: DpuPrice | None
) -> Ending:
    """Poll a run until it has ended, pass on its log, and give how it ended."""
    where, began = f"run {run['Id']} of {job.where}", time.monotonic()
    waits_since, pauses = began, request.timeouts.pauses()
    while not has_ended(run):
        now = time.monotonic()
        waits_since = waits_since if state(run) in NOT_YET else now
        if now - waits_since > request.timeouts.start:
            job.stop(run["Id"])
            raise InfrastructureError(
                f"The run has no workers after {request.timeouts.start:.0f} s, it is {state(run)}; it was stopped",
                where=where,
                fix="See the quota of DPUs and of concurrent runs, and the subnet's free addresses; try again.",
            )
        if request.timeouts.whole is not None and now - began > request.timeouts.whole:
            raise InfrastructureError(
                f"The run has not ended after {request.timeouts.whole:.0f} s, it is {state(run)}",
                where=where,
                fix="Give it longer with --timeout, and submit again: that joins it.",
            )
        time.sleep(next(pauses))
        run = job.run(run["Id"])
        log.read_new_lines()
    _read_last_lines(log, run, request.timeouts)
    return _ending(run, log.log, price, where)


def _read_last_lines(log: RunLog, run: Object, timeouts: GlueTimeouts) -> None:
    """Wait for the last lines of the log, which reach CloudWatch after the run has ended."""
    until = time.monotonic() + (timeouts.log if exit_code(run) == 0 else timeouts.log / 6)
    pauses = timeouts.pauses()
    log.read_new_lines()
    while not (log.log.summary or log.log.error) and time.monotonic() < until:
        time.sleep(next(pauses))
        log.read_new_lines()
    log.log.close()


def _ending(run: Object, log: DriverLog, price: DpuPrice | None, where: str) -> Ending:
    error = failure(run, log.error, where)
    paid = cost(run, price)
    if error:
        summary = {**log.summary, **paid} if log.summary else None
        return Ending(run["Id"], error.exit_code, summary, error)
    if log.summary is None:
        error = InfrastructureError(
            "The run succeeded, but its log has no result",
            where=where,
            fix="Its log is not in CloudWatch: read the manifest in the output, or submit with --rerun.",
        )
        return Ending(run["Id"], error.exit_code, None, error)
    return _verified_by_manifest(Ending(run["Id"], 0, {**log.summary, **paid}, None), where)


def _verified_by_manifest(ending: Ending, where: str) -> Ending:
    """The ending with the state from the run's manifest, which is written last; an error if it cannot be read."""
    summary: dict[str, Any] = dict(ending.summary or {})
    report = str(summary.get("report", ""))
    if not on_object_store(report):
        return ending
    address = f"{report.rpartition('/')[0]}/manifest.json"
    try:
        manifest = json.loads(aws.read(address))
    except FootfallError as error:
        unreadable = InfrastructureError(
            f"The run says that it has published, but its manifest cannot be read: {error.what}",
            where=f"{address}, {where}",
            fix="Give the launcher access to it; if it does not exist, submit with --rerun.",
        )
        return replace(ending, exit_code=unreadable.exit_code, error=unreadable)
    return replace(ending, summary={**summary, "state": manifest["state"], "manifest": address})
