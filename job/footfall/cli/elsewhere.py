"""The commands that start runs elsewhere and follow them: submit, settle, backfill, glue."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from footfall.cli.arguments import parsed, words_of_day
from footfall.errors import FootfallError, SettingsError
from footfall.runs.json_lines import Marks
from footfall.sample import write_sample
from footfall.settings.sources import setting_names
from footfall.terminal import make_progress
from footfall.terminal.sentences import show_error, tell, tell_failure

if TYPE_CHECKING:
    from footfall.launch.audience import Audience
    from footfall.launch.command import Wish
    from footfall.launch.ending import Ending
    from footfall.launch.glue.runs import GlueWish
    from footfall.launch.kubernetes.application import Order


def submit(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    """Start one run, follow it, and end as it ends."""
    if arguments["on"] == "glue":
        return _submit_to_glue(arguments)
    from footfall.launch import command

    wish, is_printed = _wish(arguments), arguments["print"]
    if is_printed:
        print(command.printed(wish), end="")  # noqa: T201
        return 0
    with _audience(wish.order) as audience:
        ending = command.launched(wish, audience)
        names = {"application": ending.name}
        return _told(ending, f"SparkApplication {ending.name}", names, wish.order, audience)


def _submit_to_glue(arguments: dict[str, Any]) -> int:
    from footfall.launch.glue.runs import launched

    wish = _glue_wish(arguments)
    with _audience(wish.order) as audience:
        ending = launched(wish, audience)
        if not wish.waits:
            print(ending.name if sys.stdout.isatty() else json.dumps({"glue_run": ending.name}))  # noqa: T201
            return 0
        names = {"glue_job": wish.job, "glue_run": ending.name}
        return _told(ending, f"run {ending.name} of Glue job {wish.job}", names, wish.order, audience)


def _told(
    ending: "Ending", ran_as: str, names: Mapping[str, str], order: "Order", audience: "Audience"
) -> int:
    """Show how a run ended, and give its exit code."""
    from footfall.launch.driver_log import told_result
    from footfall.launch.ending import verify_smoke

    if ending.summary:
        run = {**ending.summary, **names}
        print(told_result(run, ran_as) if sys.stdout.isatty() else json.dumps(run))  # noqa: T201
    if ending.error:
        audience.fail(ending.error, ending.exit_code)
        show_error(ending.error, sys.stderr)
        return ending.exit_code
    if order.day is None:
        with TemporaryDirectory(prefix="footfall-") as scratch:
            verify_smoke(ending, write_sample(Path(scratch)).counts)
    return 0


@contextmanager
def _audience(order: "Order") -> Iterator["Audience"]:
    """Who hears of a run; machines also hear, in the same form, of an error that ends it."""
    from footfall.launch.audience import Audience
    from footfall.launch.driver_log import DriverLog

    facts = {"day": str(order.day or "sample")}
    marks = Marks(facts, lambda: datetime.now(UTC))
    progress = make_progress(sys.stderr, marks)
    log = DriverLog(say=_say, progress=progress if sys.stderr.isatty() else None, facts=facts)
    say = partial(tell, stream=sys.stderr, marks=marks)
    fail = partial(tell_failure, stream=sys.stderr, marks=marks)
    audience = Audience(progress, log, say, fail, _ask)
    try:
        yield audience
    except FootfallError as error:
        audience.fail(error, error.exit_code)
        raise


def _order(arguments: Mapping[str, Any]) -> "Order":
    from footfall.launch.kubernetes.application import Order

    by_name = {setting.name: setting.flag for setting in setting_names()}
    flags = {flag: arguments[name] for name, flag in by_name.items() if arguments.get(name) is not None}
    return Order.of_smoke(flags) if arguments["smoke"] else Order.of_day(arguments["count"], flags)


def _wish(arguments: Mapping[str, Any]) -> "Wish":
    from footfall.launch.command import Wish
    from footfall.launch.kubernetes.follow import Patience

    _refuse(["job"] if arguments["job"] else [], "Kubernetes")
    return Wish(
        order=_order(arguments),
        namespace=arguments["namespace"],
        template=arguments["template"],
        rerun=arguments["rerun"] or arguments["smoke"],
        patience=Patience(arguments["timeout"], arguments["start_timeout"]),
        on_interrupt=arguments["on_interrupt"],
        launched_by=arguments["launched_by"],
    )


def _glue_wish(arguments: Mapping[str, Any]) -> "GlueWish":
    from footfall.launch.glue.runs import GluePatience, GlueWish

    _refuse([name for name in ("namespace", "template", "print", "launched_by") if arguments[name]], "Glue")
    return GlueWish(
        job=_job(arguments),
        order=_order(arguments),
        rerun=arguments["rerun"] or arguments["smoke"],
        patience=GluePatience(arguments["timeout"], arguments["start_timeout"]),
        on_interrupt=arguments["on_interrupt"],
        waits=arguments.get("wait", True),
    )


def _job(arguments: Mapping[str, Any]) -> str:
    if not arguments["job"]:
        raise SettingsError(
            "No Glue job is named", where="flag --job", fix="Name it, as --job footfall-test."
        )
    return str(arguments["job"])


def _refuse(flags: Sequence[str], where: str) -> None:
    if flags:
        told = ", ".join(f"--{flag.replace('_', '-')}" for flag in flags)
        raise SettingsError(f"There is no {told} on {where}", where="flags of submit", fix="Leave it out.")


def glue(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    """Deploy a version of the job to Glue, run it, or go back to an earlier one."""
    if arguments["step"] == "run":
        return _submit_to_glue(arguments)
    from footfall.launch.glue.archive import Archive
    from footfall.launch.glue.job import GlueJob
    from footfall.launch.glue.release import Releases

    progress, job = make_progress(sys.stderr), GlueJob(_job(arguments))
    releases = Releases.of(job, arguments["to"], lambda: datetime.now(UTC))
    if arguments["step"] == "deploy":
        archive = Archive(arguments["archive"])
        releases.put(archive, progress)
        pointed = releases.point(job, archive.version, "deploy", progress)
    else:
        version = arguments["version"] or releases.before(job)
        pointed = releases.point(job, version, "rollback", progress)
    told = f"{pointed.state.upper()}  {pointed.job} runs {pointed.version}, before {pointed.before or 'none'}"
    print(told if sys.stdout.isatty() else json.dumps(asdict(pointed)))  # noqa: T201
    return 0


def settle(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    """End what a launcher left running, and tell how its runs ended."""
    from footfall.launch.kubernetes.api import Cluster
    from footfall.launch.kubernetes.settle import settled

    for run in settled(Cluster.connect(arguments["namespace"]), arguments["launched_by"]):
        print(json.dumps(asdict(run)), flush=True)  # noqa: T201
    return 0


def backfill(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    """`footfall backfill`: each day of a range, here or elsewhere; the exit code of the worst."""
    from footfall.launch.backfill import Backfill, days_between, exit_code, told
    from footfall.launch.day_process import DayProcess

    days, on = days_between(arguments["first"], arguments["last"]), arguments["on"]
    if arguments["list"]:
        print(json.dumps(list(map(str, days))))  # noqa: T201
        return 0
    again, others = arguments["rerun"], arguments["others"]
    words = partial(words_of_day, on, [*others, "--rerun"] if on and again else others)
    work = Backfill(
        start=lambda day: DayProcess.started(day, words(day), _say),
        parallel=arguments["parallel"] or (2 if on else 1),
        goes_on=vars(parsed(words(days[0]))).get("on_interrupt") in ("ask", "keep"),
    )
    if not (on or again) and (refused := work.leave_out(days, others)):
        return refused
    work.run(days)
    results = [work.results[day] for day in days]
    print("\n".join(told(results, for_people=sys.stdout.isatty())))  # noqa: T201
    return work.code or exit_code(results)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _ask(question: str) -> bool:
    """Ask the person at the terminal; where there is none, or no answer, it is no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    try:
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
        return sys.stdin.readline().strip().lower() in ("y", "yes")
    except KeyboardInterrupt:
        return False
