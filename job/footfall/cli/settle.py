"""`footfall settle`: ends the runs that a launcher left running."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict

from footfall.cli.command import Arguments, Command


def add_arguments(parser: ArgumentParser) -> None:
    """Add the flags that find the runs."""
    parser.add_argument("--on", required=True, choices=["kubernetes"], help="where they run (required)")
    parser.add_argument(
        "--launched-by", required=True, metavar="NAME", help="the name that `submit` was given (required)"
    )
    parser.add_argument(
        "--namespace", metavar="NAME", help="of the runs (default: that of the pod or context)"
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """End them, and print how each run of the launcher ended."""
    from footfall.launch.kubernetes.api import Cluster
    from footfall.launch.kubernetes.settle import settle

    for run in settle(Cluster.connect(arguments["namespace"]), arguments["launched_by"]):
        print(json.dumps(asdict(run)), flush=True)  # noqa: T201
    return 0


COMMAND = Command(
    "settle",
    "end what a launcher left running, and tell how its runs ended",
    add_arguments,
    act,
    description="Delete the runs of a launcher that have not ended, and print one JSON line for each of its runs.",
)
