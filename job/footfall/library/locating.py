"""Finds the places that contain each ping of a table: the function `footfall.locate`."""

import warnings
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from footfall.engines.embedded import cores
from footfall.errors import InputError
from footfall.library.asked import placed_in
from footfall.library.given import CALLED_PINGS, ArrowArray, ArrowStream, Places, paths_of, ping_table
from footfall.library.joining import How, Join, Pairs, check_how, join_with, refuse_unfit
from footfall.library.results import FootfallWarning, Located, warnings_for
from footfall.temporary import temporary_folder

USED = ("pings.columns", "pings.decimal", "places", "boundary", "workers")
"""The settings that a join uses."""

ROW, PLACE_ID = "row", "place_id"
ROWS_AT_ONCE = 1 << 18


def locate(
    pings: ArrowStream | ArrowArray,
    places: Places,
    *,
    keep: Sequence[str] | None = None,
    how: How = "inner",
    **settings: Any,
) -> Located:
    """Find the places that contain each ping, as decided by GEOS.

    Args:
        pings: Rows with a latitude and a longitude in degrees of WGS84: any table that exports Arrow data.
        places: As for `count`.
        keep: The columns of the pings that the result keeps; all by default, none for `[]`.
        how: `inner` leaves out pings in no place; `left` keeps them, with a `place_id` that is null.
        settings: `columns={"lat": ..., "lon": ...}`, `boundary`, those of places such as `places_columns`, `workers`.

    Returns:
        A row for each ping and place that contains it: `row`, the number of the ping's row from 0, the columns that are
        kept, and `place_id`; sorted by `row` and `place_id`.

    Raises:
        SettingsError: A keyword is unknown or not used by joins, or its value is not accepted.
        InputError: A table or file is missing or invalid.
    """
    _refuse_paths(pings)
    check_how(how)
    with temporary_folder() as scratch:
        asked, placed = placed_in(places, settings, CALLED_PINGS, scratch, USED)
        columns = asked.pings.columns
        table = ping_table(pings, None if keep is None else [columns.lat, columns.lon, *keep])
        kept = table.column_names if keep is None else [*keep]
        refuse_unfit(table, asked.pings, kept, (ROW, PLACE_ID))
        found = _located(
            table, kept, join_with(asked, placed.places, how, len(table), scratch), asked.workers
        )
    result = replace(found, notes=placed.notes)
    for note in warnings_for((), result.unusable, len(table)):
        warnings.warn(note, FootfallWarning, stacklevel=2)
    return result


def _located(table: pa.Table, kept: Sequence[str], join: Join, workers: int | None) -> Located:
    task = partial(_joined, join, table, kept)
    with ThreadPoolExecutor(workers or cores(), "footfall") as pool:
        found = [*pool.map(task, range(0, max(1, len(table)), ROWS_AT_ONCE))]
    unusable = sum((pairs.unusable for _, pairs in found), Counter[str]())
    inside = sum(pairs.inside for _, pairs in found)
    return Located(pa.concat_tables([rows for rows, _ in found]), (), len(table), inside, dict(unusable))


def _joined(join: Join, table: pa.Table, kept: Sequence[str], begin: int) -> tuple[pa.Table, Pairs]:
    """The rows of the result for some rows of the pings, and their pairs."""
    rows = table.slice(begin, ROWS_AT_ONCE).combine_chunks()
    pairs = join.pairs(rows)
    taken = pa.array(pairs.ping)
    columns = {ROW: pa.array(pairs.ping + begin), **{name: rows[name].take(taken) for name in kept}}
    return pa.table({**columns, PLACE_ID: join.place_ids(pairs)}), pairs


def _refuse_paths(pings: object) -> None:
    if paths_of(pings) is not None:
        raise InputError(
            "Pings are looked up in tables, and a path was given",
            where=CALLED_PINGS,
            fix="Read the file by pandas, Polars, DuckDB or pyarrow, and give what they read; count takes paths.",
        )
