r"""Reads pings from CSV.

Every data line is one row. Lines end with LF, CRLF or CR; a line break inside quotes is part of a row, where that is
whole within 64 KiB. Lines of white space only are no rows. The first other line of each file is its header. Text is
UTF-8; a byte that is not is written as `\xff`.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from footfall.read.pings.columns import mapped
from footfall.read.pings.csv.headers import Header, read_header
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.ranges import Range, RangeTask
from footfall.read.pings.files import DataFile
from footfall.read.pings.tasks import Plan, chunks, share
from footfall.schema import InputFile
from footfall.settings import PingSettings
from footfall.stores.questions import ask_each

LEAST_BYTES, MOST_BYTES = 1 << 24, 1 << 26
"""The least and most bytes of a task: worth its start, but not so long that other workers wait for it."""

BYTES_PER_PING = 60
"""A low estimate, from which the number of pings is estimated."""


def plan(files: Sequence[DataFile], pings: PingSettings, workers: int) -> Plan:
    """The plan to read CSV files; only their beginnings are read now.

    Args:
        files: The CSV files, packed by gzip, bzip2 or Zstandard or not at all.
        pings: Their columns, and how they are written.
        workers: How many tasks run at once.

    Raises:
        InputError: A file cannot be read, is not CSV, or lacks a mapped column or has it twice.
        InfrastructureError: A store does not answer.
    """
    is_far = any(file.local is None for file in files)
    headers = ask_each(partial(read_header, pings=pings), files, is_far=is_far)
    filled = [number for number, header in enumerate(headers) if header.has_rows]
    most = share(sum(files[number].bytes for number in filled), LEAST_BYTES, MOST_BYTES, workers)
    readers = {names: _reader(names, pings) for names in {headers[number].names for number in filled}}
    ranges = [
        each
        for number in filled
        for each in _ranges(files[number], number, headers[number], readers[headers[number].names], most)
    ]
    tasks = [RangeTask(tuple(some)) for some in chunks(ranges, [each.bytes for each in ranges], most)]
    tasks.sort(key=lambda task: -task.bytes)
    return Plan(
        files=tuple(InputFile(file.path, file.bytes, file.version) for file in files),
        tasks=tuple(tasks),
        empty=tuple(number for number, header in enumerate(headers) if not header.has_rows),
        row_estimate=sum(file.bytes for file in files) // BYTES_PER_PING,
    )


def _reader(names: tuple[str, ...], pings: PingSettings) -> LineReader:
    columns = {part: names.index(name) for part, name in mapped(pings.columns).items()}
    return LineReader(len(names), columns, pings)


def _ranges(file: DataFile, number: int, header: Header, reader: LineReader, most: int) -> Iterator[Range]:
    if header.packing is not None:
        yield Range(
            file, number, 0, header.end, header.end, file.bytes, header.lines + 1, reader, header.packing
        )
        return
    for range_number, begin in enumerate(range(header.end, file.bytes, most)):
        line = 1 if range_number else header.lines + 1
        yield Range(
            file, number, range_number, header.end, begin, min(begin + most, file.bytes), line, reader
        )
