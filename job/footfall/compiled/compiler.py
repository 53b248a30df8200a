"""Compiles kernels with numba in separate processes; nothing else in the job needs numba."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from footfall.compiled import code
from footfall.compiled.kernel import KERNELS, Kernel
from footfall.compiled.types import Number, Several, Type
from footfall.errors import InfrastructureError

_START = """
import json, sys
sys.path[:], processor, jobs = json.loads(sys.argv[1])
from footfall.compiled.compiler import write_all
write_all(processor, jobs)
"""

Jobs = dict[str, str]
"""Names of kernels, and the paths of the files to write."""


def compile_missing(kernels: Iterable[Kernel], workers: int) -> None:
    """Compile the kernels that have no file yet, in `workers` processes.

    Raises:
        InfrastructureError: The compiler failed, or its files cannot be written.
    """
    folder = code.folder_to_write()
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)  # another process may be compiling the same
        missing = [each for each in kernels if not each.is_made()]
        running = [
            _start({each.name: str(folder / each.file_name) for each in share})
            for share in shares_of(missing, workers)
            if share
        ]
        for process in running:
            output, _ = process.communicate()
            if process.returncode:
                last = output.decode(errors="replace").strip().rpartition("\n")[2]
                raise InfrastructureError(
                    f"The functions could not be compiled: {last or process.returncode}",
                    where=str(folder),
                    fix="See that the folder can be written to, and that numba is installed as footfall asks for.",
                )


def shares_of(kernels: Iterable[Kernel], workers: int) -> list[list[Kernel]]:
    """The kernels in `workers` shares of about equal work; kernels of a room, which share parts, stay together."""
    rooms: dict[str, list[Kernel]] = {}
    for each in kernels:
        rooms.setdefault(each.name.split(".")[1], []).append(each)
    shares: list[list[Kernel]] = [[] for _ in range(workers)]
    for room in sorted(rooms.values(), key=_work, reverse=True):
        min(shares, key=_work).extend(room)
    return shares


def _work(kernels: list[Kernel]) -> int:
    """The length of all code, each function once, as an estimate of the time to compile it."""
    parts = {name: each for kernel in kernels for name, each in kernel.parts().items()}
    return sum(len(each.function.__code__.co_code) for each in parts.values())


def _start(jobs: Jobs) -> "subprocess.Popen[bytes]":
    """Start a process that compiles, with this process's module path."""
    given = json.dumps([sys.path, code.processor(), jobs])
    command = [sys.executable, "-c", _START, given]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603 - only ours


def write_all(processor: str, jobs: Jobs) -> None:
    """Compile the kernels of these names and write their files; older files of the same kernels are deleted."""
    import numba

    numba.config.CPU_NAME, numba.config.CPU_FEATURES = processor, ""  # type: ignore[attr-defined]
    parts: dict[str, Any] = {}
    for name, path in jobs.items():
        importlib.import_module(name.rpartition(".")[0])
        file = Path(path)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(object_code(KERNELS[name], parts))
        unfinished.replace(file)
        kind = file.name.rpartition(".")[0].rpartition(".")[0]
        for older in file.parent.glob(f"{kind}.*.o"):
            if older != file:
                older.unlink(missing_ok=True)


def object_code(kernel: Kernel, parts: dict[str, Any]) -> bytes:
    """The function's name in the code, a line break, and the code as an object file.

    Args:
        kernel: What to compile.
        parts: What was compiled before for other kernels, by name, and may be used again.
    """
    from numba.core.registry import cpu_target

    function = kernel.numba_function(parts)
    function.compile(tuple(_numba_type(each) for each in kernel.takes.types))
    (made,) = function.overloads.values()
    made.library._ensure_finalized()
    machine = cpu_target.target_context.codegen()._tm
    name: str = made.fndesc.llvm_func_name
    return name.encode() + b"\n" + bytes(machine.emit_object(made.library._final_module))


def _numba_type(given: Type) -> Any:
    from numba import from_dtype, types
    from numpy import dtype

    if isinstance(given, Several):
        elements = [_numba_type(each) for each in given.types]
        return types.Tuple(elements)  # type: ignore[no-untyped-call]
    number = from_dtype(dtype(given.dtype))
    if isinstance(given, Number):
        return number
    return types.Array(number, given.axes, "C", readonly=not given.written)
