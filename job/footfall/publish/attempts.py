"""A store that does not answer for a while is asked again: what was counted is worth two minutes."""

import time
from collections.abc import Callable
from typing import TypeVar

from footfall.stores.errors import NoAnswer

Answer = TypeVar("Answer")

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
"""Seconds before each further attempt."""


def until_answered(ask: Callable[[], Answer]) -> Answer:
    """What a store answers, which is asked again as long as it is away.

    Args:
        ask: Asks it; it may be done twice.

    Raises:
        NoAnswer: It did not answer for as long as WAITS say.
    """
    for wait in WAITS:
        try:
            return ask()
        except NoAnswer:
            time.sleep(wait)
    return ask()
