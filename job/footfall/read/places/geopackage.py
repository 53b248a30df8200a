"""Reads GeoPackage by SQLite: every row of a layer, with its values as they are stored."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from footfall import geometry, plurals
from footfall.errors import InputError
from footfall.read.places.encodings import UTF8, likely
from footfall.read.places.features import Features, mapped_columns
from footfall.read.places.layers import chosen
from footfall.read.places.scratch import SCRATCH
from footfall.read.places.shapes import refuse_unusual
from footfall.settings import PlaceSettings
from footfall.temporary import temporary_folder

MAGIC = b"SQLite format 3\0"
_MARK = b"GP"
_HEAD = 8
_ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the box in front of a shape, by its number in the flags."""

_EXTENDED = 0x20
_LOGS = ("-wal", "-journal")
_LAYERS = """
    SELECT g.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition, s.srs_name
    FROM gpkg_geometry_columns g JOIN gpkg_contents c ON g.table_name = c.table_name
    LEFT JOIN gpkg_spatial_ref_sys s ON g.srs_id = s.srs_id
    ORDER BY g.rowid
"""


@dataclass(frozen=True)
class _Layer:
    """A table with shapes."""

    name: str
    shapes: str
    crs: str | None


def read(file: Path, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The features of the chosen layer, and notes on what was done to them.

    Args:
        file: The GeoPackage; nothing is written to it or beside it.
        named: The file as the settings name it, for errors: the same, or the archive it came from.
        settings: The layer, the columns, the encoding of text, and what happens to rings that are not closed.

    Raises:
        InputError: There is no layer, not the one that is named, or there are several and none is named; text is in
            another encoding.
        ValueError: The file is damaged, or is another database.
    """
    try:
        with _opened(file) as database:
            layers = [_layer(row) for row in database.execute(_LAYERS)]
            name = chosen([layer.name for layer in layers], settings.layer, named)
            layer = next(each for each in layers if each.name == name)
            return _features(database, layer, named, settings)
    except sqlite3.Error as failure:
        raise ValueError(f"it is no GeoPackage, or damaged: {failure}") from failure


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The database, with what a log beside it adds; of one with a log a copy, so that it is left as it is."""
    logs = [
        log
        for log in (file.with_name(file.name + end) for end in _LOGS)
        if log.is_file() and log.stat().st_size
    ]
    with temporary_folder(SCRATCH) as folder:
        if logs:
            for part in (file, *logs):
                shutil.copyfile(part, folder / part.name)
        how = "mode=rw" if logs else "mode=ro&immutable=1"
        opened = folder / file.name if logs else file.absolute()
        database = sqlite3.connect(f"{opened.as_uri()}?{how}", uri=True)
        try:
            yield database
        finally:
            database.close()


def _layer(row: tuple[Any, ...]) -> _Layer:
    name, column, number, organization, code, definition, called = row
    if number in (0, -1):
        crs = called or "Undefined"
    elif str(organization).upper() == "EPSG":
        crs = f"EPSG:{code}"
    else:
        crs = definition or called
    return _Layer(str(name), str(column), None if crs is None else str(crs))


def _features(
    database: sqlite3.Connection, layer: _Layer, named: Path, settings: PlaceSettings
) -> tuple[Features, list[str]]:
    table = _quoted(layer.name)
    described = database.execute(f"PRAGMA table_info({table})").fetchall()
    kinds = {str(row[1]): str(row[2]).upper() for row in described if str(row[1]) != layer.shapes}
    mapped = mapped_columns(settings)
    needed = [name for name, kind in kinds.items() if name in mapped or "CHAR" in kind or "TEXT" in kind]
    database.text_factory = bytes
    columns = ", ".join(map(_quoted, [layer.shapes, *needed]))
    rows = database.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608
    (counted,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    if counted != len(rows):
        said = plurals.counted(counted, "feature")
        raise ValueError(f"its layer {layer.name} holds {said}, of which {len(rows)} can be read")
    read = geometry.from_wkb([_wkb(row[0]) for row in rows])
    text = _Text(settings, named)
    features = Features(
        numbers=np.arange(1, len(rows) + 1),
        shapes=read.shapes,
        names=tuple(kinds),
        columns={
            name: text.values(name, [row[at] for row in rows], kinds[name])
            for at, name in enumerate(needed, 1)
        },
        crs=layer.crs,
    )
    return features, refuse_unusual(read, settings, named)


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _wkb(blob: object) -> bytes | None:
    """The well-known binary in a shape of GeoPackage; what is none stays as it is, and is no shape."""
    if not isinstance(blob, bytes):
        return None
    if not blob.startswith(_MARK) or len(blob) < _HEAD:
        return blob
    flags = blob[3]
    envelope = (flags >> 1) & 7
    if flags & _EXTENDED or envelope >= len(_ENVELOPES):
        return b""
    return blob[_HEAD + _ENVELOPES[envelope] :]


@dataclass(frozen=True)
class _Text:
    """Reads text, which comes as bytes, in its encoding."""

    settings: PlaceSettings
    named: Path

    def values(self, name: str, raw: list[Any], kind: str) -> list[Any]:
        """Values as they are stored; numbers of columns of truth are truth.

        Raises:
            InputError: The column is mapped, and its text is in another encoding.
        """
        if kind == "BOOLEAN":
            return [bool(value) if value in (0, 1) else value for value in raw]
        encoding = self.settings.encoding or UTF8
        try:
            return [value.decode(encoding) if isinstance(value, bytes) else value for value in raw]
        except UnicodeError as failure:
            if name not in mapped_columns(self.settings):
                return [value.decode("latin-1") if isinstance(value, bytes) else value for value in raw]
            fits = likely(b" ".join(value for value in raw if isinstance(value, bytes)))
            raise InputError(
                f"The encoding of the text in column {name!r} is not {self.settings.encoding or 'UTF-8'}",
                where=f"places.path: {self.named}, setting places.encoding",
                fix=f"Say by places.encoding how the text is written, as {fits}.",
            ) from failure
