"""Files that carry the rows of parts: what is held is bounded, and what is read is mapped."""

from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest

from footfall.engines.embedded.part_files import PartFile, read_part

from .stages import DEALT, dealt


def written(path: Path, limit: int, batches: int) -> dict[int, list[tuple[int, int]]]:
    """Write batches with a row of part 1 and one of part 0, of a kB each; gives the byte ranges of each part."""
    with path.open("wb") as file:
        made = PartFile(file, DEALT, limit)
        for number in range(batches):
            made.add(dealt([(1, 10 + number), (0, number)], load=1000))
        made.flush()
    return made.ranges


@pytest.mark.parametrize(("limit", "flushes"), [(1 << 20, 1), (5000, 2), (1, 6)])
def test_what_passes_the_limit_is_written(tmp_path: Path, limit: int, flushes: int) -> None:
    """Six batches of about 2 kB: all at once, three by three, or one by one; no row is lost."""
    path = tmp_path / "0"
    ranges = written(path, limit, 6)
    assert {part: len(some) for part, some in ranges.items()} == {0: flushes, 1: flushes}
    assert all(begin % 64 == 0 for some in ranges.values() for begin, _ in some)
    for part, values in ((0, range(6)), (1, range(10, 16))):
        rows = [row for batch in read_part([(str(path), ranges[part])], DEALT) for row in batch.to_pylist()]
        assert [(row["part"], row["value"]) for row in rows] == [(part, value) for value in values]
        assert {len(row["load"]) for row in rows} == {1000}


def test_rows_are_mapped_and_not_copied(tmp_path: Path) -> None:
    """A part may be larger than the memory of a worker."""
    path = tmp_path / "0"
    ranges = written(path, 1 << 20, 2)
    before = pa.total_allocated_bytes()
    (batch,) = read_part([(str(path), ranges[0])], DEALT)
    assert batch.nbytes > 2000
    assert pa.total_allocated_bytes() - before < 1000


def test_nothing_is_written_of_nothing() -> None:
    """Not even an empty batch."""
    file = BytesIO()
    made = PartFile(file, DEALT, 1)
    made.add(dealt([]))
    made.flush()
    assert (made.ranges, file.getvalue()) == ({}, b"")
