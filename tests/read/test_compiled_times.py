"""Compiled code reads a time as Python does, or leaves it to Python."""

from random import Random

import numpy as np
import pytest
from tests.read.spellings import EPOCHS, ISO, NO_TIMES
from tests.read.test_patterns import READ

from footfall.read.pings.times import kernel
from footfall.read.pings.times.dates import UNKNOWN
from footfall.read.pings.times.moments import Moment
from footfall.read.pings.times.texts import reader, steps_of_format

SOUND = {
    "dd/MM/yyyy HH:mm:ss": ["01/03/2023 09:05:00", "29/02/2024 23:59:59"],
    "yyyyMMddHHmmssSSS": ["20230301090500123", "202303010905001"],
    "'At' yyyy-MM-dd'T'HH:mm:ss.SSSSSS": ["At 2023-03-01T09:05:00.123456", "at 2023-03-01t09:05:00.5"],
}


def compiled(texts: list[str], time_format: str) -> list[Moment | None]:
    """What compiled code reads; None where it leaves the text to Python."""
    encoded = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)])
    micros, is_wall = np.empty(len(texts), np.int64), np.empty(len(texts), np.bool_)
    style = kernel.STYLES.get(time_format, kernel.PATTERN)
    data = np.frombuffer(b"".join(encoded), np.uint8)
    kernel.moments(data, offsets, style, steps_of_format(time_format), micros, is_wall)
    read = zip(micros.tolist(), is_wall.tolist(), strict=True)
    return [None if at == UNKNOWN else Moment(at, wall) for at, wall in read]


def faulty(texts: list[str], count: int) -> list[str]:
    """So many texts with up to three characters too many, too few or other ones."""
    random, found = Random(11), []  # noqa: S311
    for _ in range(count):
        text = random.choice(texts)
        for _ in range(random.randrange(4)):
            at, width = random.randrange(len(text) + 1), random.randrange(2)
            text = text[:at] + random.choice(["", *" .-+:/0123459TZ"]) + text[at + width :]
        found.append(text.strip() or "0")
    return found


@pytest.mark.parametrize("time_format", kernel.STYLES)
def test_compiled_code_never_reads_another_time(time_format: str) -> None:
    """Of all spellings and of three thousand with faults; those that are frequent it does read."""
    texts = [text.strip() for text in [*ISO, *EPOCHS, *NO_TIMES]]
    texts += faulty(texts, 3000)
    found, read = compiled(texts, time_format), reader(time_format)
    different = [
        (text, moment, read(text))
        for text, moment in zip(texts, found, strict=True)
        if moment is not None and moment != read(text)
    ]
    assert different == []
    assert sum(moment is not None for moment in found) > 100


@pytest.mark.parametrize("pattern", SOUND)
def test_compiled_code_never_reads_another_time_by_a_pattern(pattern: str) -> None:
    """Where a pattern is all digits and signs."""
    texts = SOUND[pattern] + faulty(SOUND[pattern], 3000)
    found, read = compiled(texts, pattern), reader(pattern)
    assert found[0] == read(texts[0]) is not None
    different = [
        (text, moment, read(text))
        for text, moment in zip(texts, found, strict=True)
        if moment is not None and moment != read(text)
    ]
    assert different == []


def test_python_and_compiled_code_agree_on_the_table_of_patterns() -> None:
    """Each pattern with its text; most with letters in their results are left to Python."""
    for pattern, text, _ in READ:
        (found,) = compiled([text.strip()], pattern)
        assert found is None or found == reader(pattern)(text.strip()), (pattern, text)


@pytest.mark.parametrize(
    "frequent",
    [
        "2023-03-01T09:05:00Z",
        "2023-03-01 09:05:00",
        "2023-03-01 09:05",
        "2023-03-01T09:05:00.123Z",
        "2023-03-01T09:05:00.123456+00:00",
        "2023-03-01 09:05:00 -0530",
        "2023/03/01 09:05:00+01",
        "1677661500",
        "1677661500123",
    ],
)
def test_what_is_frequent_is_read_by_compiled_code(frequent: str) -> None:
    """Python takes thirty times as long."""
    (found,) = compiled([frequent], "auto")
    assert found is not None
    assert found == reader("auto")(frequent)
