"""Reads pings from CSV, Parquet or an Iceberg table: one row for each record, valid or not."""

from collections.abc import Mapping, Sequence

from footfall.errors import InputError
from footfall.local_time import LocalTime
from footfall.plurals import shortened
from footfall.read.pings import csv, parquet
from footfall.read.pings.csv.packed import packing_of, refuse_packed
from footfall.read.pings.files import DataFile, find_files
from footfall.read.pings.rows import PingInput
from footfall.read.pings.tasks import Plan
from footfall.read.pings.times import check_format
from footfall.settings import Catalog, PingSettings

__all__ = ["ENDINGS", "PingInput", "read_pings"]

NO_CATALOG, NO_VARIABLES = Catalog(), dict[str, str]()

_TEXT = (".csv", ".tsv", ".psv", ".txt")
ENDINGS = {
    "csv": tuple(ending + packed for ending in _TEXT for packed in ("", ".gz", ".bz2", ".zst")),
    "parquet": (".parquet", ".parq", ".pq"),
}
"""The endings of file names that belong to each format."""

_PLANNERS = {"csv": csv.plan, "parquet": parquet.plan}


def read_pings(
    pings: PingSettings,
    workers: int,
    catalog: Catalog = NO_CATALOG,
    environ: Mapping[str, str] = NO_VARIABLES,
) -> PingInput:
    """The pings in a file, a folder with all folders below it, a glob, several of these, or a table.

    In folders and globs the files whose names belong to the format are read, or all if there are none of these and
    the format is named; hidden files (`.x`, `_x`) never are.

    Args:
        pings: Where they are, and how they are written.
        workers: How many tasks run at once.
        catalog: The catalog of the Iceberg table, if the pings are in one.
        environ: The environment variables, which hold the secrets of the catalog.

    Returns:
        The tasks that read them: every data line of CSV and every record of Parquet is one row.

    Raises:
        InputError: No file is found, a file is not of its format or lacks a column, or no file has a row.
        SettingsError: The pattern in `pings.time_format` is invalid, or the time zone is unknown.
        InfrastructureError: A store or a catalog does not answer.
    """
    check_format(pings.time_format)
    LocalTime.of(pings.time_zone)
    if pings.format == "iceberg":
        from footfall.read.pings import iceberg  # needs an extra

        return _input(iceberg.plan(pings, catalog, environ, workers), "iceberg", ())
    found = find_files([pings.path] if isinstance(pings.path, str) else pings.path)
    kind = _format(found, pings.format)
    files = _of_format(found, kind, named=pings.format != "auto")
    wanted = set(files)
    passed_over = _passed_over([file for file in found if file not in wanted], kind)
    return _input(_PLANNERS[kind](files, pings, workers), kind, passed_over)


def _input(plan: Plan, kind: str, passed_over: tuple[str, ...]) -> PingInput:
    if not plan.tasks:
        what = f"No file holds a row: {shortened(file.path for file in plan.files)}"
        raise InputError(what, where="pings.path", fix="Name files with at least one ping below the header.")
    empty = tuple(f"{plan.files[number].path} holds no row." for number in plan.empty)
    return PingInput(plan.files, kind, (*empty, *passed_over), plan.tasks, plan.row_estimate)


def _format(files: Sequence[DataFile], named: str) -> str:
    if named != "auto":
        return named
    kinds = {kind: [file for file in files if file.name.lower().endswith(ENDINGS[kind])] for kind in ENDINGS}
    there = [kind for kind, those in kinds.items() if those]
    if len(there) == 1:
        return there[0]
    packed = [file for file in files if (packing := packing_of(file.name)) and packing.unpack is None]
    if packed and not there:
        refuse_packed(packed[0])
    endings = ", ".join(ending for kind in ENDINGS for ending in ENDINGS[kind])
    what = "Both CSV and Parquet files are there" if there else "No file name says what format it has"
    some = [those[0] for those in kinds.values() if those] or files
    raise InputError(
        f"{what}: {shortened(file.path for file in some)}",
        where="pings.path",
        fix=f"Set pings.format to csv or parquet. Known endings: {endings}",
    )


def _of_format(files: Sequence[DataFile], kind: str, *, named: bool) -> list[DataFile]:
    """The files to read: all that are named one by one, and of listed ones those whose name belongs to the format."""
    fitting = [file for file in files if not file.listed or file.name.lower().endswith(ENDINGS[kind])]
    return fitting or (list(files) if named else [])


def _passed_over(files: Sequence[DataFile], kind: str) -> tuple[str, ...]:
    if not files:
        return ()
    plural = "files were" if len(files) > 1 else "file was"
    names = shortened(file.path for file in files)
    return (f"{len(files)} other {plural} not read, the name does not belong to {kind}: {names}.",)
