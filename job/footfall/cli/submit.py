"""`footfall submit`: starts one run on Kubernetes or Glue, follows it, and ends with its exit code."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from footfall.cli import glue
from footfall.cli.command import EXIT_CODES, Arguments, Command
from footfall.cli.launching import add_launch, audience_of, order_of, refuse_flags, report_end

if TYPE_CHECKING:
    from footfall.launch.command import RunRequest


def add_arguments(parser: ArgumentParser) -> None:
    """Add the flags: where to run, and those that all launchers share."""
    parser.add_argument("--on", required=True, choices=list(LAUNCHERS), help="where it runs (required)")
    add_launch(parser)
    glue.add_job(parser)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Start the run of a day, or follow the one that exists already; returns its exit code."""
    return LAUNCHERS[arguments["on"]](arguments)


def _on_kubernetes(arguments: Arguments) -> int:
    from footfall.launch import command

    request = _request(arguments)
    if arguments["print"]:
        print(command.manifest_yaml(request), end="")  # noqa: T201
        return 0
    with audience_of(request.order) as audience:
        ending = command.submit(request, audience)
        names = {"application": ending.name}
        return report_end(ending, f"SparkApplication {ending.name}", names, request.order, audience)


def _request(arguments: Mapping[str, Any]) -> "RunRequest":
    from footfall.launch.command import RunRequest
    from footfall.launch.kubernetes.follow import Timeouts

    refuse_flags(["job"] if arguments["job"] else [], "Kubernetes")
    return RunRequest(
        order=order_of(arguments),
        namespace=arguments["namespace"],
        template=arguments["template"],
        rerun=arguments["rerun"] or arguments["smoke"],
        timeouts=Timeouts(
            whole=arguments["timeout"],
            start=arguments["start_timeout"],
            executors=arguments["executors_timeout"],
            queue=arguments["queue_timeout"],
        ),
        on_interrupt=arguments["on_interrupt"],
        launched_by=arguments["launched_by"],
    )


LAUNCHERS: Mapping[str, Callable[[Arguments], int]] = {"kubernetes": _on_kubernetes, "glue": glue.submit}
"""The launchers, by the word of `--on`: each starts a run, or follows one, and returns its exit code."""

COMMAND = Command(
    "submit",
    "start one run on Kubernetes or Glue, follow it, and exit with its exit code",
    add_arguments,
    act,
    description="Start the run of one day on Kubernetes or Glue, follow it, and exit with its exit code. "
    "A run that is under way is joined, one that has ended is reported.",
    epilog=EXIT_CODES,
)
