"""Pings and the places that hold them, as a join gives them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall import kernels
from footfall.clean import Rules, judge
from footfall.errors import InputError, SettingsError
from footfall.locate import Search, build
from footfall.read.pings.columns import check_columns
from footfall.read.pings.fields import Fields, blank, defects, numbers
from footfall.read.pings.parquet.values import plain
from footfall.read.pings.rows import Rows
from footfall.read.pings.tables import checked
from footfall.schema import CALENDAR, INSTANT, REASONS, SOUND, Places
from footfall.settings import PingSettings, Settings

How = Literal["inner", "left"]
"""What becomes of pings in no place: they are left out, or stay without a place."""

ANY_PING = Rules(CALENDAR, CALENDAR, float("inf"), mirrors=False)
"""A join asks where a row is, and neither when nor how exactly."""

_ZERO = REASONS.index("coordinate_zero")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pings and the places that hold them.

    Args:
        ping: The numbers of rows, sorted.
        place: The numbers of places, sorted for each row; -1 for a row in none.
        inside: How many rows are in at least one place.
        unusable: How many rows have no coordinates that can be used, by the reason.
    """

    ping: Ints
    place: Ints
    inside: int
    unusable: Counter[str]


@dataclass(frozen=True)
class Join:
    """How rows are joined with places; it is pickled, and used in workers.

    Args:
        written: The columns of latitudes and longitudes, and how numbers are written that are text.
        search: The places, and how pings are looked up in them.
        ids: The ids of the places, by their numbers.
        how: What becomes of rows in no place.
    """

    written: PingSettings
    search: Search
    ids: pa.Array
    how: How

    def pairs(self, rows: pa.Table) -> Pairs:
        """Find the places of rows; one chunk of each column, or none, holds them all.

        A point at longitude and latitude 0 is looked up like any other: `count` takes it for a ping without a fix.
        """
        read = self._read(rows)
        reasons = judge(read, ANY_PING)
        lon, lat = (column.fill_null(np.nan).to_numpy() for column in (read.lon, read.lat))
        usable, unusable = np.arange(len(rows)), Counter[str]()
        if reasons is not None:
            is_usable = (reasons == SOUND) | (reasons == _ZERO)
            usable = np.flatnonzero(is_usable)
            unusable.update(REASONS[reason] for reason in reasons[~is_usable].tolist())
            lon, lat = lon[usable], lat[usable]
        found, place = self.search.finder().find(lon, lat)[:2] if len(usable) else (usable, usable)
        ping, place = usable[found].astype(np.int64), place.astype(np.int64)
        is_inside = np.zeros(len(rows), np.bool_)
        is_inside[ping] = True
        if self.how == "left":
            others = np.flatnonzero(~is_inside)
            ping = np.concatenate([ping, others])
            place = np.concatenate([place, np.full(len(others), -1)]).astype(np.int64)
        order: Ints = np.lexsort((place, ping))
        return Pairs(ping[order], place[order], int(np.count_nonzero(is_inside)), unusable)

    def place_ids(self, found: Pairs) -> pa.Array:
        """The id of the place of each pair; null where there is no place."""
        return self.ids.take(pa.array(found.place, mask=found.place < 0))

    def _read(self, rows: pa.Table) -> Rows:
        """The coordinates of rows, all else being sound."""
        parts = {"lat": self.written.columns.lat, "lon": self.written.columns.lon}
        given = {part: plain(_whole(rows[name])) for part, name in parts.items()}
        lat, lon = (numbers(given[part], self.written.decimal) for part in ("lat", "lon"))
        at = pa.array(np.zeros(len(rows), np.int64)).view(INSTANT)
        fields = Fields(at, lat, lon, blank={part: blank(values) for part, values in given.items()})
        nobody, nothing = pa.nulls(len(rows), pa.string()), _nothing
        return Rows(0, 0, nobody, nobody, at, lon, lat, None, defects(fields), nothing, nothing)


def join_with(settings: Settings, places: Places, how: How, pings: int, folder: Path) -> Join:
    """How about so many rows are joined with places, the index of which is written into a folder."""
    kernels.load()
    file = build(places, pings).save(folder)
    ids = pa.array([place.place_id for place in places], pa.string())
    return Join(settings.pings, Search(partial(Path, file), settings.boundary, 1, 1), ids, how)


def check_how(how: str) -> None:
    """Make sure that a join is a known one.

    Raises:
        SettingsError: It is not.
    """
    if how not in get_args(How):
        raise SettingsError(
            f"There is no join {how!r}", where="keyword how", fix=f"Give {' or '.join(get_args(How))}."
        )


def refuse_unfit(table: pa.Table, written: PingSettings, kept: Sequence[str], added: Sequence[str]) -> None:
    """Make sure that a table has coordinates, and that the result has no column twice.

    Args:
        table: The pings, at least their schema.
        written: The columns of latitudes and longitudes; `path` is what messages call the table.
        kept: The columns that the result has of the pings.
        added: The columns that it has beside them.

    Raises:
        InputError: A column is missing, cannot hold degrees, or has the name of one that is added.
    """
    called, parts = str(written.path), {"lat": written.columns.lat, "lon": written.columns.lon}
    for wanted in (parts, {name: name for name in kept}):
        check_columns(table.column_names, wanted, called, of="table")
    for part, name in parts.items():
        checked(table, part, name, called)
    for name in added:
        if name in kept:
            raise InputError(
                f"The pings have a column `{name}`, and the result has one of that name",
                where=called,
                fix="Rename it, or give `keep` the columns that the result shall have.",
            )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column of one chunk, or of none, as one array."""
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def _nothing(_: Ints) -> Any:
    """Neither lines nor texts are asked for."""
    raise NotImplementedError
