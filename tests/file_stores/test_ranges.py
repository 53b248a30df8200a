"""Ranges of bytes: joined where they are near, and on their way before they are needed."""

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall import stores
from footfall.errors import InputError
from footfall.stores.errors import changed
from footfall.stores.ranges import Range, RangedFile, coalesced, fetch

CONTENT = bytes(range(100))


class Far:
    """A far file that notes what it is asked, and whose bytes can be found again."""

    is_far: ClassVar[bool] = True

    def __init__(self, content: bytes, before: Callable[[Range], object] = lambda asked: None) -> None:
        self.content, self.size, self.before = content, len(content), before
        self.asked: list[Range] = []

    def read(self, begin: int, length: int) -> memoryview:
        """A view of the content."""
        self.asked.append((begin, length))
        self.before((begin, length))
        return memoryview(self.content)[begin : begin + length]

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize(
    ("ranges", "joined"),
    [
        ([], []),
        ([(0, 10), (10, 10)], [(0, 20)]),
        ([(0, 10), (15, 5)], [(0, 20)]),  # a gap of five is read with them
        ([(0, 10), (16, 5)], [(0, 10), (16, 5)]),  # one of six is not
        ([(40, 5), (0, 10), (12, 3)], [(0, 15), (40, 5)]),  # in any order
        ([(0, 10), (2, 3)], [(0, 10)]),  # one within another
        ([(0, 10), (5, 10)], [(0, 15)]),  # overlapping
        ([(0, 20), (20, 11)], [(0, 20), (20, 11)]),  # together they are too much
        ([(0, 50), (50, 1)], [(0, 50), (50, 1)]),  # one that is too much by itself stays whole
    ],
)
def test_near_ranges_are_joined(ranges: list[Range], joined: list[Range]) -> None:
    """At most five bytes are between them, and thirty in one."""
    assert coalesced(ranges, gap=5, most=30) == joined


def test_ranges_come_in_order(tmp_path: Path) -> None:
    """Of a far file and of one of this machine alike."""
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    ranges = [(begin, 7) for begin in range(90, -1, -10)]
    for file in (Far(CONTENT), stores.of(str(path)).open(str(path), 100, None)):
        assert [bytes(each) for each in fetch(file, ranges)] == [CONTENT[b : b + 7] for b, _ in ranges]


def test_far_ranges_are_on_their_way_together() -> None:
    """Three requests wait for each other, which they only can at once."""
    barrier = Barrier(3)
    file = Far(CONTENT, lambda asked: barrier.wait(10))
    assert [bytes(each) for each in fetch(file, [(0, 1), (1, 1), (2, 1)], 3)] == [b"\x00", b"\x01", b"\x02"]


def test_no_more_is_fetched_than_is_soon_needed() -> None:
    """Three beside the one that is used, of a hundred."""
    file = Far(CONTENT)
    coming = fetch(file, [(begin, 1) for begin in range(100)], at_once=3)
    next(coming)
    coming.close()
    assert len(file.asked) <= 4


def test_what_fails_ahead_is_raised_where_it_is_needed() -> None:
    """Not before: what came before it is whole."""

    def fail(asked: Range) -> None:
        if asked == (1, 1):
            raise changed("s3://lake/a")

    coming = fetch(Far(CONTENT, fail), [(0, 1), (1, 1), (2, 1)])
    assert bytes(next(coming)) == b"\x00"
    with pytest.raises(InputError, match="changed"):
        next(coming)


def test_what_is_expected_comes_in_joined_requests() -> None:
    """It is read as it lies in the file, also what nobody expected, and what lies in two requests."""
    far = Far(CONTENT)
    with RangedFile(far) as file:
        file.expect([(10, 5), (17, 3), (40, 20)], gap=2, most=10)
        file.seek(10)
        assert bytes(file.read(5)) == CONTENT[10:15]
        file.seek(17)
        assert bytes(file.read(3)) == CONTENT[17:20]
        file.seek(38)
        assert bytes(file.read(14)) == CONTENT[38:52]
        assert bytes(file.read(4)) == CONTENT[52:56]
        file.seek(-4, 2)
        assert (file.tell(), bytes(file.read())) == (96, CONTENT[96:])
    assert sorted(far.asked) == [(10, 10), (38, 2), (40, 10), (50, 10), (96, 4)]


def test_columns_that_are_read_side_by_side_come_side_by_side() -> None:
    """The first part of each before the second of any."""
    far = Far(CONTENT)
    with RangedFile(far, at_once=1) as file:
        file.expect([(0, 20), (50, 20)], gap=0, most=10)
        file.read(1)
        file.seek(60)
        file.read(1)
    assert far.asked == [(0, 10), (50, 10), (10, 10), (60, 10)]


def test_no_more_is_held_than_is_allowed() -> None:
    """What was read makes room for what is expected next; what is needed at once comes all the same."""
    far = Far(CONTENT)
    with RangedFile(far, held=20) as file:
        file.expect([(begin, 10) for begin in range(0, 100, 10)], gap=-1, most=10)
        file.read(10)
        file.seek(90)
        file.read(10)
        before = list(far.asked)
    assert sorted(before)[:3] == [(0, 10), (10, 10), (20, 10)]
    assert (90, 10) in before
    assert (70, 10) not in before


def table(rows: int) -> pa.Table:
    """Columns of which only some are read."""
    numbers = np.random.default_rng(1).random(rows)
    return pa.table({"lon": numbers, "note": [f"note {n}" for n in range(rows)], "lat": -numbers})


def opened(far: Far, columns: list[str]) -> tuple[pq.ParquetFile, RangedFile]:
    """A Parquet file whose columns are expected, row group by row group."""
    source = RangedFile(far)
    parquet = pq.ParquetFile(source, pre_buffer=False)
    footer = parquet.metadata
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        there = [group.column(at) for at in range(group.num_columns)]
        wanted = [each for each in there if each.path_in_schema in columns]
        first = [each.dictionary_page_offset or each.data_page_offset for each in wanted]
        source.expect(
            [(at, each.total_compressed_size) for at, each in zip(first, wanted, strict=True)], gap=100
        )
    return parquet, source


@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_arrow_reads_parquet_from_it(compression: str) -> None:
    """The same rows as from a file; only the columns that were expected were asked for, and the footer."""
    content = pa.BufferOutputStream()
    pq.write_table(table(10_000), content, row_group_size=4000, compression=compression)
    far = Far(content.getvalue().to_pybytes())
    parquet, source = opened(far, ["lon", "lat"])
    batches = list(parquet.iter_batches(3000, columns=["lon", "lat"], use_threads=False))
    assert pa.Table.from_batches(batches).combine_chunks() == table(10_000).select(["lon", "lat"])
    source.close()
    assert len(far.asked) == 7  # the footer, and two columns of three groups
    assert len(set(far.asked)) == 7


def test_arrow_gets_the_very_bytes_that_came() -> None:
    """A copy of each column would cost as much as to read it."""
    far = Far(CONTENT)
    with RangedFile(far) as file:
        file.expect([(10, 50)])
        source = pa.PythonFile(file, mode="r")
        source.seek(20)
        read = source.read_buffer(30)
        assert read.to_pybytes() == CONTENT[20:50]
        assert read.address == pa.py_buffer(CONTENT).address + 20


def test_an_error_passes_through_arrow_as_it_is() -> None:
    """What was wrong with the file is what the caller is told."""
    content = pa.BufferOutputStream()
    pq.write_table(table(10_000), content)
    whole = content.getvalue().to_pybytes()

    def fail(asked: Range) -> None:
        if asked[0] < 100:
            raise changed("s3://lake/a.parquet")

    parquet, source = opened(Far(whole, fail), ["lon"])
    with pytest.raises(InputError, match="The file was changed") as caught:
        list(parquet.iter_batches(columns=["lon"], use_threads=False))
    assert caught.value.where == "s3://lake/a.parquet"
    source.close()


def test_a_file_that_is_closed_waits_for_nothing() -> None:
    """What was not begun is not fetched any more."""
    barrier = Barrier(2)

    def wait(asked: Range) -> None:
        try:
            barrier.wait(0.2)
        except BrokenBarrierError:
            return

    far = Far(CONTENT, wait)
    file = RangedFile(far, at_once=1)
    file.expect([(begin, 1) for begin in range(0, 100, 10)], gap=0)
    file.close()
    assert len(far.asked) <= 1
