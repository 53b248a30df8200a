"""Rows that could not be read, and whether other settings would read them."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from footfall.clean import Rules, judge
from footfall.read.pings.columns import mapped
from footfall.read.pings.csv.batches import BlockReader
from footfall.read.pings.csv.headers import read_header
from footfall.read.pings.csv.lines import LineReader, fields_of
from footfall.read.pings.files import DataFile
from footfall.read.pings.rows import Rows
from footfall.schema import OTHER_DAY, SOUND, InputFile
from footfall.settings import JobSettings, PingSettings

MOST = 50
"""Rows of each reason that are tried."""


@dataclass(frozen=True)
class Sample:
    """Some rows that were quarantined for one reason, all of one file.

    Args:
        reason: The reason.
        names: The names of the columns.
        rows: The text of each row, as CSV.
    """

    reason: str
    names: tuple[str, ...]
    rows: tuple[str, ...]

    def readable(self, settings: JobSettings, now: datetime) -> int:
        """The number of rows that these settings can read."""
        names = mapped(settings.pings.columns)
        columns = {part: self.names.index(name) for part, name in names.items()}
        blocks = BlockReader(0, 0, LineReader(len(self.names), columns, settings.pings))
        rules, text = Rules.of(settings, now), "\n".join(self.rows).encode()
        read = [*blocks.read(text + b"\n"), *blocks.finish(b"")]
        return sum(_readable(rows, rules) for rows in read)

    def values(self, pings: PingSettings, *parts: str) -> list[str]:
        """The text of those of these columns that are mapped, with a space between them, in each whole row."""
        names = mapped(pings.columns)
        columns = [self.names.index(names[part]) for part in parts if part in names]
        fields = [fields_of(row, pings.delimiter) or [] for row in self.rows]
        whole = (row for row in fields if len(row) == len(self.names))
        return [" ".join(row[column].strip() for column in columns) for row in whole]


def samples_of(
    rows: Sequence[Mapping[str, Any]], files: Sequence[InputFile], kind: str, pings: PingSettings
) -> Iterator[Sample]:
    """A sample for each reason, of the file that has most of its rows.

    Args:
        rows: Quarantined rows with `reason`, `file` and `raw`.
        files: The input.
        kind: Its format; rows of other formats than CSV are JSON of the mapped columns.
        pings: The settings of the pings.

    Raises:
        InputError: A file was changed, or is missing.
    """
    by_path = {file.path: file for file in files}
    for reason in dict.fromkeys(row["reason"] for row in rows):
        of_reason = [row for row in rows if row["reason"] == reason and row["raw"]]
        if not of_reason:
            continue
        ((path, _),) = Counter(row["file"] for row in of_reason).most_common(1)
        raw = [row["raw"] for row in of_reason if row["file"] == path][:MOST]
        if kind == "csv":
            file = by_path[path]
            header = read_header(DataFile(path, file.bytes, listed=False, version=file.version), pings)
            yield Sample(reason, header.names, tuple(raw))
        else:
            yield _of_json(reason, raw, pings.delimiter)


def _of_json(reason: str, raw: Sequence[str], delimiter: str) -> Sample:
    objects = [json.loads(each) for each in raw]
    return Sample(reason, tuple(objects[0]), tuple(_line(each.values(), delimiter) for each in objects))


def _line(values: Any, delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(values)
    return text.getvalue()


def _readable(rows: Rows, rules: Rules) -> int:
    reasons = judge(rows, rules)
    if reasons is None:
        return len(rows)
    return int(np.count_nonzero((reasons == SOUND) | (reasons == OTHER_DAY)))
