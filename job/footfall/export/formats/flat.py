"""Turns lists into columns of single numbers, for formats without lists."""

import pyarrow as pa
import pyarrow.compute as pc

from footfall.periods.columns import OFTEN, PERIOD_MEASURES
from footfall.schema import DWELL_BUCKETS, MEASURES

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_ENDS = {
    "visits_by_hour": [f"{hour:02}" for hour in range(24)],
    "dwell_buckets": [
        f"{bucket.replace('<', 'under ').replace('>', 'over ').replace('-', ' to ')}".replace(" ", "_")
        for bucket in DWELL_BUCKETS
    ],
    "visits_by_weekday_hour": [f"{day}_{hour:02}" for day in _WEEKDAYS for hour in range(24)],
    "devices_by_days": [days.replace(" ", "_") for days in OFTEN],
}
"""The endings of the columns of a list: the hour, minutes of dwell, weekday and hour, or number of days."""

_MEASURES = sorted({each.name for each in (*MEASURES, *PERIOD_MEASURES)}, key=len, reverse=True)


def flat(table: pa.Table) -> pa.Table:
    """The table with a column for each number of each list, such as `visits_by_hour_08` or `dwell_buckets_5_to_10`.

    A list whose length depends on settings becomes one column of text, such as `[3,1]`.
    """
    columns: dict[str, pa.ChunkedArray] = {}
    for field, column in zip(table.schema, table.columns, strict=True):
        if not pa.types.is_list(field.type):
            columns[field.name] = column
            continue
        ends = _ENDS.get(next(name for name in _MEASURES if field.name.startswith(name)))
        if ends is None:
            columns[field.name] = pa.chunked_array([_as_text(chunk) for chunk in column.chunks], pa.string())
            continue
        for at, end in enumerate(ends):
            columns[f"{field.name}_{end}"] = pc.list_element(column, at)
    return pa.table(columns)


def flat_schema(schema: pa.Schema) -> pa.Schema:
    """The schema of the result of `flat` for a table of this schema."""
    return flat(schema.empty_table()).schema


def _as_text(lists: pa.Array) -> pa.Array:
    return pa.array(
        [None if each is None else f"[{','.join(map(str, each))}]" for each in lists.to_pylist()], pa.string()
    )
