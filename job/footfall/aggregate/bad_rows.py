"""Rows that cannot be used: gathered within a part, with the lines of their files, and samples of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.schema import BAD, QUARANTINE, REASONS
from footfall.shuffle.records import LINES_RECORD

SAMPLES = 3
"""So many rows of each reason are kept as samples."""

BYTES_AT_ONCE = 32 << 20
"""About so many bytes of rows are written together."""

LISTED = pa.schema([field for field in QUARANTINE if field.name != "run_id"])
"""QUARANTINE without the id of the run."""

_SORTED = [BAD.get_field_index(name) for name in ("file", "range", "line")]


class BadRows:
    """Rows of BAD, and how many lines ranges of files hold. What is added stays where it is, mapped or not."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self._files = files
        self._batches: list[pa.RecordBatch] = []
        self._lines: list[np.ndarray] = []

    def __len__(self) -> int:
        return sum(map(len, self._batches))

    def add(self, stream: pa.Buffer) -> None:
        """Add rows of one range, as a stream of Arrow; in a batch they are in the order of their lines."""
        self._batches += (batch for batch in pa.ipc.open_stream(stream) if len(batch))

    def add_lines(self, records: pa.Buffer) -> None:
        """Add what ranges hold, as LINES_RECORD."""
        self._lines.append(np.frombuffer(records, LINES_RECORD))

    def tables(self) -> Iterator[pa.Table]:
        """LISTED, sorted by file and line, lines counted from the beginning of the file; some bytes at a time."""
        batches = sorted(self._batches, key=lambda batch: tuple(batch.column(i)[0].as_py() for i in _SORTED))
        while batches:
            held = np.cumsum([batch.nbytes for batch in batches])
            some = 1 + int(np.searchsorted(held, BYTES_AT_ONCE))
            yield self._listed(pa.Table.from_batches(batches[:some], BAD))
            batches = batches[some:]

    def _listed(self, table: pa.Table) -> pa.Table:
        file, ranges = table["file"].to_numpy(), table["range"].to_numpy()
        line = table["line"].to_numpy() + self._before(file, ranges)
        names = pa.array(self._files, pa.string())
        reasons = pa.array(REASONS).take(table["reason"])
        columns = [reasons, names.take(table["file"]), pa.array(line), table["device"], table["raw"]]
        return pa.Table.from_arrays(columns, schema=LISTED)

    def _before(self, file: np.ndarray, ranges: np.ndarray) -> np.ndarray:
        """The lines of the file in front of the range of each row."""
        if not self._lines:
            return np.zeros(len(file), np.int64)
        held = np.sort(np.unique(np.concatenate(self._lines)), order=["file", "range"])
        upto = np.concatenate([[0], np.cumsum(held["lines"])])
        first = np.searchsorted(held["file"], file)
        keys, asked = (a.astype(np.int64) << 32 for a in (held["file"], file))
        at = np.searchsorted(keys + held["range"], asked + ranges)
        before: np.ndarray = upto[at] - upto[first]
        return before


def counts(table: pa.Table) -> dict[str, int]:
    """How many rows of LISTED each reason has."""
    counted = pc.value_counts(table["reason"])
    return dict(zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True))


def first_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The first rows of LISTED of each reason."""
    kept = [table.filter(pc.equal(table["reason"], reason)).slice(0, SAMPLES) for reason in counts(table)]
    return [row for some in kept for row in some.to_pylist()]


def first_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first SAMPLES rows of each reason, by file and line."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (REASONS.index(row["reason"]), row["file"], row["line"])):
        of_reason = kept.setdefault(row["reason"], [])
        if len(of_reason) < SAMPLES:
            of_reason.append(row)
    return [row for of_reason in kept.values() for row in of_reason]
