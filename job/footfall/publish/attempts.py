"""Repeats requests to a store that does not answer, for two minutes: results that took hours are worth the wait."""

import time
from collections.abc import Callable
from typing import TypeVar

from footfall.stores.errors import NoAnswer

Answer = TypeVar("Answer")

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
"""Seconds before each further attempt."""


def until_answered(ask: Callable[[], Answer]) -> Answer:
    """The answer of a store; a request without an answer is repeated after each of WAITS.

    Args:
        ask: Sends the request; sending it twice must do no harm.

    Raises:
        NoAnswer: There was no answer to the last attempt either.
    """
    for wait in WAITS:
        try:
            return ask()
        except NoAnswer:
            time.sleep(wait)
    return ask()
