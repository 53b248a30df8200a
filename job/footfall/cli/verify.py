"""`footfall verify`: count a published day again, and compare both."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime

from footfall.cli.command import EXIT_CODES, Arguments, Command
from footfall.cli.flags import add_settings, add_settings_file, day


def add_arguments(parser: ArgumentParser) -> None:
    """Add the day, and the flags of `run`."""
    add_settings_file(parser)
    parser.add_argument("--sample", action="store_true", help="verify a day of the bundled sample")
    parser.add_argument(
        "--day", dest="verified", required=True, type=day, metavar="DAY", help="the day (required)"
    )
    add_settings(parser, without=("day", "days"))


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Count the day in this process, and print whether the published rows are the same."""
    from footfall.cli.loading import load_settings
    from footfall.history.record import new_run_id
    from footfall.platforms.verify import verify
    from footfall.runs.json_lines import LineFields
    from footfall.terminal import make_progress

    now = datetime.now(UTC)
    wanted, run_id = arguments.pop("verified"), new_run_id(now)
    fields = LineFields({"run_id": run_id, "day": str(wanted)}, lambda: datetime.now(UTC))
    digest = verify(load_settings(arguments), wanted, make_progress(sys.stderr, fields), run_id)
    print(f"{wanted} was counted again: the same rows, digest {digest}")  # noqa: T201
    return 0


COMMAND = Command(
    "verify",
    "count a published day again, and compare both",
    add_arguments,
    act,
    description="Count a day again by the settings, beside the table, and compare the digest of its rows with that of"
    " the published ones. Exit code 7 means that they differ.",
    epilog=EXIT_CODES,
)
