"""What a worker process does: one order after the other, until nobody gives any."""

import errno
import os
import pickle
import signal
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from footfall.engines import Batches, Stage
from footfall.engines.embedded.part_files import PartFile, Stretches, read_part
from footfall.errors import FootfallError, InfrastructureError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Order:
    """Work for a worker.

    Args:
        stage: The number of the stage.
        work: The pickled Stage; None where the worker has it already.
        number: Which task, or which part.
        files: What is read of a part; None for a task, of which only the number is read.
        given: The columns of what is read.
        to: The file for what is made; None for the last stage, whose batches are sent back.
        limit: So many bytes of it may be held in memory.
    """

    stage: int
    work: bytes | None
    number: int
    files: Sequence[tuple[str, Stretches]] | None
    given: pa.Schema
    to: str | None
    limit: int


Made = dict[int, list[tuple[int, int]]] | list[bytes]
"""Where the rows of each part stand in the order's file; or, of the last stage, batches as streams of Arrow."""


@dataclass(frozen=True)
class Defect:
    """An exception that nobody expected, as Python prints it."""

    text: str


def serve(orders: Connection, others: Sequence[Connection]) -> None:
    """Take orders until the other end is closed, and answer each: with Made, a FootfallError or a Defect.

    Args:
        orders: The worker's end.
        others: The driver's ends, which a fork has as well, and must not keep open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides what Ctrl-C means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    pa.set_cpu_count(1)
    driver, works = os.getppid(), {}
    while True:
        try:
            order: Order = orders.recv()
        except (EOFError, ConnectionError):
            os._exit(0)
        if order.work is not None:
            works[order.stage] = pickle.loads(order.work)  # noqa: S301  (of the driver, this process's parent)
        orders.send(_answer(order, works[order.stage], driver))
        pa.default_memory_pool().release_unused()


def _answer(order: Order, stage: Stage, driver: int) -> Made | FootfallError | Defect:
    try:
        return _made(order, stage, driver)
    except FootfallError as error:
        return error
    except MemoryError:
        return InfrastructureError(
            "A worker found no more memory",
            where=f"{stage.work}"[:200],
            fix="Give the run fewer workers, or more memory.",
        )
    except OSError as failure:
        if failure.errno not in _FULL:
            return Defect(traceback.format_exc())
        return InfrastructureError(
            f"The disk of the scratch folder is full: {failure.strerror}",
            where=f"setting scratch: {Path(str(order.to or failure.filename)).parent}",
            fix="Free some space there, or name a folder on a larger disk by the setting scratch.",
        )
    except Exception:
        return Defect(traceback.format_exc())


def _made(order: Order, stage: Stage, driver: int) -> Made:
    if order.files is None:
        given: Batches = [pa.RecordBatch.from_pydict({"number": [order.number]}, schema=order.given)]
    else:
        given = read_part(order.files, order.given)
    batches = _while_watched(stage.work(given), driver)
    if order.to is None:
        return [_stream(batch) for batch in batches]
    with Path(order.to).open("wb") as file:
        made = PartFile(file, stage.gives, order.limit)
        for batch in batches:
            made.add(batch)
        made.flush()
    return made.stretches


def _while_watched(batches: Iterator[pa.RecordBatch], driver: int) -> Iterator[pa.RecordBatch]:
    """The same batches, for as long as the driver lives."""
    for batch in batches:
        if os.getppid() != driver:
            os._exit(0)
        yield batch


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    content: Any = sink.getvalue().to_pybytes()
    return bytes(content)
