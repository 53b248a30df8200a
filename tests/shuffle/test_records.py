"""How packed pings travel: records are as small as they can be, and parts as large as memory allows."""

import pytest

from footfall.shuffle.records import (
    BYTES_PER_PING,
    MARK,
    MOST_PARTS,
    PING,
    PINGS_PER_PART,
    parts_for,
    pings_at_once,
)


def test_records_have_no_padding() -> None:
    """Bytes are what is sent: four numbers of 8 bytes and two of 4; two of 8."""
    assert (PING.itemsize, MARK.itemsize) == (32, 16)


@pytest.mark.parametrize(
    ("pings", "parts"),
    [
        (0, 1),
        (PINGS_PER_PART - 1, 1),
        (PINGS_PER_PART, 2),
        (10 * PINGS_PER_PART, 11),
        (10**12, MOST_PARTS),
    ],
)
def test_parts_grow_with_the_pings_up_to_a_limit(pings: int, parts: int) -> None:
    """The number of a part has to fit into 16 bits."""
    assert parts_for(pings) == parts
    assert MOST_PARTS <= 2**16


@pytest.mark.parametrize(
    ("memory", "pings"), [(None, 4_000_000), (192 * 10**7, 10**7), (192_000, 1000), (1, 1)]
)
def test_pings_that_are_summed_at_once_fit_into_memory(memory: int | None, pings: int) -> None:
    """Six times their size, for what they are sorted and summed with."""
    assert BYTES_PER_PING == 6 * 32
    assert pings_at_once(memory) == pings


@pytest.mark.parametrize(
    ("memory", "parts"), [(192 * 10**7, 21), (192 * 10**6, 21), (192 * 10**5, 201), (192, MOST_PARTS)]
)
def test_parts_are_no_larger_than_memory_allows(memory: int, parts: int) -> None:
    """Twenty million pings: a million in a part at most, or as many as fit."""
    assert parts_for(20_000_000, memory) == parts
