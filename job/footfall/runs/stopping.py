"""SIGTERM as an exception, so that a process that is ended by it leaves as little behind as after Ctrl-C."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import FrameType


class Stopped(KeyboardInterrupt):
    """SIGTERM came; `exit_code` is what a shell makes of it."""

    exit_code = 128 + signal.SIGTERM


def raise_if_stopped(failure: BaseException) -> None:
    """Raise the Ctrl-C or SIGTERM that an exception came after: what then failed on the way out is no failure.

    Raises:
        KeyboardInterrupt: There was one.
    """
    seen: BaseException | None = failure
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt):
            raise seen from None
        seen = seen.__cause__ or seen.__context__


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM raise Stopped while the block runs, where Python would end the process at once.

    Where it comes while Python clears something away, and so is lost, it is raised again.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    def see(lost: "sys.UnraisableHookArgs") -> None:
        if isinstance(lost.exc_value, Stopped):
            Timer(0.05, signal.raise_signal, [signal.SIGTERM]).start()  # when Python is through with that
        else:
            usual(lost)

    before, usual = signal.signal(signal.SIGTERM, stop), sys.unraisablehook
    sys.unraisablehook = see
    try:
        yield
    finally:
        sys.unraisablehook = usual
        signal.signal(signal.SIGTERM, before)
