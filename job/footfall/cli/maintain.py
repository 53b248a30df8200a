"""`footfall maintain`: maintains the tables on an object store."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_settings, add_settings_file, time_span


def add_arguments(parser: ArgumentParser) -> None:
    """Add its own flags, and the settings of `run` for the output and the catalog."""
    parser.add_argument("--apply", action="store_true", help="do it; else it is only said")
    ages = (
        ("snapshots", 30, "how old snapshots must be to expire"),
        ("leftovers", 7, "how old a run's leftovers must be"),
    )
    for name, days, text in ages:
        parser.add_argument(
            f"--{name}",
            type=time_span,
            metavar="TIME",
            default=timedelta(days=days),
            help=f"{text} (default: {days}d)",
        )
    parser.add_argument(
        "--keep",
        type=int,
        default=10,
        metavar="N",
        help="snapshots that stay at least (default: %(default)s)",
    )
    add_settings_file(parser, "YAML file of settings, as for `run`")
    add_settings(parser)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Print the tasks of maintenance; with --apply, also do them."""
    from footfall.cli.loading import load_settings
    from footfall.extras import needed

    with needed("spark"):
        from footfall.platforms.maintenance import maintain
        from footfall.publish.tasks import Ages, lines
    from footfall.terminal import plain

    ages = Ages(arguments.pop("snapshots"), arguments.pop("leftovers"), arguments.pop("keep"))
    is_applied = arguments.pop("apply")
    tasks = maintain(load_settings({"sample": False, **arguments}), ages, apply=is_applied)
    for line in (*lines(tasks), "Done." if is_applied else "Nothing was changed: --apply does it."):
        print(plain(line))  # noqa: T201
    return 0


COMMAND = Command(
    "maintain",
    "the upkeep of the tables on an object store; says what it would do, and does it with --apply",
    add_arguments,
    act,
    description="Put days, weeks and months in several files together, write manifests anew, expire old "
    "snapshots and the branches of runs that were killed, remove files that nothing refers to and folders of "
    "runs that wrote no manifest.",
)
