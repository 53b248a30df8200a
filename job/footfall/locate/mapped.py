"""Files of arrays that workers map into their memory, so that all of them share one copy."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa


def write_arrays(path: Path, arrays: Mapping[str, pa.Array], numbers: Mapping[str, int]) -> Path:
    """Write arrays and whole numbers, each by its name, as one Arrow file that `map_arrays` maps; returns its path."""
    lists = [pa.LargeListArray.from_arrays([0, len(array)], array) for array in arrays.values()]
    batch = pa.RecordBatch.from_arrays(lists, names=[*arrays])
    batch = batch.replace_schema_metadata({name: str(number) for name, number in numbers.items()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return path


def map_arrays(path: Path) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """Arrays and numbers of a file of `write_arrays`; the operating system shares its pages between processes."""
    batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    numbers = {name.decode(): int(number) for name, number in batch.schema.metadata.items()}
    return {name: batch.column(name).values for name in batch.schema.names}, numbers
