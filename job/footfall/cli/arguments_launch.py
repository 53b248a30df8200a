"""The words of the commands that start runs elsewhere: submit, settle, backfill, glue."""

import argparse
from pathlib import Path

from footfall.cli.arguments_run import EXIT_CODES, Commands, add_settings, age, day


def add_submit(commands: Commands) -> None:
    """Add `submit`, which also takes the settings of `run` and passes them on."""
    submit = commands.add_parser(
        "submit",
        help="start one run elsewhere, follow it, and end as it ends",
        description="Start the run of one day elsewhere, follow it, and end with its exit code. "
        "A run that is under way is joined, one that has ended is reported.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    submit.add_argument("--on", required=True, choices=["kubernetes", "glue"], help="where it runs")
    _add_launch(submit)
    _add_job(submit)


def _add_launch(submit: argparse.ArgumentParser) -> None:
    """Add what concerns the start of a run and the wait for its end, and the settings that are passed on."""
    what = submit.add_mutually_exclusive_group(required=True)
    what.add_argument("--day", dest="count", type=day, metavar="DAY", help="the day to count, as 2023-03-01")
    what.add_argument(
        "--smoke", action="store_true", help="count the sample of the image, and check the counts"
    )
    submit.add_argument(
        "--namespace", help="of the template and the run (default: that of the pod or context)"
    )
    submit.add_argument(
        "--template", type=Path, metavar="FILE", help="rendered manifests to take the template from"
    )
    submit.add_argument(
        "--rerun", action=argparse.BooleanOptionalAction, default=False, help="run again what has ended"
    )
    submit.add_argument(
        "--launched-by",
        metavar="NAME",
        help="who launches it: a label of the run, by which `settle` finds it",
    )
    submit.add_argument(
        "--print", action="store_true", help="write the run as YAML for kubectl, start nothing"
    )
    submit.add_argument(
        "--on-interrupt",
        choices=["ask", "keep", "delete"],
        default="ask",
        help="what becomes of the run at Ctrl-C or SIGTERM; without a terminal, ask means keep (default: ask)",
    )
    submit.add_argument("--timeout", type=_seconds, metavar="TIME", help="the longest a run may take, as 2h")
    submit.add_argument(
        "--start-timeout",
        type=_seconds,
        metavar="TIME",
        default=300,
        help="the longest its pods or workers may take to start (default: 5min)",
    )
    add_settings(submit, without=("day", "days"))


def _add_job(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--job", metavar="NAME", help="the Glue job, as footfall-test")


def add_glue(commands: Commands) -> None:
    """Add `glue`, whose three steps bring a version of the job to a Glue job, run it, and take it back."""
    glue = commands.add_parser("glue", help="bring a version of the job to AWS Glue", allow_abbrev=False)
    steps = glue.add_subparsers(dest="step", required=True, metavar="STEP")
    deploy = steps.add_parser("deploy", help="upload a version, and have the job run it", allow_abbrev=False)
    deploy.add_argument(
        "--archive", required=True, type=Path, metavar="FILE", help="as `make glue` writes it"
    )
    rollback = steps.add_parser("rollback", help="have the job run an earlier version", allow_abbrev=False)
    rollback.add_argument(
        "--version", metavar="COMMIT", help="which one (default: the one before the present one)"
    )
    for step in (deploy, rollback):
        _add_job(step)
        step.add_argument(
            "--to", metavar="S3", help="where versions are kept (default: where the job's script is)"
        )
    told = "as `submit --on glue`: start one run of the job, follow it, and end as it ends"
    run = steps.add_parser("run", help=told, allow_abbrev=False)
    run.add_argument("--no-wait", dest="wait", action="store_false", help="only start it, and print its id")
    _add_launch(run)
    _add_job(run)


def add_settle(commands: Commands) -> None:
    """Add `settle`, the last word of a launcher that may have been killed."""
    settle = commands.add_parser(
        "settle",
        help="end what a launcher left running, and tell how its runs ended",
        description="Delete the runs of a launcher that have not ended, and print one JSON line for each of its runs.",
        allow_abbrev=False,
    )
    settle.add_argument("--on", required=True, choices=["kubernetes"], help="where they run")
    settle.add_argument("--launched-by", required=True, metavar="NAME", help="as it was told to `submit`")
    settle.add_argument("--namespace", help="of the runs (default: that of the pod or context)")


def add_backfill(commands: Commands) -> None:
    """Add `backfill`, which passes all flags that it does not know on to `run` or `submit`."""
    backfill = commands.add_parser(
        "backfill",
        help="run each day of a range, a few at a time",
        description="Run each day of a range, here or elsewhere, and tell what became of all of them. "
        "All further flags are those of `footfall run`, or with --on those of `footfall submit`.",
        epilog=f"{EXIT_CODES}  of several days the worst, in this order: 7 2 3 4 5 6",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    backfill.add_argument("--from", dest="first", required=True, type=day, metavar="DAY")
    backfill.add_argument("--to", dest="last", required=True, type=day, metavar="DAY", help="the last day")
    backfill.add_argument("--on", choices=["kubernetes", "glue"], help="where they run (default: here)")
    backfill.add_argument(
        "--parallel", type=_count, metavar="N", help="days at once (default: 1 here, 2 elsewhere)"
    )
    backfill.add_argument(
        "--rerun", action="store_true", help="also days that are published and would be counted the same"
    )
    backfill.add_argument("--list", action="store_true", help="print the days as JSON, run none")


def _count(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no number of days: write it as 2")


def _seconds(text: str) -> float:
    return age(text).total_seconds()
