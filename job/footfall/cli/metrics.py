"""`footfall metrics`: metrics of the runs of an output for Prometheus."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC, datetime

from footfall.cli.command import Arguments, Command
from footfall.cli.outputs import add_output, files_of


def add_arguments(parser: ArgumentParser) -> None:
    """Add the address to serve."""
    add_output(parser)
    parser.add_argument(
        "--listen",
        type=_address,
        metavar="[HOST:]PORT",
        help="serve /metrics there until stopped (default: they are printed once)",
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Print the metrics once, or serve them until stopped."""
    from footfall.history.metrics import metrics_text, serve

    files = files_of(arguments, may_be_missing=True)
    if arguments["listen"] is None:
        sys.stdout.write(metrics_text(files, datetime.now(UTC)))
        return 0
    serve(files, arguments["listen"], lambda: datetime.now(UTC))
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) < 65536:
        raise ArgumentTypeError(f"{text!r} is no port: write it as 9464 or 0.0.0.0:9464")
    return host or "127.0.0.1", int(port)


COMMAND = Command(
    "metrics",
    "tell Prometheus of the runs of an output",
    add_arguments,
    act,
    description="Tell Prometheus of the runs of an output.",
)
