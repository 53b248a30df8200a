"""The worker process of the embedded engine: carries out orders until its driver is gone."""

import ctypes
import os
import pickle
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from footfall.defects import error_of, is_full
from footfall.engines import Batches, Stage
from footfall.engines.embedded.part_files import ByteRanges, PartFile, read_part
from footfall.engines.embedded.scratch import disk_is_full
from footfall.errors import FootfallError, InfrastructureError

POLL_SECONDS = 1.0
"""Seconds between two checks of whether the driver is still there."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _NEVER = -1, -3, 2**30
"""Options of glibc's mallopt: sizes from which memory is returned or mapped; and a size that is never reached."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Signals that are blocked in a new worker until it has set its own handlers."""


@dataclass(frozen=True)
class Order:
    """Work for a worker.

    Args:
        work: The pickled Stage; None if it is that of the order before.
        number: The number of the task or the part.
        files: The files and byte ranges with the rows of a part; None for a task, whose only input is its number.
        given: The columns of the input.
        to: The file for the output; None for the last stage, whose batches are sent back.
        limit: Bytes of output that may be buffered in memory.
    """

    work: bytes | None
    number: int
    files: Sequence[tuple[str, ByteRanges]] | None
    given: pa.Schema
    to: str | None
    limit: int


Output = dict[int, list[tuple[int, int]]] | list[bytes]
"""The byte ranges of each part's rows in the order's file; or, of the last stage, batches as Arrow streams."""


def serve(orders: Connection, others: Sequence[Connection]) -> None:
    """Carry out orders until the driver is gone, and answer each with an Output or a FootfallError.

    Args:
        orders: The worker's end.
        others: The driver's ends, which a forked process inherits and must close.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides what Ctrl-C means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    for other in others:
        other.close()
    pa.set_cpu_count(1)
    _keep_memory()
    threading.Thread(target=_end_with_driver, args=(os.getppid(),), daemon=True).start()
    stage: Any = None
    try:
        while True:
            order: Order = orders.recv()
            try:
                if order.work is not None:
                    stage = pickle.loads(order.work)  # noqa: S301  (of this process's parent)
            except Exception as failure:
                orders.send(error_of(failure))
                continue
            orders.send(carry_out(order, stage))
    except (EOFError, ConnectionError):
        os._exit(0)


def _keep_memory() -> None:
    """Keep freed memory for reuse instead of returning it to the system, which clears each page that it hands out.

    The clearing took a tenth of the time. So a worker's memory only grows until it ends.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    system = ctypes.CDLL(None)
    if hasattr(system, "mallopt"):  # glibc has it
        for option in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            system.mallopt(option, _NEVER)


def _end_with_driver(driver: int) -> None:
    """End this process at most POLL_SECONDS after its driver has ended."""
    while os.getppid() == driver:
        time.sleep(POLL_SECONDS)
    os._exit(0)


def carry_out(order: Order, stage: Stage) -> Output | FootfallError:
    """The output of an order, or the error that it ended with."""
    try:
        return _output(order, stage)
    except MemoryError:
        return InfrastructureError(
            "A worker ran out of memory",
            where=f"setting memory, step {type(stage.work).__name__}, number {order.number}",
            fix="Give the run fewer workers, or more memory.",
        )
    except OSError as failure:
        if order.to is None or not is_full(failure):
            return error_of(failure)
        return disk_is_full(failure, Path(order.to).parent)
    except Exception as failure:
        return error_of(failure)


def _output(order: Order, stage: Stage) -> Output:
    if order.files is None:
        given: Batches = [pa.RecordBatch.from_pydict({"number": [order.number]}, schema=order.given)]
    else:
        given = read_part(order.files, order.given)
    batches = stage.work(given)
    if order.to is None:
        return [_stream(batch) for batch in batches]
    with Path(order.to).open("wb") as file:
        parts = PartFile(file, stage.gives, order.limit)
        for batch in batches:
            parts.add(batch)
        parts.flush()
    return parts.ranges


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    content: Any = sink.getvalue().to_pybytes()
    return bytes(content)
