"""`footfall export`: write published counts as a file for other programs."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_range, add_settings, add_settings_file, day, range_of
from footfall.errors import SettingsError

if TYPE_CHECKING:
    from datetime import date

    from footfall.export import KnownPlaces, Published, Selection
    from footfall.settings.sources import Loaded

FORMATS = ("csv", "xlsx", "geojson", "geoparquet", "flatgeobuf")

_EPILOG = """files:
  .csv  .xlsx  .geojson  .parquet (GeoParquet)  .fgb (FlatGeobuf); without a file, CSV to standard output
  names and shapes come from the places of the settings; docs/export.md says what each file holds

exit codes:
  0 written   2 settings, or the file cannot be written   3 no such day, column or place   6 infrastructure
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the flags of the file, the selection of rows, the format, the output and the places."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="the file to write (default: CSV to stdout)")
    parser.add_argument("--format", choices=FORMATS, help="its format (default: by its name)")
    _add_choice(parser)
    parser.add_argument(
        "--bom", action="store_true", help="begin CSV with the mark by which Excel knows UTF-8"
    )
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.add_argument(
        "--output",
        metavar="TEXT",
        help="the output to read: a folder, s3://bucket/prefix with a catalog, or iceberg:DATABASE.TABLE[@SNAPSHOT]"
        " (default: that of the settings, else footfall-output) [FOOTFALL_OUTPUT]",
    )
    parser.add_argument(
        "--places",
        metavar="FILE",
        help="the file of places, as --places-path (default: that of the settings)",
    )
    parser.add_argument(
        "--no-places", action="store_true", help="leave names and shapes out; CSV and XLSX only"
    )
    add_settings_file(parser)
    add_settings(parser, _not_of_places())
    parser.usage = "%(prog)s [FILE] [flags]"


def _add_choice(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--by",
        choices=("day", "week", "month"),
        default="day",
        help="which table: of days, or of the weeks or months that the setting period asks for (default: day)",
    )
    parser.add_argument(
        "--wide", action="store_true", help="one row per place, and a column per day, week or month"
    )
    parser.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="NAME",
        help="a measure, as visits; may be given several times (default: all; with --wide: visits)",
    )
    parser.add_argument("--day", type=day, metavar="DAY", help="one day, as 2023-03-01 (default: all)")
    add_range(parser)
    parser.add_argument(
        "--skip-missing", action="store_true", help="pass over days of the range that are not published"
    )


def _not_of_places() -> list[str]:
    from footfall.jobs import setting_names

    mine = ("places.", "catalog.")
    return [setting.name for setting in setting_names() if not setting.name.startswith(mine)]


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Write the file, and print how many rows of which days are in it."""
    from footfall.cli.loading import of_places
    from footfall.export import Target, Wanted, format_of, long_rows, select, wide_rows, write

    file = Path(arguments["file"]) if arguments["file"] not in (None, "-") else None
    target = Target(file, format_of(file, arguments["format"]), arguments["force"], arguments["bom"])
    target.check()
    first, last = _range(arguments)
    measures = arguments["measure"] or (["visits"] if arguments["wide"] else [])
    loaded = _loaded(arguments)
    of_places(loaded, "export")
    published = _published(arguments, loaded)
    wanted = Wanted(first, last, measures, arguments["skip_missing"])
    selection = select(published, wanted)
    places = _places(arguments, loaded, has_shapes=target.format.has_shapes)
    rows = (wide_rows if arguments["wide"] else long_rows)(selection, places)
    _say_unknown(places.unknown(rows.place_ids))
    write(rows, target, sys.stdout.buffer)
    if file is not None:
        _show(file, selection, len(rows.place_ids))
    return 0


def _range(arguments: Arguments) -> "tuple[date | None, date | None]":
    day, (first, last) = arguments["day"], range_of(arguments)
    if day and (first or last):
        fix = "Give either."
        raise SettingsError("--day goes without --from and --to", where="flag --day", fix=fix)
    return (day or first), (day or last)


def _loaded(arguments: Arguments) -> "Loaded":
    """The settings; they need not name pings, which are not read."""
    from footfall import jobs
    from footfall.cli.loading import SAMPLE_OUTPUT, load_settings, named_settings, settings_here
    from footfall.settings.sources import load

    flags = {name: text for name, text in arguments.items() if "." in name and text is not None}
    output = arguments["output"]
    if arguments["places"]:
        if "places.path" in flags:
            fix = "Give either."
            raise SettingsError("The places are named twice", where="flags --places, --places-path", fix=fix)
        flags["places.path"] = arguments["places"]
    if output and not output.startswith("iceberg:"):
        flags["output"] = output
    names_places = "places.path" in flags or "FOOTFALL_PLACES_PATH" in os.environ
    if names_places and not (named_settings(arguments["settings"]) or settings_here()):
        unread = {"pings": {"path": "(not read)"}, "output": SAMPLE_OUTPUT}
        return load(None, os.environ, flags, jobs.settings(), lambda job: unread)
    return load_settings({"settings": arguments["settings"], "sample": False, **flags})


def _published(arguments: Arguments, loaded: "Loaded") -> "Published":
    """The published table of days, or that of weeks or months."""
    from footfall.compare import open_days
    from footfall.compare.periods import open_periods
    from footfall.export import published_days, published_periods
    from footfall.periods.columns import table_of
    from footfall.schema import PLACE_DAYS

    unit, catalog = arguments["by"], loaded.settings.catalog
    if unit == "day":
        return published_days(open_days(_address(arguments, loaded, PLACE_DAYS.name), catalog, os.environ))
    address = _address(arguments, loaded, table_of(unit))
    return published_periods(open_periods(address, unit, catalog, os.environ))


def _address(arguments: Arguments, loaded: "Loaded", table: str) -> str:
    """The address of the published table of that name, as `open_days` takes it."""
    from footfall.compare.tables import ICEBERG, address_of
    from footfall.settings import on_object_store

    named = str(arguments["output"] or "")
    if named.startswith(ICEBERG):
        return named
    output = loaded.settings.output
    if on_object_store(output):
        return address_of(output, loaded.settings.catalog, table)
    folder = Path(output).expanduser()
    if not folder.exists():
        from footfall.suggestions import nearest_path, question

        raise SettingsError(
            f"There is no folder {output}",
            where=f"setting output, {loaded.origins['output']}",
            fix=question(nearest_path(folder)) + "Name the output of a run by --output.",
        )
    return str(folder)


def _places(arguments: Arguments, loaded: "Loaded", *, has_shapes: bool) -> "KnownPlaces":
    from footfall.cli.loading import of_places
    from footfall.export import NO_PLACES, known_places
    from footfall.read.places.fetched import read_places_anywhere
    from footfall.temporary import temporary_folder

    if arguments["no_places"]:
        if has_shapes:
            fix = "Leave the flag out, or write CSV or XLSX."
            raise SettingsError("This format is made of the shapes", where="flag --no-places", fix=fix)
        return NO_PLACES
    settings = of_places(loaded, "export").places
    with temporary_folder() as scratch:
        return known_places(read_places_anywhere(settings, scratch).places, settings)


def _say_unknown(unknown: Sequence[str]) -> None:
    if unknown:
        from footfall.cli.loading import print_notice
        from footfall.plurals import counted, shortened

        print_notice(
            f"{counted(len(unknown), 'published place')} not among the places now, so without a name and shape:"
            f" {shortened(unknown)}."
        )


def _show(file: Path, selection: "Selection", places: int) -> None:
    from footfall.plurals import counted

    published, parts = selection.published, selection.parts
    first, last = published.name(parts[0]), published.name(parts[-1])
    span = first if len(parts) == 1 else f"{counted(len(parts), published.unit)} from {first} to {last}"
    print(f"{file}: {span}, {counted(places, 'place')}")  # noqa: T201


COMMAND = Command(
    "export",
    "write published counts as CSV, XLSX, GeoJSON, GeoParquet or FlatGeobuf",
    add_arguments,
    act,
    description="Write published days with the names and shapes of their places, for spreadsheets, notebooks and maps."
    " Suppressed rows stay suppressed: their measures are empty, and never zero.",
    epilog=_EPILOG,
)
