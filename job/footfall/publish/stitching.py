"""Several pieces of a day made into one file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.publish.writing import OPTIONS, ROW_GROUP
from footfall.schema_version import FOOTER


def stitch(pieces: Sequence[Path], whole: Path, schema: pa.Schema) -> None:
    """Write the rows of all pieces, one after the other, into one file, as if one worker had written them."""
    with pq.ParquetWriter(whole, schema, **OPTIONS) as file:
        for table in _groups(pieces, schema):
            file.write_table(table, row_group_size=ROW_GROUP)
        file.add_key_value_metadata(FOOTER)


def _groups(pieces: Sequence[Path], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows in tables of ROW_GROUP rows; the last has the rest."""
    waiting = schema.empty_table()
    for piece in pieces:
        for batch in pq.ParquetFile(piece).iter_batches(ROW_GROUP):
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(schema)])
            while len(waiting) >= ROW_GROUP:
                yield waiting[:ROW_GROUP]
                waiting = waiting[ROW_GROUP:]
    if len(waiting):
        yield waiting
