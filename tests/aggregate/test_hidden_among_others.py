"""Rows of a day that hide each other, where each kept ping is in exactly one of them."""

import numpy as np
import pytest

from footfall.aggregate.complements import hidden_among_others


@pytest.mark.parametrize(
    ("pings", "devices", "k", "hidden"),
    [
        ([9, 8], [5, 6], 5, [False, False]),  # none has too few
        (
            [9, 8, 7],
            [4, 6, 5],
            5,
            [True, False, True],
        ),  # one row alone is known: the next fewest goes with it
        ([1, 1, 9, 8], [1, 1, 7, 6], 3, [True, True, False, True]),  # two pings of two rows: each has one
        (
            [3, 3, 9],
            [1, 2, 7],
            3,
            [True, True, False],
        ),  # of six pings of two rows nobody knows which has which
        ([4], [1], 2, None),  # there is nothing to hide it with
        ([], [], 5, []),
    ],
)
def test_rows_with_few_devices_take_others_along(
    pings: list[int], devices: list[int], k: int, hidden: list[bool] | None
) -> None:
    """Until they are several, and have enough pings that none can be worked out."""
    found = hidden_among_others(np.array(pings, np.int64), np.array(devices, np.int64), k)
    assert (None if found is None else found.tolist()) == hidden
