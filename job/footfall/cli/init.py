"""`footfall init`: guesses settings from pings and places, and writes a settings file with a reason for each."""

import os
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from footfall.cli.answers import Answers
from footfall.cli.command import Arguments, Command
from footfall.errors import SettingsError

USUAL = "settings.yaml"

FLAGS = (
    ("--device", "pings.columns.device", "COLUMN", "column of the device id"),
    ("--lat", "pings.columns.lat", "COLUMN", "column of the latitude"),
    ("--lon", "pings.columns.lon", "COLUMN", "column of the longitude"),
    ("--at", "pings.columns.at", "COLUMN", "column of the time"),
    ("--date", "pings.columns.date", "COLUMN", "column of the date, next to --time"),
    ("--time", "pings.columns.time", "COLUMN", "column of the time of day, next to --date"),
    ("--accuracy", "pings.columns.accuracy", "COLUMN", "column of the accuracy in metres; '' for none"),
    ("--format", "pings.format", "csv|parquet", "the format of the pings"),
    ("--delimiter", "pings.delimiter", "CHARACTER", "what separates the fields of CSV"),
    ("--decimal", "pings.decimal", ".|,", "the sign before the fraction of coordinates"),
    ("--time-format", "pings.time_format", "FORMAT", "how times are written, as dd/MM/yyyy HH:mm:ss"),
    ("--pings-time-zone", "pings.time_zone", "ZONE", "zone of times that say none (default: --time-zone)"),
    ("--time-zone", "time_zone", "ZONE", "zone of the calendar days, as America/Guatemala"),
    ("--place-id", "places.columns.place_id", "COLUMN", "column of the id of a place"),
    ("--place-name", "places.columns.name", "COLUMN", "column of its name; '' for none"),
    ("--place-category", "places.columns.category", "COLUMN", "column of its category; '' for none"),
    ("--place-geometry", "places.columns.geometry", "COLUMN", "column of shapes, in CSV and Parquet"),
    ("--place-lat", "places.columns.lat", "COLUMN", "column of the latitude of a place that is a point"),
    ("--place-lon", "places.columns.lon", "COLUMN", "column of its longitude"),
    ("--radius", "places.radius", "METRES", "how far a place reaches that is a point"),
    ("--crs", "places.crs", "CRS", "the reference system of the places, as EPSG:32615"),
    ("--layer", "places.layer", "NAME", "the layer of the file of places"),
    ("--encoding", "places.encoding", "NAME", "the encoding of text in the file of places"),
    ("--output", "output", "FOLDER", "where counts go (default: ./out)"),
)
"""Flags for settings that need not be guessed: the flag, its setting, the name of its value, and its help."""

_EPILOG = """examples:
  footfall init data/pings.csv data/shops.shp
  footfall init 'data/*.csv.gz' places.geojson --time-zone America/Guatemala --yes

exit codes:
  0 written   2 a question has no answer, or a flag is wrong   3 an input is missing or invalid   6 infrastructure
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the inputs, the file to write, and the flags of FLAGS."""
    parser.usage = "%(prog)s PINGS [PINGS ...] PLACES [flags]"
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="PINGS ... PLACES",
        help="files, folders or globs of pings; then a file of places",
    )
    parser.add_argument(
        "--file", default=USUAL, metavar="FILE", help=f"the settings file to write (default: {USUAL})"
    )
    parser.add_argument("--force", action="store_true", help="replace a settings file that is there")
    parser.add_argument("--yes", action="store_true", help="ask nothing: take each guess that there is")
    known = parser.add_argument_group("what is known already")
    for flag, setting, takes, about in FLAGS:
        long = f"--{setting.replace('.', '-').replace('_', '-')}"
        names = [flag] if flag == long else [flag, long]
        said = about if "(default: " in about else f"{about} (default: as guessed)"
        known.add_argument(*names, dest=setting, metavar=takes, help=said)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Read samples of both inputs, ask what they leave open, and write the settings file."""
    from footfall.guess import guess_settings, head_of, settings_text
    from footfall.temporary import temporary_folder

    *pings, places = arguments["inputs"]
    if not pings:
        fix = "Write both, as in `footfall init data/pings.csv data/places.geojson`."
        raise SettingsError("Only one input is named", where="command line of `footfall init`", fix=fix)
    file = Path(arguments["file"])
    _refuse(file, replaces=arguments["force"])
    given = {name: text for _, name, _, _ in FLAGS if (text := arguments[name]) is not None}
    is_terminal = sys.stdin.isatty() and sys.stderr.isatty()
    flags = {name: flag for flag, name, _, _ in FLAGS} | {"pings.time_zone": "--time-zone"}
    answers = Answers(flags, takes_guesses=arguments["yes"], asks=is_terminal)
    now = datetime.now(UTC)
    with temporary_folder() as scratch:
        guesses = guess_settings((pings, places), given, answers, now, scratch)
    answers.refuse_open()
    head = head_of(pings, places, now, guesses.tried, guesses.notes)
    _write(file, settings_text(guesses.entries, head), replaces=arguments["force"])
    _show(file, guesses.tried, [*answers.taken(), *guesses.notes])
    return 0


def _refuse(file: Path, *, replaces: bool) -> None:
    """Raise SettingsError if the file cannot be written, before anything is read or asked."""
    where = f"file {file}"
    if file.exists() and not replaces:
        fix = "Name another one by --file, or replace it by --force."
        raise SettingsError("A settings file is there already", where=where, fix=fix)
    if not file.parent.is_dir():
        raise SettingsError(
            f"There is no folder {file.parent}", where=where, fix="Make it, or name another one."
        )


def _write(file: Path, text: str, *, replaces: bool) -> None:
    from footfall.stores.errors import failures

    made = file.with_name(f".{file.name}-{uuid4().hex}")
    with failures(SettingsError, "The settings file cannot be written", f"file {file}"):
        try:
            made.write_text(text, encoding="utf-8")
            if replaces:
                made.replace(file)
            else:
                os.link(made, file)  # fails if the file was created meanwhile
        finally:
            made.unlink(missing_ok=True)


def _show(file: Path, tried: str, notes: Sequence[str]) -> None:
    """Print what was written, notes to look at, and the next command."""
    named = "" if str(file) == USUAL else f" --settings {shlex.quote(str(file))}"
    lines = [f"{file} is written, with the reason for each setting above it.", tried, *notes]
    lines += ["Look at it; then:", f"  footfall plan{named}", f"  footfall run{named}"]
    print("\n".join(lines))  # noqa: T201


COMMAND = Command(
    "init",
    "look into pings and places, and write a settings file for them",
    add_arguments,
    act,
    description="Guess the settings of a run from its files: columns, separators, forms of times, time zones, ids of"
    " places and their reference system. What the files cannot tell is asked; without a terminal, flags answer it.",
    epilog=_EPILOG,
)
