"""`footfall glue`: deploys a version of the job to a Glue job, runs it, and goes back to an earlier version."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footfall.cli.command import Arguments, Command
from footfall.cli.launching import add_launch, audience_of, order_of, refuse_flags, report_end
from footfall.errors import SettingsError

if TYPE_CHECKING:
    from footfall.launch.glue.runs import GlueRunRequest

OF_KUBERNETES = ("namespace", "template", "print", "launched_by", "queue_timeout", "executors_timeout")
"""Flags of launched runs that have no meaning on Glue."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the commands `deploy`, `run` and `rollback`, each with its flags."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    deploy = steps.add_parser("deploy", help="upload a version, and have the job run it", allow_abbrev=False)
    deploy.add_argument(
        "--archive", required=True, type=Path, metavar="FILE", help="as `make glue` writes it (required)"
    )
    rollback = steps.add_parser("rollback", help="have the job run an earlier version", allow_abbrev=False)
    rollback.add_argument(
        "--version", metavar="COMMIT", help="which one (default: the one before the present one)"
    )
    for step in (deploy, rollback):
        add_job(step)
        step.add_argument(
            "--to", metavar="S3", help="where versions are kept (default: where the job's script is)"
        )
    about = "as `submit --on glue`: start one run of the job, follow it, and exit with its exit code"
    run = steps.add_parser("run", help=about, allow_abbrev=False)
    run.add_argument("--no-wait", dest="wait", action="store_false", help="only start it, and print its id")
    add_launch(run)
    add_job(run)


def add_job(parser: ArgumentParser) -> None:
    """Add the flag that names the job."""
    parser.add_argument("--job", metavar="NAME", help="the Glue job, as footfall-test (required on Glue)")


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Deploy a version of the job to Glue, run it, or go back to an earlier one."""
    if arguments["step"] == "run":
        return submit(arguments)
    from footfall.launch.glue.archive import Archive
    from footfall.launch.glue.job import GlueJob
    from footfall.launch.glue.release import Releases
    from footfall.terminal import make_progress

    progress, job = make_progress(sys.stderr), GlueJob(_job(arguments))
    releases = Releases.of(job, arguments["to"], lambda: datetime.now(UTC))
    if arguments["step"] == "deploy":
        archive = Archive(arguments["archive"])
        releases.put(archive, progress)
        pointed = releases.point(job, archive.version, "deploy", progress)
    else:
        version = arguments["version"] or releases.before(job)
        pointed = releases.point(job, version, "rollback", progress)
    line = f"{pointed.state.upper()}  {pointed.job} runs {pointed.version}, before {pointed.before or 'none'}"
    print(line if sys.stdout.isatty() else json.dumps(asdict(pointed)))  # noqa: T201
    return 0


def submit(arguments: Arguments) -> int:
    """Start one run of the job and follow it; returns its exit code."""
    from footfall.launch.glue.runs import submit

    request = _request(arguments)
    with audience_of(request.order) as audience:
        ending = submit(request, audience)
        if not request.waits:
            print(ending.name if sys.stdout.isatty() else json.dumps({"glue_run": ending.name}))  # noqa: T201
            return 0
        names = {"glue_job": request.job, "glue_run": ending.name}
        return report_end(
            ending, f"run {ending.name} of Glue job {request.job}", names, request.order, audience
        )


def _request(arguments: Mapping[str, Any]) -> "GlueRunRequest":
    from footfall.launch.glue.runs import GlueRunRequest, GlueTimeouts

    refuse_flags([name for name in OF_KUBERNETES if arguments[name]], "Glue")
    return GlueRunRequest(
        job=_job(arguments),
        order=order_of(arguments),
        rerun=arguments["rerun"] or arguments["smoke"],
        timeouts=GlueTimeouts(arguments["timeout"], arguments["start_timeout"]),
        on_interrupt=arguments["on_interrupt"],
        waits=arguments.get("wait", True),
    )


def _job(arguments: Mapping[str, Any]) -> str:
    if not arguments["job"]:
        raise SettingsError(
            "No Glue job is named", where="flag --job", fix="Name it, as --job footfall-test."
        )
    return str(arguments["job"])


COMMAND = Command("glue", "bring a version of the job to AWS Glue", add_arguments, act)
