"""Puts the pings of one part in order: those of a device in a place together, by instant and coordinates.

A hash of device and place puts them first into stacks that fit into a core's first cache, then within each stack into
heaps of a few pings, which are sorted.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.aggregate.room import Room
from footfall.compiled import kernel, part
from footfall.shuffle.records import PING, WORDS, Longs, Records

Words = npt.NDArray[np.int64]
"""Records as rows of WORDS numbers: the instant, two that are device and place, and the coordinates."""

AT, WHO, WHERE, SPOT = range(WORDS)

_FEW, _STACK, _HEAP = 24, 512, 4
"""So many pings are sorted by insertion, at most, and are in a stack or in a heap, about."""

_LARGE = 20_000
"""Pings of a piece from which its pings go to stacks without a copy of the piece."""

_GOLDEN = 0x9E3779B97F4A7C15


def in_order(pings: Sequence[Records], room: Room) -> Words:
    """All PING records as words, those of a device in a place side by side, sorted by instant and coordinates.

    Args:
        pings: PING, in any order, in one piece or several.
        room: What memory there is.
    """
    size = sum(map(len, pings))
    pieces = [as_words(each) for each in pings]
    if size < len(pieces) * _LARGE:  # a call for each of many small pieces would take longer than their copy
        pieces = [np.concatenate(pieces, out=_words(size, room))]
    bits = max(1, (size // _STACK).bit_length())
    counts = np.zeros(2**bits, np.int64)
    for piece in pieces:
        _count(piece, bits, counts)
    ends = np.cumsum(counts)
    stacked, following = _words(size, room), ends - counts
    for piece in pieces:
        _fill_stacks(piece, bits, following, stacked)
    most = int(counts.max())
    _sort(stacked, ends, bits, _words(most, room), np.empty(3 + 2 * (most // _HEAP), np.int64))
    return stacked


def _words(size: int, room: Room) -> Words:
    """Memory for so many PING records."""
    found: Words = room.array(size, PING).view(np.int64).reshape(-1, WORDS)
    return found


def as_words(pings: Records) -> Words:
    """PING records as rows of numbers, in the same memory."""
    return np.ascontiguousarray(pings).view(np.int64).reshape(-1, WORDS)


@part
def _hash(pings: Words, i: int) -> Any:
    """64 bits of which the upper ones depend on all of device and place."""
    row = np.uintp(i)
    return np.uint64(pings[row, WHO] ^ pings[row, WHERE]) * np.uint64(_GOLDEN)


@kernel("i8[,] i8 i8[]!")
def _count(pings: Words, bits: int, counts: Longs) -> None:
    """Count how many pings go to each stack."""
    shift = np.uint64(64 - bits)
    for i in range(len(pings)):
        counts[np.int64(_hash(pings, i) >> shift)] += 1


@kernel("i8[,] i8 i8[]! i8[,]!")
def _fill_stacks(pings: Words, bits: int, following: Longs, out: Words) -> None:
    """Copy each ping to its stack; `following` holds where the next one of each stack goes."""
    shift = np.uint64(64 - bits)
    for i in range(len(pings)):
        stack = np.int64(_hash(pings, i) >> shift)
        _copy(pings, i, out, following[stack])
        following[stack] += 1


@part
def _copy(pings: Words, i: int, out: Words, to: int) -> None:
    # Numbers without a sign cannot count from the end: compiled code asks for no such case.
    source, target = np.uintp(i), np.uintp(to)
    for word in range(WORDS):
        out[target, np.uintp(word)] = pings[source, np.uintp(word)]


@part
def _before(a: Words, i: int, b: Words, j: int) -> Any:
    """Whether a ping comes before another one."""
    one, other = np.uintp(i), np.uintp(j)
    if a[one, WHO] != b[other, WHO]:
        return a[one, WHO] < b[other, WHO]
    if a[one, WHERE] != b[other, WHERE]:
        return a[one, WHERE] < b[other, WHERE]
    if a[one, AT] != b[other, AT]:
        return a[one, AT] < b[other, AT]
    return a[one, SPOT] < b[other, SPOT]


@kernel("i8[,]! i8[] i8 i8[,]! i8[]!")
def _sort(pings: Words, ends: Longs, bits: int, spare: Words, heaps: Longs) -> None:
    """Sort each stack: split it into heaps, and sort these, few pings by insertion, many by merging sorted fews."""
    start = 0
    for end in ends:
        size = end - start
        finer = 1
        while (_HEAP << finer) < size:
            finer += 1
        up, down = np.uint64(bits), np.uint64(64 - finer)
        heaps[: (1 << finer) + 1] = 0
        for i in range(start, end):
            heaps[int((_hash(pings, i) << up) >> down) + 1] += 1
        for heap in range(1 << finer):
            heaps[heap + 1] += heaps[heap]
        for i in range(start, end):
            heap = int((_hash(pings, i) << up) >> down)
            _copy(pings, i, spare, heaps[heap])
            heaps[heap] += 1
        low = 0
        for heap in range(1 << finer):
            high = heaps[heap]
            if high - low <= _FEW:
                _insert(spare, low, high, pings, start)
            else:
                _merge_all(spare, low, high, pings, start)
            low = high
        start = int(end)


@part
def _insert(pings: Words, low: int, high: int, out: Words, to: int) -> None:
    """Copy some pings to the same numbers from `to` on, each where it belongs among those before it."""
    for i in range(low, high):
        j = to + i
        while j > to + low and _before(pings, i, out, j - 1):
            _copy(out, j - 1, out, j)
            j -= 1
        _copy(pings, i, out, j)


@part
def _merge_all(pings: Words, low: int, high: int, out: Words, to: int) -> None:
    """As `_insert`, of many pings: sorted fews are merged, from one memory into the other and back."""
    for few in range(low, high, _FEW):
        _insert(pings, few, min(few + _FEW, high), out, to)
    width = _FEW
    while width < high - low:
        for i in range(low, high):
            _copy(out, to + i, pings, i)
        for left in range(low, high, 2 * width):
            _merge(pings, left, min(left + width, high), min(left + 2 * width, high), out, to)
        width *= 2


@part
def _merge(pings: Words, low: int, middle: int, high: int, out: Words, to: int) -> None:
    """Copy two sorted neighbours as one."""
    left, right = low, middle
    for i in range(to + low, to + high):
        if left < middle and (right == high or not _before(pings, right, pings, left)):
            _copy(pings, left, out, i)
            left += 1
        else:
            _copy(pings, right, out, i)
            right += 1
