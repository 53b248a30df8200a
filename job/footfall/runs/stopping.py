"""SIGTERM as an exception, so that a process that is ended by it leaves as little behind as after Ctrl-C."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(KeyboardInterrupt):
    """SIGTERM came; `exit_code` is what a shell makes of it."""

    exit_code = 128 + signal.SIGTERM


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM raise Stopped while the block runs, where Python would end the process at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
