"""Rows that cannot be used: gathered within a part, with the lines of their files, and samples of them."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.schema import BAD, QUARANTINE, REASONS
from footfall.shuffle.records import LINES_RECORD

SAMPLES = 3
"""So many rows of each reason are kept as samples."""

LISTED = pa.schema([field for field in QUARANTINE if field.name != "run_id"])
"""QUARANTINE without the id of the run."""


class BadRows:
    """Rows of BAD, and how many lines ranges of files hold."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self._files = files
        self._batches: list[pa.RecordBatch] = []
        self._lines: list[np.ndarray] = []

    def __len__(self) -> int:
        return sum(map(len, self._batches))

    def add(self, stream: pa.Buffer) -> None:
        """Add rows, as a stream of Arrow."""
        self._batches += pa.ipc.open_stream(stream)

    def add_lines(self, records: pa.Buffer) -> None:
        """Add what ranges hold, as LINES_RECORD."""
        self._lines.append(np.frombuffer(records, LINES_RECORD))

    def table(self) -> pa.Table:
        """LISTED, sorted by file and line, lines counted from the beginning of the file."""
        table = pa.Table.from_batches(self._batches, BAD).sort_by(
            [("file", "ascending"), ("range", "ascending"), ("line", "ascending")]
        )
        file, ranges = table["file"].to_numpy(), table["range"].to_numpy()
        line = table["line"].to_numpy() + self._before(file, ranges)
        names = pa.array(self._files, pa.string())
        return pa.Table.from_arrays(
            [
                pa.array(REASONS).take(table["reason"]),
                names.take(table["file"]),
                pa.array(line),
                table["device"],
                table["raw"],
            ],
            schema=LISTED,
        )

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

    def counts(self, table: pa.Table) -> dict[str, int]:
        """How many rows of LISTED each reason has."""
        counted = pc.value_counts(table["reason"])
        return dict(zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True))

    def samples(self, table: pa.Table) -> list[dict[str, Any]]:
        """The first rows of LISTED of each reason."""
        return first_of_each([row for reason in REASONS for row in _first(table, reason)])


def _first(table: pa.Table, reason: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.filter(pc.equal(table["reason"], reason)).slice(0, SAMPLES).to_pylist()
    return rows


def first_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first SAMPLES rows of each reason, by file and line."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (REASONS.index(row["reason"]), row["file"], row["line"])):
        of_reason = kept.setdefault(row["reason"], [])
        if len(of_reason) < SAMPLES:
            of_reason.append(row)
    return [row for of_reason in kept.values() for row in of_reason]
