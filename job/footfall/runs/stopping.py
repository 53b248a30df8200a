"""SIGTERM as an exception, so that a process cleans up after it as after Ctrl-C."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import FrameType


class Stopped(KeyboardInterrupt):
    """Raised at SIGTERM; `exit_code` is 143, as shells report it."""

    exit_code = 128 + signal.SIGTERM


def raise_if_stopped(failure: BaseException) -> None:
    """Raise the Ctrl-C or SIGTERM that led to an exception, which is then no failure of its own.

    Raises:
        KeyboardInterrupt: One is among the causes and contexts of the exception.
    """
    seen: BaseException | None = failure
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt):
            raise seen from None
        seen = seen.__cause__ or seen.__context__


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Raise Stopped at SIGTERM inside the block, where Python would end the process at once.

    Python drops an exception that is raised while it frees an object; SIGTERM is then sent again.
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
