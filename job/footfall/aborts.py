"""Ends the process with an error message if a C++ library aborts it, which Python cannot catch."""

import ctypes
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from footfall.errors import FootfallError

_process_endings = list[tuple[int, Callable[[FootfallError], None]]]()
"""What is called before an abort ends a process, each with the id of the process that asked for it."""

_Action = ctypes.CFUNCTYPE(None, ctypes.c_int)
_here = threading.local()


@contextmanager
def abort_means(error: FootfallError) -> Iterator[None]:
    """Let an abort by this thread inside the block end the process with an error's sentences and exit code.

    C++ calls abort() for an exception that nothing catches. pyarrow lets some through, as those of
    `ColumnChunk`, which its `libparquet.pxd` declares without `except +`. An abort cannot
    be undone, so the process prints the error and ends.

    Args:
        error: The error that an abort means.
    """
    _listen()
    _here.error = error
    try:
        yield
    finally:
        _here.error = None


@contextmanager
def before_abort(call: Callable[[FootfallError], None]) -> Iterator[None]:
    """Call a function with the error, before an abort inside the block ends this process; not in forked ones."""
    _process_endings.append((os.getpid(), call))
    try:
        yield
    finally:
        _process_endings.pop()


@functools.cache
def _listen() -> object:
    """Install the handler of aborts; the result must be kept alive, since C holds its address."""
    system = ctypes.CDLL(None).signal
    system.restype, system.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)

    def act(number: int) -> None:
        error = getattr(_here, "error", None)
        if error is None:
            system(number, before)
            signal.raise_signal(number)
            return
        for process, call in _process_endings:
            if process == os.getpid():
                with suppress(Exception):  # the error that is printed now is the one to know
                    call(error)
        sys.stdout.flush()
        os.write(2, f"\n{error}\n".encode())
        os._exit(error.exit_code)

    action = _Action(act)
    before = system(signal.SIGABRT, ctypes.cast(action, ctypes.c_void_p))
    return action
