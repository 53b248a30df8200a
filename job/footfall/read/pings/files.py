"""Finds the files of an input, on any store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from footfall import stores
from footfall.errors import FootfallError, InputError
from footfall.read.pings.table_logs import WatchedStore, refuse_tables
from footfall.stores import globs
from footfall.stores.errors import NoAnswer, Refused, error_of, failures
from footfall.stores.near import names_near
from footfall.stores.questions import ask_each
from footfall.stores.store import Entry, is_hidden

_SETTING = "pings.path"


@dataclass(frozen=True)
class DataFile:
    """A file that was found: its path as people write it, its size, and whether a folder or glob led to it.

    `version` is the store's identifier of its content (ETag); None on file systems.
    """

    path: str
    bytes: int
    listed: bool
    version: str | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def local(self) -> str | None:
        """The path on this machine's file system; None if it is on a store."""
        return None if stores.has_scheme(self.path) else self.path


def find_files(paths: Sequence[str]) -> tuple[DataFile, ...]:
    """List the files behind paths, folders (with all folders below) and globs, each file once, sorted by path.

    Inside folders and globs, names that begin with `.` or `_` are skipped, as Hadoop does.

    Raises:
        InputError: A path does not exist or cannot be read, a glob matches nothing, a folder holds no file, or files
            are those of a table with a log.
        InfrastructureError: A store does not answer.
        SettingsError: No installed library can read from the store.
    """
    found: dict[str, DataFile] = {}
    for path in paths:
        for file in _behind(path):
            if file.path not in found or not file.listed:
                found[file.path] = file
    return tuple(found[path] for path in sorted(found))


def unreadable(path: str, failure: Exception, what: str = "The file cannot be read") -> FootfallError:
    """The error for a file that could not be read: an InputError, unless the store or the machine failed."""
    if isinstance(failure, Refused | NoAnswer | OSError):
        return error_of(failure, InputError, what, path)
    if isinstance(failure, FootfallError):
        return failure
    reason = (str(failure) or type(failure).__name__).splitlines()[0]
    fix = "Check the file and the right to read it; write it again if it is damaged."
    return InputError(f"{what}: {reason}", where=path, fix=fix)


def _behind(path: str) -> Iterator[DataFile]:
    """The files that one path of the settings names: a file, a folder or a glob."""
    full = stores.absolute(path)
    store = WatchedStore(stores.of(full))
    with failures(InputError, "The path cannot be read", f"{_SETTING}: {path}"):
        there = store.look(full)
        if there is None and not globs.is_glob(full):
            raise _missing(path, full)
        found = (
            [there] if there else [each for each in globs.matches(store, full) if not is_hidden(each.path)]
        )
        below = partial(_below, store, listed=there is None)
        files = list(chain.from_iterable(ask_each(below, found, is_far=stores.has_scheme(full))))
        refuse_tables(store, f"{_SETTING}: {path}", found, [file.path for file in files])
    if not files:
        what = "The folder holds no file" if found else "The glob matches no file"
        raise InputError(
            what, where=f"{_SETTING}: {path}", fix="Name a file, or a folder or glob that holds some."
        )
    yield from files


def _below(store: WatchedStore, entry: Entry, *, listed: bool) -> list[DataFile]:
    """The file itself, or all files in the folder and in the folders below it."""
    files = store.walk(entry.path) if entry.is_folder else [entry]
    return [DataFile(file.path, file.bytes, listed or entry.is_folder, file.version) for file in files]


def _missing(path: str, full: str) -> InputError:
    near = names_near(full)
    return InputError(
        "The path does not exist",
        where=f"{_SETTING}: {path}" + (f" ({full})" if full != path else ""),
        fix="Correct the path." + (f" Near it are: {', '.join(near)}." if near else ""),
    )
