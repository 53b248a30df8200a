"""Answers in one form, so that they can be compared: the same rows in the same order with the same digest."""

import hashlib
import io
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from bench.questions import COUNTS, DWELL, LISTS, Question, day_number


def completed(counted: pa.Table, place_ids: Sequence[str], days: Sequence[str]) -> pa.Table:
    """The answer to `table` with a row of zeros for each place and day that was not counted.

    It is the last step of each contender that is asked in SQL. `day` counts days since 1970-01-01.
    """
    numbers = [day_number(day) for day in days]
    wanted = pd.MultiIndex.from_product([place_ids, numbers])
    keys = pd.MultiIndex.from_arrays([counted["place_id"].to_pandas(), counted["day"].to_numpy()])
    empty = np.flatnonzero(~wanted.isin(keys))
    ids = pa.array(list(place_ids), pa.string()).take(pa.array(empty // len(numbers)))
    zeros: dict[str, pa.Array] = {
        "place_id": ids,
        "day": pa.array(np.array(numbers)[empty % len(numbers)]),
        **{name: pa.array(np.zeros(len(empty), np.int64)) for name in COUNTS},
        **{name: pa.nulls(len(empty), pa.float64()) for name in DWELL},
    }
    for name, length in LISTS.items():
        ends = pa.array(np.arange(len(empty) + 1, dtype=np.int32) * length)
        zeros[name] = pa.ListArray.from_arrays(ends, pa.array(np.zeros(len(empty) * length, np.int64)))
    rest = pa.table(zeros)
    return pa.concat_tables([counted.select(rest.column_names).cast(rest.schema), rest])


def canonical(question: Question, answer: pa.Table) -> pa.Table:
    """The rows of an answer in one form.

    Returns:
        Sorted by `place_id` and `day`, only integers beside the id: `day` since 1970-01-01, dwell in microseconds,
        one column for each number of a list.
    """
    day = answer["day"].cast(pa.int32()) if pa.types.is_date32(answer["day"].type) else answer["day"]
    keys = pa.table({"place_id": answer["place_id"].cast(pa.string()), "day": day.cast(pa.int64())})
    order = pc.sort_indices(keys, [("place_id", "ascending"), ("day", "ascending")])
    columns = {name: keys[name].take(order) for name in keys.column_names}
    answer = answer.drop_columns(["place_id", "day"]).take(order)
    for name in ("pings",) if question == "join" else COUNTS:
        columns[name] = answer[name].cast(pa.int64())
    if question != "join":
        for name in DWELL:
            columns[name] = pc.round(pc.multiply(answer[name], 1e6)).cast(pa.int64())
        for name, length in LISTS.items():
            numbers = answer[name].combine_chunks().flatten().cast(pa.int64()).to_numpy()
            columns |= {f"{name}_{i}": pa.array(numbers.reshape(-1, length)[:, i]) for i in range(length)}
    return pa.table(columns)


def text(rows: pa.Table) -> bytes:
    """Canonical rows as lines of text, the first one with the names."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(rows, sink)
    return sink.getvalue()


def digest(rows: pa.Table) -> str:
    """The SHA-256 of canonical rows."""
    return hashlib.sha256(text(rows)).hexdigest()


def differences(ours: pa.Table, theirs: pa.Table, most: int = 3) -> str:
    """The first rows that stand in only one of two canonical tables, `-` ours, `+` theirs; empty if there are none."""
    header, *our_lines = text(ours).decode().splitlines()
    _, *their_lines = text(theirs).decode().splitlines()
    missing, more = _without(our_lines, their_lines), _without(their_lines, our_lines)
    lines = [f"- {line}" for line in missing[:most]] + [f"+ {line}" for line in more[:most]]
    if not lines and our_lines != their_lines:
        lines = [f"the same rows, {len(our_lines):,} and {len(their_lines):,} of them: some are repeated"]
    counts = f"{len(missing):,} rows are missing or other, {len(more):,} rows are there instead"
    return "\n".join([counts, f"  {header}", *lines]) if lines else ""


def _without(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [line for line in lines if line not in known]
