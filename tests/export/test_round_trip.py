"""A property: CSV and GeoParquet that are read back hold the rows that were published, and nothing else."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.compare import open_days
from footfall.export import FORMATS, NO_PLACES, Target, Wanted, long_rows, published_days, select, write
from footfall.schema import FOOTFALL, MEASURES
from footfall.settings import Catalog
from tests.export.town import publish

COUNTS = st.integers(0, 2**40)
DWELL = st.none() | st.floats(0, 1e6, allow_nan=False)
IDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of one day: ids of any letters, some rows suppressed."""
    found = []
    for place_id in draw(st.lists(IDS, min_size=1, max_size=4, unique=True)):
        if draw(st.booleans()):
            found.append({"place_id": place_id, "suppressed": True})
            continue
        counts = {name: draw(COUNTS) for name in ("pings", "devices", "visits", "single_ping_visits")}
        dwell = {f"dwell_seconds_p{part}": draw(DWELL) for part in (25, 50, 75)}
        lists = {
            name: draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)) for name, n in WIDTHS.items()
        }
        found.append({"place_id": place_id, "suppressed": False, **counts, **dwell, **lists})
    return found


NOT_ASKED_FOR = [column.name for column in MEASURES if column.is_optional]
WIDTHS = {"visits_by_hour": 24, "dwell_buckets": 7}
HOURS = [f"visits_by_hour_{hour:02}" for hour in range(24)]
BUCKETS = [
    f"dwell_buckets_{minutes}"
    for minutes in ("under_5", "5_to_10", "11_to_20", "21_to_60", "61_to_120", "121_to_240", "over_240")
]


def read_back(file: Path) -> list[dict[str, Any]]:
    """The rows of CSV by DuckDB, with the lists put together again."""
    types = "{'place_id': 'VARCHAR', 'day': 'DATE', 'suppressed': 'BOOLEAN'}"
    query = (
        f"SELECT * FROM read_csv('{file}', header=true, nullstr='', allow_quoted_nulls=false, types={types})"  # noqa: S608 (a file of this test)
    )
    answer = duckdb.sql(query)
    found = []
    for values in answer.fetchall():
        row = dict(zip(answer.columns, values, strict=True))
        for name, columns in (("visits_by_hour", HOURS), ("dwell_buckets", BUCKETS)):
            numbers = [row.pop(column) for column in columns]
            row[name] = None if numbers[0] is None else [int(number) for number in numbers]
        found.append(row)
    return found


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with numbers alike, whole or not."""
    return {name: float(each) if isinstance(each, int) else each for name, each in row.items()}


@settings(max_examples=25, deadline=None)
@given(first=rows(), second=rows())
def test_what_is_read_back_is_what_was_published(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    """Whatever the ids, with nulls where the row was suppressed, and zeros where there was nobody."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        by_day = {"2023-03-01": first, "2023-03-02": second}
        published = published_days(open_days(str(publish(folder / "out", by_day)), Catalog(), {}))
        selection = select(published, Wanted(None, None))
        for file, form in ((folder / "counts.csv", "csv"), (folder / "counts.parquet", "geoparquet")):
            target = Target(file, FORMATS[form])
            with (folder / "nothing").open("wb") as nothing:
                write(long_rows(selection, NO_PLACES), target, nothing)
        dated = [{**row, "day": date.fromisoformat(day)} for day, rows in by_day.items() for row in rows]
        expected = pa.Table.from_pylist(dated, FOOTFALL).drop_columns(NOT_ASKED_FOR)
        assert [plain(row) for row in read_back(folder / "counts.csv")] == [
            {name: plain(row)[name] for name in read_back(folder / "counts.csv")[0]}
            for row in expected.to_pylist()
        ]
        stored = pq.read_table(folder / "counts.parquet", partitioning=None).drop_columns(
            ["bbox", "geometry"]
        )
        assert stored.to_pylist() == expected.to_pylist()
