"""Refuses files of a table format (Delta Lake, Hudi, Iceberg, Spark streams) whose log says which files are valid."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from footfall import stores
from footfall.errors import InputError
from footfall.stores.errors import Refused
from footfall.stores.globs import Listing
from footfall.stores.questions import ask_each
from footfall.stores.store import Entry, Store, is_hidden

_LOGS = {
    "_delta_log": ("Delta Lake", "delta_scan in DuckDB, or format('delta') in Spark"),
    ".hoodie": ("Apache Hudi", "format('hudi') in Spark"),
    "_spark_metadata": ("a stream of Spark", "spark.read.parquet of the folder"),
}
"""By the folder of the log: the format, and what reads such a table."""

_METADATA = "metadata"
_NAMES = (*_LOGS, _METADATA)
_ICEBERG = re.compile(r"(v\d+|\d+-[0-9a-f-]{36})(\.gz)?\.metadata\.json(\.gz)?")
_KEPT_BY_ICEBERG = "Apache Iceberg"


class WatchedStore:
    """A store that records which of the folders that it lists have the log of a table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.listed: set[str] = set()
        self.logs: set[str] = set()

    def look(self, path: str) -> Entry | None:
        """The file or folder of this path."""
        return self._store.look(path)

    def children(self, folder: str) -> Iterator[Entry]:
        """The files and folders in a folder."""
        self.listed.add(folder.rstrip("/"))
        for entry in self._store.children(folder):
            if entry.is_folder and _name(entry.path) in _NAMES:
                self.logs.add(entry.path)
            yield entry

    def walk(self, folder: str) -> Iterator[Entry]:
        """All files in a folder and below it, but for hidden ones."""
        if not stores.has_scheme(folder):
            yield from self._store.walk(folder, hidden=False)
            return
        for entry in self._store.walk(folder):  # hidden ones come with the same requests
            inside = entry.path.removeprefix(folder).strip("/").split("/")[:-1]
            above = [folder.rstrip("/"), *inside]
            self.listed |= {"/".join(above[:depth]) for depth in range(1, len(above) + 1)}
            self.logs |= {
                "/".join(above[: depth + 1]) for depth, name in enumerate(above) if depth and name in _NAMES
            }
            if not any(map(is_hidden, [*inside, entry.path])):
                yield entry


def refuse_tables(
    watched: WatchedStore, setting: str, entries: Collection[Entry], files: Iterable[str]
) -> None:
    """Check that files do not belong to a table with a log.

    Args:
        watched: The store with which the files were found.
        setting: The setting that led to the files, with its value.
        entries: The files and folders that were found.
        files: The files in them.

    Raises:
        InputError: They do; some files of such a table may be out of date.
    """
    of_files = {each for file in files for each in _folders_above(file)}
    of_entries = {each for entry in entries for each in _folders_above(entry.path)}
    folders = sorted((of_files | of_entries | {e.path for e in entries if e.is_folder}) - watched.listed)
    is_far = any(stores.has_scheme(folder) for folder in folders)
    there = ask_each(partial(_logs_in, watched), folders, is_far=is_far)
    for log in sorted(watched.logs.union(*there)):
        _refuse(watched, setting, log)


def _logs_in(store: Listing, folder: str) -> list[str]:
    """The folders in a folder that may be logs; none if access is denied."""
    try:
        names = [f"{folder}/{name}" for name in _NAMES]
        return [path for path in names if _is_folder(store.look(f"{path}/"))]
    except (Refused, PermissionError):
        return []  # parent folders need not be readable


def _is_folder(entry: Entry | None) -> bool:
    return entry is not None and entry.is_folder


def _refuse(store: Listing, setting: str, log: str) -> None:
    name = _name(log)
    table = log[: -len(name) - 1]
    if name in _LOGS:
        kept_by, reader = _LOGS[name]
        fix = f"Read the table by its log with {reader}, and write its rows as Parquet or CSV."
    elif any(_ICEBERG.fullmatch(_name(entry.path)) for entry in store.children(log)):
        kept_by = _KEPT_BY_ICEBERG
        fix = "Set pings.format to iceberg, pings.path to database.table, and the catalog that knows it."
    else:
        return
    raise InputError(
        f"These are files of a table of {kept_by}, whose log {name} says which of them are valid: {table}",
        where=setting,
        fix=fix,
    )


def _folders_above(path: str) -> Iterator[str]:
    """The folders that a path lies in, without the root of a file system."""
    root = len(path) - len(path.split("://", 1)[-1])
    folder = path.rstrip("/").rpartition("/")[0]
    while len(folder) > root:
        yield folder
        folder = folder.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
