"""Puts the pings of one part in order: by device, place, instant and coordinates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit

from footfall.shuffle.records import PING, Longs, Records

_FEW, _STACK = 16, 256


def in_order(pings: Sequence[Records]) -> Records:
    """All PING records, sorted by device, place, instant and coordinates.

    They are first dealt out by the upper bits of `who` into stacks that fit into a core's cache.
    """
    size = sum(map(len, pings))
    bits = max(0, (size // _STACK).bit_length())
    counts = np.zeros(2**bits, np.int64)
    for records in pings:
        _count(records, 64 - bits, counts)
    ends = np.cumsum(counts)
    dealt, following = np.empty(size, PING), ends - counts
    for records in pings:
        _deal(records, 64 - bits, following, dealt)
    _sort(
        dealt,
        ends,
        np.empty(counts.max(), np.int64),
        np.empty(counts.max(), np.int64),
        np.empty(counts.max(), PING),
    )
    return dealt


@njit(cache=True, inline="always")
def _stack(who: Any, shift: int) -> Any:
    return 0 if shift == 64 else np.int64(who >> np.uint64(shift))


@njit(cache=True)
def _count(pings: Records, shift: int, counts: Longs) -> None:
    for i in range(len(pings)):
        counts[_stack(pings[i].who, shift)] += 1


@njit(cache=True)
def _deal(pings: Records, shift: int, following: Longs, out: Records) -> None:
    for i in range(len(pings)):
        stack = _stack(pings[i].who, shift)
        out[following[stack]] = pings[i]
        following[stack] += 1


@njit(cache=True)
def _before(a: Any, b: Any) -> Any:
    if a.who != b.who:
        return a.who < b.who
    if a.who2 != b.who2:
        return a.who2 < b.who2
    if a.place != b.place:
        return a.place < b.place
    if a.at != b.at:
        return a.at < b.at
    return a.spot < b.spot


@njit(cache=True)
def _sort(pings: Records, ends: Longs, order: Longs, spare: Longs, moved: Records) -> None:
    """Sort each stack: few by insertion, many by merging sorted fews."""
    start = 0
    for end in ends:
        size, stack = end - start, pings[start:end]
        order[:size] = np.arange(size)
        for low in range(0, size, _FEW):
            for i in range(low + 1, min(low + _FEW, size)):
                j = i
                while j > low and _before(stack[i], stack[order[j - 1]]):
                    order[j] = order[j - 1]
                    j -= 1
                order[j] = i
        width = _FEW
        while width < size:
            for low in range(0, size, 2 * width):
                _merge(stack, order, spare, low, min(low + width, size), min(low + 2 * width, size))
            width *= 2
        for i in range(size):
            moved[i] = stack[order[i]]
        stack[:] = moved[:size]
        start = end


@njit(cache=True)
def _merge(pings: Records, order: Longs, spare: Longs, low: int, middle: int, high: int) -> None:
    """Merge two sorted neighbours."""
    spare[low:middle] = order[low:middle]
    left, right, out = low, middle, low
    while left < middle:
        if right < high and _before(pings[order[right]], pings[spare[left]]):
            order[out] = order[right]
            right += 1
        else:
            order[out] = spare[left]
            left += 1
        out += 1
