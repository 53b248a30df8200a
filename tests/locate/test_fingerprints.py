"""Fingerprints of device ids against the published MurmurHash3."""

from random import Random

import pyarrow as pa
import pytest

from footfall.shuffle.fingerprints import fingerprints

WORD = 2**64 - 1

# MurmurHash3_x64_128, seed 0: what other implementations give, as hexadecimal digits of the two words.
PUBLISHED = {
    "": ("0000000000000000", "0000000000000000"),
    "hello": ("cbd8a7b341bd9b02", "5b1e906a48ae1d19"),
    "hello, world": ("342fac623a5ebc8e", "4cdcbc079642414d"),
    "19 Jan 2038 at 3:14:07 AM": ("b89e5988b737affc", "664fc2950231b2cb"),
    "The quick brown fox jumps over the lazy dog.": ("cd99481f9ee902c9", "695da1a38987b6e7"),
}


def murmur3(data: bytes) -> tuple[int, int]:
    """The published algorithm in whole numbers, seed 0: blocks of 16 bytes, a tail, and a finish."""
    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F

    def turned(number: int, by: int) -> int:
        return (number << by | number >> (64 - by)) & WORD

    def finished(number: int) -> int:
        for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
            number = (number ^ number >> 33) * factor & WORD
        return number ^ number >> 33

    h1 = h2 = 0
    blocks = len(data) // 16
    for i in range(blocks):
        k1, k2 = (int.from_bytes(data[16 * i + 8 * j : 16 * i + 8 * j + 8], "little") for j in (0, 1))
        h1 ^= turned(k1 * c1 & WORD, 31) * c2 & WORD
        h1 = ((turned(h1, 27) + h2) * 5 + 0x52DCE729) & WORD
        h2 ^= turned(k2 * c2 & WORD, 33) * c1 & WORD
        h2 = ((turned(h2, 31) + h1) * 5 + 0x38495AB5) & WORD
    tail = data[16 * blocks :]
    k1, k2 = int.from_bytes(tail[:8], "little"), int.from_bytes(tail[8:], "little")
    h1 ^= turned(k1 * c1 & WORD, 31) * c2 & WORD  # of no bytes: nothing
    h2 ^= turned(k2 * c2 & WORD, 33) * c1 & WORD
    h1, h2 = h1 ^ len(data), h2 ^ len(data)
    h1 = (h1 + h2) & WORD
    h2 = (h2 + h1) & WORD
    h1, h2 = finished(h1), finished(h2)
    h1 = (h1 + h2) & WORD
    return h1, (h2 + h1) & WORD


def prints(devices: pa.Array) -> list[tuple[int, int]]:
    """The fingerprints as pairs of numbers."""
    return list(zip(*(column.tolist() for column in fingerprints(devices)), strict=True))


def texts(longest: int) -> list[bytes]:
    """A text of every length, of bytes of every value."""
    random = Random(1)  # noqa: S311
    return [random.randbytes(length) for length in range(longest + 1)]


@pytest.mark.parametrize("text", PUBLISHED)
def test_fingerprints_are_those_of_other_implementations(text: str) -> None:
    """The empty text, a tail alone, and blocks with a tail of every kind."""
    expected = tuple(int(word, 16) for word in PUBLISHED[text])
    assert prints(pa.array([text])) == [expected]
    assert murmur3(text.encode()) == expected


def test_each_length_of_tail_follows_the_published_algorithm() -> None:
    """0 to 16 bytes after no block, one and more; bytes above 127 as well."""
    data = texts(80)
    assert prints(pa.array(data, pa.binary())) == [murmur3(text) for text in data]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()])
def test_slices_and_long_offsets_are_read_from_where_they_begin(kind: pa.DataType) -> None:
    """A batch that Spark cut has its texts in the middle of a buffer."""
    names = ["", "a", "gerät-7", "e1f3a2c4-77aa-4c1b-9f00-2d2d2d2d2d2d", "東京", "last"]
    array = pa.array([name.encode() for name in names], pa.binary()).cast(kind)
    expected = [murmur3(name.encode()) for name in names]
    assert prints(array) == expected
    assert prints(array.slice(2, 3)) == expected[2:5]
    assert prints(array.slice(3).slice(1)) == expected[4:]
    assert prints(array.filter(pa.array([False, True] * 3))) == expected[1::2]


@pytest.mark.parametrize("array", [pa.array([], pa.string()), pa.array(["a"]).slice(1), pa.array(["", ""])])
def test_no_texts_and_no_bytes_are_no_error(array: pa.Array) -> None:
    """As many fingerprints as texts; the empty text has the fingerprint zero."""
    assert prints(array) == [(0, 0)] * len(array)
