"""The words of the commands that look at what runs left."""

import argparse
from pathlib import Path

from footfall.cli.arguments_run import Commands, add_settings, day

OBSERVING = ("runs", "report", "site", "metrics")
"""The commands that only read what runs left."""


def add_observing(commands: Commands) -> None:
    """Add the commands that read the history of an output."""
    runs = _command(commands, "runs", "list the runs of an output, or its days")
    runs.add_argument("--by", choices=["run", "day"], default="run", help="what a line is (default: run)")
    runs.add_argument(
        "--limit",
        type=int,
        default=30,
        metavar="N",
        help="the latest N runs, or days where no range is named (default: 30; 0: all)",
    )
    add_range(runs)
    report = _command(commands, "report", "show the report of one run")
    report.add_argument(
        "run",
        nargs="?",
        default="last",
        metavar="RUN",
        help="its id, the beginning of its id, a day as 2023-03-01, or `last` (default)",
    )
    report.add_argument("--html", type=Path, metavar="FILE", help="copy the page of the report to FILE")
    site = _command(commands, "site", "write a page of all runs: a calendar, trends per place, reports")
    site.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="where to (default: footfall-site)"
    )
    metrics = _command(commands, "metrics", "tell Prometheus of the runs of an output")
    metrics.add_argument(
        "--listen",
        type=_address,
        metavar="[HOST:]PORT",
        help="serve /metrics until stopped; without it they are printed once",
    )


def add_plan(commands: Commands) -> None:
    """Add `plan`, which takes the settings of `run`."""
    plan = commands.add_parser(
        "plan",
        help="say what a run would read, replace and refuse; write nothing",
        description="Resolve settings and inputs as `footfall run` does, and write nothing. "
        "With --from and --to: which days are missing, and which are stale since input, settings or code changed.",
        allow_abbrev=False,
    )
    plan.add_argument("--settings", metavar="FILE", help="YAML file of settings")
    plan.add_argument("--sample", action="store_true", help="plan for the bundled sample")
    add_range(plan)
    add_settings(plan)


def add_range(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a range of days."""
    parser.add_argument("--from", dest="first", type=day, metavar="DAY", help="the first day, as 2023-03-01")
    parser.add_argument("--to", dest="last", type=day, metavar="DAY", help="the last day")


def _command(commands: Commands, name: str, told: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=told, description=told.capitalize() + ".", allow_abbrev=False)
    command.add_argument("--settings", metavar="FILE", help="YAML file of settings that names the output")
    command.add_argument(
        "--output", metavar="TEXT", help="the output: a folder, or s3://bucket/prefix [FOOTFALL_OUTPUT]"
    )
    return command


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write it as 9464 or 0.0.0.0:9464")
    return host or "127.0.0.1", int(port)
