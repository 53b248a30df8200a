"""`footfall diff`: shows which published rows differ between two runs, days, periods or outputs, and by how much."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_range, range_of
from footfall.errors import SettingsError

if TYPE_CHECKING:
    from footfall.compare import DayChange
    from footfall.compare.forms import Form
    from footfall.compare.runs import RunsChange
    from footfall.settings import Catalog

DIFFERENT = 1
"""The exit code if rows differ, as that of the command `diff`."""

_EPILOG = """exit codes:
  0 the same rows   1 rows differ   2 settings, or no such run   3 nothing is published there
  6 infrastructure, worth a retry
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add both sides, the days, and the form of the answer."""
    forms = "a run, a day, a week or month, an output, a folder of days, or iceberg:DATABASE.TABLE[@SNAPSHOT]"
    parser.add_argument("old", metavar="OLD", help=f"what was before: {forms}")
    parser.add_argument("new", metavar="NEW", help="what came after, named in the same way")
    parser.add_argument(
        "--output",
        metavar="TEXT",
        help="the output that two runs, days or periods are of (default: that of the settings, else footfall-output)"
        " [FOOTFALL_OUTPUT]",
    )
    parser.add_argument(
        "--settings",
        metavar="FILE",
        help="settings whose output it is, and whose catalog.* knows the tables of Iceberg (default: for runs, days and"
        " periods those of this folder; else none)",
    )
    add_range(parser)
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="the form of the answer (default: text)",
    )
    parser.add_argument(
        "--largest",
        type=int,
        default=5,
        metavar="N",
        help="name so many changes per column, and places per day (default: 5; 0: name no place)",
    )
    parser.add_argument(
        "--html", metavar="FILE", help="also write a page of it to FILE (default: it is not written)"
    )
    parser.add_argument("--force", action="store_true", help="replace a page that is there")
    parser.add_argument(
        "--write",
        metavar="FOLDER",
        help="also write diff.json and diff.md there; s3://... too (default: they are not written)",
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Compare both sides, and print the differences."""
    from footfall.compare.forms import common_form

    _refuse_replacing(arguments)
    form = common_form((arguments["old"], arguments["new"]))
    if form == "run":
        return _tell_of_runs(_runs(arguments), arguments)
    return _tell_of_rows(_changes(form, arguments), arguments)


def _changes(form: "Form", arguments: Arguments) -> "Sequence[DayChange]":
    """The differences of the rows of two outputs, days, weeks or months."""
    from footfall.compare import compare_days, compare_two_days, open_days
    from footfall.compare.periods import common_schema, open_periods
    from footfall.compare.rows import compare_day
    from footfall.periods import KINDS
    from footfall.periods.columns import table_of
    from footfall.schema import PLACE_DAYS

    names, named = (arguments["old"], arguments["new"]), max(arguments["largest"], 0)
    if form == "output":
        old, new = (open_days(name, _catalog(names, arguments), os.environ) for name in names)
        return compare_days(old, new, range_of(arguments), named)
    _refuse_range(form, arguments)
    root = _root(arguments)
    if form not in KINDS:
        one, other = (_day(name) for name in names)
        days = open_days(*_of_output(root, PLACE_DAYS.name, arguments), os.environ)
        return [compare_two_days(days, one, other, named)]
    address, catalog = _of_output(root, table_of(form), arguments)
    periods = open_periods(address, form, catalog, os.environ)
    before, after = (periods.rows(name) for name in names)
    schema = common_schema(before, after, names)
    return [compare_day(f"{names[0]} to {names[1]}", before, after, named, schema)]


def _runs(arguments: Arguments) -> "RunsChange":
    """The differences of two runs of one output."""
    from footfall.compare.runs import compare_runs
    from footfall.history.files import run_files
    from footfall.history.reading import all_runs, find

    root = _root(arguments)
    runs = all_runs(run_files(root), datetime.now(UTC))
    old, new = (find(runs, arguments[side], root) for side in ("old", "new"))
    return compare_runs(old, new, range_of(arguments))


def _tell_of_rows(changes: "Sequence[DayChange]", arguments: Arguments) -> int:
    from footfall.compare import write
    from footfall.compare.words import as_json, as_markdown, as_text

    names, named = (arguments["old"], arguments["new"]), max(arguments["largest"], 0)
    document = as_json(changes, *names)
    if arguments["write"]:
        write(arguments["write"], {"diff.json": document, "diff.md": as_markdown(changes, named)})
    if arguments["html"]:
        from footfall.compare.page import render_changes

        _write_page(arguments["html"], render_changes(changes, names, named))
    form = {"text": as_text, "markdown": as_markdown}.get(arguments["format"])
    sys.stdout.write(form(changes, named) if form else document)
    return DIFFERENT if any(change.differs for change in changes) else 0


def _tell_of_runs(change: "RunsChange", arguments: Arguments) -> int:
    from footfall.compare import write
    from footfall.compare.run_words import runs_as_json, runs_as_markdown, runs_as_text

    document = runs_as_json(change)
    if arguments["write"]:
        write(arguments["write"], {"diff.json": document, "diff.md": runs_as_markdown(change)})
    if arguments["html"]:
        from footfall.compare.page import render_runs

        _write_page(arguments["html"], render_runs(change))
    form = {"text": runs_as_text, "markdown": runs_as_markdown}.get(arguments["format"])
    sys.stdout.write(form(change) if form else document)
    return DIFFERENT if change.differs else 0


def _refuse_replacing(arguments: Arguments) -> None:
    """Raise SettingsError if the page is there already, and may not be replaced."""
    if arguments["html"] and Path(arguments["html"]).exists() and not arguments["force"]:
        raise SettingsError(
            "The page is there already",
            where=f"flag --html: {Path(arguments['html']).absolute()}",
            fix="Name another file, or replace this one by --force.",
        )


def _write_page(file: str, page: str) -> None:
    from footfall.stores.errors import failures

    path = Path(file).absolute()
    with failures(SettingsError, "The page cannot be written", f"flag --html: {path}"):
        path.write_text(page, encoding="utf-8")


def _root(arguments: Arguments) -> str:
    """The output of the compared runs, days or periods."""
    from footfall.cli.outputs import files_of

    return files_of(arguments).root


def _of_output(root: str, table: str, arguments: Arguments) -> "tuple[str, Catalog]":
    """The address of a table of an output, and its catalog."""
    from footfall.compare.tables import address_of
    from footfall.settings import Catalog, on_object_store

    catalog = _settings_catalog(arguments) if on_object_store(root) else Catalog()
    return address_of(root, catalog, table), catalog


def _catalog(names: tuple[str, str], arguments: Arguments) -> "Catalog":
    from footfall.settings import Catalog

    if arguments["output"]:
        raise SettingsError(
            "--output names the output of runs, days or periods, and here two outputs are compared",
            where="command line of `footfall diff`",
            fix="Leave it out, or name two runs, days, weeks or months.",
        )
    return _settings_catalog(arguments) if any(name.startswith("iceberg:") for name in names) else Catalog()


def _settings_catalog(arguments: Arguments) -> "Catalog":
    from footfall.cli.loading import load_settings

    return load_settings({"sample": False, "settings": arguments["settings"]}).settings.catalog


def _refuse_range(form: "Form", arguments: Arguments) -> None:
    if arguments["first"] or arguments["last"]:
        raise SettingsError(
            f"--from and --to choose days of runs or outputs, and here two {form}s are compared",
            where="command line of `footfall diff`",
            fix="Leave them out.",
        )


def _day(text: str) -> date:
    from footfall.settings.values import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise SettingsError(
            str(error), where="command line of `footfall diff`", fix="Write it as 2023-03-01."
        ) from error


COMMAND = Command(
    "diff",
    "say which published rows differ between two runs, days, periods or outputs",
    add_arguments,
    act,
    description="Compare published rows by place: which were added, are gone or have changed, column by column with the"
    " largest changes. Two outputs are compared day by day, two days or periods with each other, two runs by what they"
    " wrote of themselves. A row that is suppressed on one side differs in that alone.",
    epilog=_EPILOG,
)
