"""Some hundred histories, each of which must hold; `python -m tests.simulation` plays as many as one likes."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from tests.simulation import folder_history, store_history
from tests.simulation.weather import FATES

Play = Callable[[int], Any]
"""Plays the history of a number."""


def test_histories_of_an_object_store_hold() -> None:
    """Days old or new, nothing lost, one winner, true answers, no live file deleted; and every fault occurs."""
    fates, codes = Counter[str](), Counter[int | None]()
    for number in range(1, 301):
        there = store_history.play(number)
        fates.update(fate for _, _, _, fate in there.world.trace)
        codes.update(answer.code for answer in there.answers.values())
    assert set(FATES) <= set(fates)
    assert {0, 5, 6, 143, None} <= set(codes)


def test_histories_of_a_folder_hold() -> None:
    """The same, with a disk that is full or broken, and with locks."""
    codes = Counter[int | None]()
    for number in range(1, 151):
        codes.update(answer.code for answer in folder_history.play(number).answers.values())
    assert {0, 5, 6, 143, None} <= set(codes)


@pytest.mark.parametrize("play", [store_history.play, folder_history.play], ids=["store", "folder"])
def test_a_number_gives_the_same_history_again(play: Play) -> None:
    """All that happened, at the same times, in the same order."""
    for number in (5, 6, 7):
        assert play(number).world.told() == play(number).world.told() != play(number + 10).world.told()
