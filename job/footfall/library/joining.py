"""Joins pings with the places that contain them."""

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
"""Whether pings in no place are left out (`inner`), or kept without a place (`left`)."""

ANY_PING = Rules(CALENDAR, CALENDAR, float("inf"), mirrors=False)
"""The rules of a join: it checks coordinates, but neither times nor accuracies."""

_ZERO = REASONS.index("coordinate_zero")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """The pairs of pings and the places that contain them.

    Args:
        ping: The numbers of rows, sorted.
        place: The numbers of places, sorted for each row; -1 for a row in no place.
        inside: The number of rows in at least one place.
        unusable: The number of rows without usable coordinates, by reason.
    """

    ping: Ints
    place: Ints
    inside: int
    unusable: Counter[str]


@dataclass(frozen=True)
class Join:
    """A join of rows with places; it is pickled, and runs in workers.

    Args:
        written: The columns of latitudes and longitudes, and the format of numbers that are text.
        search: The index of places, and how pings are looked up in it.
        ids: The ids of the places, by their numbers.
        how: Whether rows in no place are left out or kept.
    """

    written: PingSettings
    search: Search
    ids: pa.Array
    how: How

    def pairs(self, rows: pa.Table) -> Pairs:
        """The pairs of rows and places; each column has one chunk at most.

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
        """The id of the place of each pair; null for a row in no place."""
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
    """The join with places for about `pings` rows; writes the index of places into a folder."""
    kernels.load()
    file = build(places, pings).save(folder)
    ids = pa.array([place.place_id for place in places], pa.string())
    return Join(settings.pings, Search(partial(Path, file), settings.boundary, 1, 1), ids, how)


def check_how(how: str) -> None:
    """Check the argument `how`.

    Raises:
        SettingsError: It is neither `inner` nor `left`.
    """
    if how not in get_args(How):
        raise SettingsError(
            f"There is no join {how!r}", where="keyword how", fix=f"Give {' or '.join(get_args(How))}."
        )


def refuse_unfit(table: pa.Table, written: PingSettings, kept: Sequence[str], added: Sequence[str]) -> None:
    """Check that a table has coordinates, and that no column of the result would be there twice.

    Args:
        table: The pings, at least their schema.
        written: The columns of latitudes and longitudes; `path` is the name of the table in messages.
        kept: The columns of the pings that the result keeps.
        added: The columns that the result adds.

    Raises:
        InputError: A column is missing, cannot hold degrees, or has the name of an added one.
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
    """A column with one chunk at most, as an array."""
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def _nothing(_: Ints) -> Any:
    """A placeholder for lines and texts of rows, which a join does not use."""
    raise NotImplementedError
