"""Files of pings in every format, and ways to damage them: the same damage for the same number.

`tests/hostile/ping_fuzz.py` reads many of them.
"""

import bz2
import gzip
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from footfall.clean import Rules, judge
from footfall.errors import FootfallError
from footfall.hints import Input, hints
from footfall.read.pings import PingInput, read_pings
from footfall.read.pings.rows import Rows, Unread
from footfall.runs.outcome import Funnel
from footfall.schema import REASONS, SOUND
from footfall.settings import Settings

NOW = datetime(2024, 1, 1, tzinfo=UTC)
LINES = (
    "a,2023-03-01T09:05:00Z,14.5,-90.5,x",
    '"b",2023-03-01 09:05:00,14.500000,-90.5,"y,""z"""',
    'c,1677661500,1e1,-9.05e1,"on\ntwo"',
    "550E8400-E29B-41D4-A716-446655440000,2023/03/01 9:05:00.123,1,2,",
    " NULL ,2023-03-01T09:05:00+05:30,0,0,é",
    "d,20230301090500,91,9,",
)
HEADER = "device,at,lat,lon,note"
TOKENS = (
    *(b"", b"\x00", b"\xff", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80", b"\x01\x00\x00\x00"),
    *(
        b"\n",
        b"\r",
        b"\r\n",
        b"  ",
        b"\t",
        b'"',
        b'""',
        b'"\n"',
        b",",
        b",,,,",
        b";",
        b"\xe9",
        b"\xef\xbb\xbf",
    ),
    *(b"\xff\xfe", b"PAR1", b"\x1f\x8b", b"9" * 400, b"," * 3000, b'"' * 999, b"x" * 70_000, b"\n" * 99),
    *b"null NaN inf -inf 1e999 -1 0 180.1 1_0 0x1 + - . e 24:00 2023-02-30 0000 99999 T Z +99:99 UTC".split(),
    *b"device at lat lon 1.0 007 {550e8400-e29b-41d4-a716-446655440000} 00000000000000000000000000000000".split(),
)
FORMATS = ("auto", "iso", "epoch_s", "epoch_ms", "dd/MM/yyyy HH:mm:ss", "yyyyMMddHHmmss", "yyyy-MM-dd h:mm a")
LETTERS = "yyyyMMddHHmmssSaEhKkDnXxzVOZGQ'[]/:- T{}#"


@dataclass(frozen=True)
class Whole:
    """A file of pings that can be read, and the settings that it needs."""

    path: Path
    settings: Mapping[str, Any] = field(default_factory=dict)


def whole_files(folder: Path) -> list[Whole]:
    """Write a small file of every format, and of every way of packing one."""
    return [*list(_texts(folder)) * 3, *_typed(folder)]  # text is read by more code than Arrow's files


def _texts(folder: Path) -> Iterator[Whole]:
    text = "\n".join([HEADER, *LINES * 3]).encode()
    for name, packed in (
        ("a.csv", text),
        ("crlf.csv", text.replace(b"\n", b"\r\n")),
        ("a.csv.gz", gzip.compress(text, mtime=0)),
        ("two.csv.gz", gzip.compress(text[:50], mtime=0) + gzip.compress(text[50:], mtime=0) + b"\0" * 9),
        ("a.csv.bz2", bz2.compress(text)),
        ("a.csv.zst", pa.compress(text, "zstd", asbytes=True)),
    ):
        (folder / name).write_bytes(packed)
        yield Whole(folder / name)
    (folder / "de.csv").write_text("device;at;lat;lon\na;01.03.2023 09:05;14,5;-90,5\n" * 2)
    yield Whole(folder / "de.csv", {"delimiter": ";", "decimal": ",", "time_format": "dd.MM.yyyy HH:mm"})
    (folder / "two.csv").write_text("device,d,t,lat,lon\na,2023-03-01,09:05,1,2\nb,20230301,9:05,1,2\n")
    yield Whole(folder / "two.csv", {"columns": {"date": "d", "time": "t"}})
    (folder / "wide.csv").write_text("device§at§lat§lon\na§2023-03-01 09:05§1§2\n")
    yield Whole(folder / "wide.csv", {"delimiter": "§"})


def _typed(folder: Path) -> Iterator[Whole]:
    n, one = 40, UUID(int=7).bytes
    at = pa.array([1_677_661_500_000_000 + i for i in range(n)], pa.timestamp("us", "UTC"))
    degrees = pa.array([14.5 + i / 1000 for i in range(n)])
    devices = {
        "text": pa.array([f"d{i}" for i in range(n)]),
        "words": pa.array(["a", "b"] * (n // 2)).dictionary_encode(),
        "number": pa.array(range(n), pa.int64()),
        "float": pa.array([float(i) for i in range(n)]),
        "uuid": pa.array([one] * n, pa.uuid()),
        "bytes": pa.array([one] * n, pa.binary(16)),
        "untyped": pa.array([one] * n, pa.binary()),
        "decimal": pa.array([Decimal(i) for i in range(n)]),
    }
    times = {
        "naive": at.cast(pa.timestamp("us")),
        "number": at.view(pa.int64()),
        "text": at.cast(pa.string()),
    }
    codecs = ("none", "snappy", "gzip", "brotli", "zstd", "lz4")
    options: dict[str, dict[str, Any]] = {codec: {"compression": codec} for codec in codecs}
    options["int96"] = {"use_deprecated_int96_timestamps": True}
    options["pages"] = {"data_page_version": "2.0", "row_group_size": 7, "data_page_size": 64}
    options["split"] = {"use_dictionary": False, "use_byte_stream_split": ["lat", "lon"]}
    options["delta"] = {"use_dictionary": False, "column_encoding": {"device": "DELTA_BYTE_ARRAY"}}
    tables = {f"device-{name}": ({"device": ids}, {}) for name, ids in devices.items()}
    tables |= {f"at-{name}": ({"at": column}, {}) for name, column in times.items()}
    tables |= {name: ({}, given) for name, given in options.items()}
    for name, (columns, given) in tables.items():
        usual = {"device": devices["text"], "at": at, "lat": degrees, "lon": degrees}
        pq.write_table(pa.table({**usual, **columns}), folder / f"{name}.parquet", **given)
        yield Whole(folder / f"{name}.parquet")


def write_damaged(whole: Whole, folder: Path, number: int) -> Whole:
    """Write a file again with the damage of this number, and choose how its times are said to be written."""
    rng = random.Random(f"{whole.path.name} {number}")  # noqa: S311
    content = whole.path.read_bytes()
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        content = _damaged(content, rng)
    path = folder / whole.path.name
    path.write_bytes(content)
    settings = dict(whole.settings)
    if rng.random() < 0.2:
        settings["time_format"] = rng.choice(FORMATS)
    elif rng.random() < 0.1:
        settings["time_format"] = "".join(rng.choices(LETTERS, k=rng.randrange(1, 24)))
    return Whole(path, settings)


def _damaged(content: bytes, rng: random.Random) -> bytes:
    header = content.find(b"\n") + 1 if content.startswith(b"device") and rng.random() < 0.9 else 0
    at = rng.randrange(header, len(content) + 1)
    if not header and rng.random() < 0.3:  # a footer or the end of a member
        at = max(0, len(content) - rng.randrange(1, 300))
    way, width = rng.randrange(6), rng.choice((1, 1, 2, 4, 8, 40))
    if way == 0:
        return content[:at]
    if way == 1:
        return content[:at] + content[at + width :]
    if way == 2:
        return content[:at] + rng.choice(TOKENS) + content[at:]
    if way == 3:
        return content[:at] + rng.choice(TOKENS) + content[at + width :]
    if way == 4:
        return content[:at] + bytes(rng.randbytes(width)) + content[at + width :]
    return content[:at] + content[max(0, at - width) : at] * rng.randrange(1, 9) + content[at:]


def outcome(whole: Whole) -> str:
    """`read`, or the name of the error by which the file is refused.

    Raises:
        Exception: Whatever else leaves the readers.
        AssertionError: A row is kept without all that a ping has.
    """
    try:
        settings = Settings.model_validate(
            {"pings": {"path": str(whole.path), **whole.settings}, "places": {"path": "p"}, "output": "o"}
        )
        found = read_pings(settings.pings, 1)
        _check_rows(settings, found)
    except FootfallError as error:
        if error.exit_code not in (2, 3, 4, 6) or not (error.what and error.where and error.fix):
            raise AssertionError(repr(error)) from error
        return type(error).__name__
    return "read"


def _check_rows(settings: Settings, found: PingInput) -> None:
    """Each row is kept with all that a ping has, or has a reason; and hints can be made of those."""
    rules, bad, n = Rules.of(settings, NOW), [], 0
    for rows in (each for task in found.tasks for each in task.read(rules.unread)):
        if not isinstance(rows, Rows):
            n += rows.rows if isinstance(rows, Unread) else 0
            continue
        n += len(rows)
        reasons = judge(rows, rules)
        kept = np.ones(len(rows), np.bool_) if reasons is None else reasons == SOUND
        for column in (rows.compared, rows.at, rows.lat, rows.lon):
            assert column.filter(pa.array(kept)).null_count == 0
        at = np.flatnonzero(~kept)
        raw, lines = rows.raw(at).to_pylist(), rows.line(at)
        assert all(line > 0 for line in lines)
        bad += [
            {"reason": REASONS[reasons[i]], "file": found.files[0].path, "raw": text}
            for i, text in zip(at.tolist(), raw, strict=True)
            if reasons is not None and reasons[i] < len(REASONS)
        ]
    assert all(task.rows is None for task in found.tasks) or n == found.rows
    if n % 8 == 0:  # they take longer than all else
        counts = Counter(dict.fromkeys(REASONS, 0))
        counts.update(row["reason"] for row in bad)
        hints(settings, Input(found.files, found.format, bad), Funnel(n, 0, dict(counts), 0, 0, 0, 0), NOW)
