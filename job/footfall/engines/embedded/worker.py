"""What a worker process does: one order after the other, until nobody gives any."""

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
from footfall.engines.embedded.part_files import PartFile, Stretches, read_part
from footfall.engines.embedded.scratch import disk_is_full
from footfall.errors import FootfallError, InfrastructureError

LOOKS = 1.0
"""So many seconds pass at most before a worker sees that its driver is gone."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _NEVER = -1, -3, 2**30
"""Options of glibc's mallopt: from so many bytes on, memory is given back, or is a mapping of its own."""

STOPS = (signal.SIGINT, signal.SIGTERM)
"""What is kept from a worker until it knows how to take it."""


@dataclass(frozen=True)
class Order:
    """Work for a worker.

    Args:
        work: The pickled Stage; None where it is that of the order before.
        number: Which task, or which part.
        files: What is read of a part; None for a task, of which only the number is read.
        given: The columns of what is read.
        to: The file for what is made; None for the last stage, whose batches are sent back.
        limit: So many bytes of it may be held in memory.
    """

    work: bytes | None
    number: int
    files: Sequence[tuple[str, Stretches]] | None
    given: pa.Schema
    to: str | None
    limit: int


Made = dict[int, list[tuple[int, int]]] | list[bytes]
"""Where the rows of each part stand in the order's file; or, of the last stage, batches as streams of Arrow."""


def serve(orders: Connection, others: Sequence[Connection]) -> None:
    """Take orders until the driver is gone, and answer each: with Made or a FootfallError.

    Args:
        orders: The worker's end.
        others: The driver's ends, which a fork has as well, and must not keep open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides what Ctrl-C means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    for other in others:
        other.close()
    pa.set_cpu_count(1)
    _keep_memory()
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
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
            orders.send(answered(order, stage))
    except (EOFError, ConnectionError):
        os._exit(0)


def _keep_memory() -> None:
    """Use freed memory again instead of giving it back to the system, which clears each page that it hands out.

    That took a tenth of the time. So a worker keeps what it once needed, until it ends.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    system = ctypes.CDLL(None)
    if hasattr(system, "mallopt"):  # glibc has it
        for option in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            system.mallopt(option, _NEVER)


def _follow(driver: int) -> None:
    """End this process soon after its driver, whatever it does."""
    while os.getppid() == driver:
        time.sleep(LOOKS)
    os._exit(0)


def answered(order: Order, stage: Stage) -> Made | FootfallError:
    """What came of an order: Made, or the error that speaks against it."""
    try:
        return _made(order, stage)
    except MemoryError:
        return InfrastructureError(
            "A worker found no more memory",
            where=f"setting memory, step {type(stage.work).__name__}, number {order.number}",
            fix="Give the run fewer workers, or more memory.",
        )
    except OSError as failure:
        if order.to is None or not is_full(failure):
            return error_of(failure)
        return disk_is_full(failure, Path(order.to).parent)
    except Exception as failure:
        return error_of(failure)


def _made(order: Order, stage: Stage) -> Made:
    if order.files is None:
        given: Batches = [pa.RecordBatch.from_pydict({"number": [order.number]}, schema=order.given)]
    else:
        given = read_part(order.files, order.given)
    batches = stage.work(given)
    if order.to is None:
        return [_stream(batch) for batch in batches]
    with Path(order.to).open("wb") as file:
        made = PartFile(file, stage.gives, order.limit)
        for batch in batches:
            made.add(batch)
        made.flush()
    return made.stretches


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    content: Any = sink.getvalue().to_pybytes()
    return bytes(content)
