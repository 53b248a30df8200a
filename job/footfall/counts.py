"""The results of counting, gathered from the last stage of an engine, whatever the job."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from footfall.aggregate.days import PERIOD_PIECE, PIECE
from footfall.aggregate.parts import SAMPLE
from footfall.aggregate.uncertain import Pairs, pairs_of
from footfall.publish.output import Piece, Target
from footfall.publish.writing import write_quarantine
from footfall.schema import QUARANTINED
from footfall.shuffle.records import RING


@dataclass
class Counts:
    """The results of counting.

    Args:
        tallies: Rows and pings by tally and day; a None tally counts pings in places.
        pieces: The files that workers wrote, by day and in the order of their places.
        period_pieces: The same of weeks or months, by their first day.
        quarantined: How many rows of each reason were written to the quarantine.
        samples: Some of these rows, by the columns of LISTED.
        reaches: As of `aggregate.withholding`; empty where nobody asks for circles of accuracy.
    """

    tallies: Counter[tuple[str | None, date | None]] = field(default_factory=Counter)
    pieces: list[Piece] = field(default_factory=list)
    period_pieces: list[Piece] = field(default_factory=list)
    quarantined: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)
    reaches: dict[date, list[Pairs]] = field(default_factory=dict)


def gather(batches: Iterable[pa.RecordBatch]) -> Counts:
    """The results in batches of COUNTED."""
    counts = Counts()
    for batch in batches:
        _add(counts, batch)
    for pieces in (counts.pieces, counts.period_pieces):
        pieces.sort(key=lambda piece: (piece.day, piece.path))
    return counts


def quarantine(target: Target, number: int, table: pa.Table) -> None:
    """Write rows of LISTED as rows of QUARANTINE."""
    ids = pa.repeat(pa.scalar(target.run_id), len(table))
    write_quarantine(target, number, table.add_column(0, "run_id", ids))


def _add(counts: Counts, batch: pa.RecordBatch) -> None:
    """Add COUNTED to what was counted."""
    for tally, day, n, note in _rows(batch):
        if tally in (PIECE, PERIOD_PIECE):
            piece = json.loads(note)
            pieces = counts.pieces if tally == PIECE else counts.period_pieces
            pieces.append(Piece(**{**piece, "day": date.fromisoformat(piece["day"])}))
        elif tally == RING:
            counts.reaches.setdefault(day, []).append(pairs_of(note))
        elif tally == SAMPLE:
            counts.samples += json.loads(note)
        elif tally is not None and tally.startswith(f"{QUARANTINED}:"):
            counts.quarantined[tally.removeprefix(f"{QUARANTINED}:")] += n
        else:
            counts.tallies[tally, day] += n


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    columns: Iterable[list[Any]] = (column.to_pylist() for column in batch.columns)
    return zip(*columns, strict=True)
