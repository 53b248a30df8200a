"""The data files of a snapshot, and the files that delete rows of them."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from footfall import stores
from footfall.errors import InputError
from footfall.read.pings.iceberg.store_files import path_of
from footfall.read.pings.rows import Ints
from footfall.stores.questions import ask_each

_Positions = tuple[int, Ints]


@dataclass(frozen=True)
class Contents:
    """The entries of a snapshot's manifests, each a `pyiceberg.manifest.ManifestEntry`.

    Args:
        data: Data files that hold rows, sorted by their paths.
        positions: Files that delete rows by their numbers, deletion vectors among them.
        keys: Files that delete rows by the values of some columns.
    """

    data: tuple[Any, ...]
    positions: tuple[Any, ...]
    keys: tuple[Any, ...]


def contents_of(table: Any, snapshot: Any) -> Contents:
    """The data and delete files of a snapshot.

    Raises:
        InputError: One of its files is not Parquet.
    """
    from pyiceberg.manifest import DataFileContent

    manifests = snapshot.manifests(table.io)
    lists = ask_each(lambda each: each.fetch_manifest_entry(table.io), manifests, is_far=is_far(table))
    entries = sorted((each for some in lists for each in some), key=lambda each: each.data_file.file_path)
    for entry in entries:
        _check_format(entry.data_file)
    kinds = {kind: tuple(e for e in entries if e.data_file.content == kind) for kind in DataFileContent}
    data = tuple(entry for entry in kinds[DataFileContent.DATA] if entry.data_file.record_count)
    return Contents(data, kinds[DataFileContent.POSITION_DELETES], kinds[DataFileContent.EQUALITY_DELETES])


def _check_format(file: Any) -> None:
    if file.file_format.name not in ("PARQUET", "PUFFIN"):  # the second holds deletion vectors
        raise InputError(
            f"The table holds a file of the format {file.file_format.name}, which is not read",
            where=file.file_path,
            fix="Rewrite the table's files as Parquet, such as by Spark's rewrite_data_files.",
        )


class DeletedPositions:
    """The rows of data files that are deleted by position."""

    def __init__(self, table: Any, entries: Sequence[Any]) -> None:
        """Read them.

        Args:
            table: The `pyiceberg.table.Table`.
            entries: Those that delete by position.
        """
        self._by_path: dict[str, list[_Positions]] = {}
        distinct = list({entry.data_file.file_path: entry for entry in entries}.values())
        read = ask_each(lambda entry: _positions(table.io, entry.data_file), distinct, is_far=is_far(table))
        for entry, found in zip(distinct, read, strict=True):
            for path, numbers in found:
                self._by_path.setdefault(path, []).append((sequence(entry), numbers))

    def of(self, entry: Any) -> Ints:
        """The numbers of the deleted rows of a data file, sorted, from 0; older deletions do not reach it."""
        given = self._by_path.get(entry.data_file.file_path, ())
        numbers = [numbers for deleted_in, numbers in given if deleted_in >= sequence(entry)]
        return np.unique(np.concatenate([np.empty(0, np.int64), *numbers]))


def is_far(table: Any) -> bool:
    """Whether its files are on a remote store."""
    return stores.has_scheme(path_of(table.location()))


def sequence(entry: Any) -> int:
    """The number of the change of the table that brought a file."""
    return int(entry.sequence_number or 0)


def _positions(files: Any, file: Any) -> Iterable[tuple[str, Ints]]:
    """The paths of data files, each with the numbers of rows, that one file names."""
    with files.new_input(file.file_path).open() as stream:
        content = stream.read()
    if file.file_format.name == "PUFFIN":
        return [(str(each.referenced_data_file), _numbers(each.to_vector())) for each in _vectors(content)]
    read = pq.read_table(io.BytesIO(content), columns=["file_path", "pos"], use_threads=False)
    paths = read["file_path"].combine_chunks().dictionary_encode()
    codes, numbers = paths.indices.to_numpy(), _numbers(read["pos"])
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(paths.dictionary) + 1))
    return [
        (path, numbers[order[ends[i] : ends[i + 1]]]) for i, path in enumerate(paths.dictionary.to_pylist())
    ]


def _numbers(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.to_numpy(), np.int64)


def _vectors(content: bytes) -> Sequence[Any]:
    from pyiceberg.table.deletion_vector import deletion_vectors_from_puffin_file
    from pyiceberg.table.puffin import PuffinFile

    return list(deletion_vectors_from_puffin_file(PuffinFile(content)))
