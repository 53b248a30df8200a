"""Machine code in files: where it lies, and how it is loaded."""

import os
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from stat import S_ISDIR

import llvmlite  # type: ignore[import-untyped]
import llvmlite.binding as llvm  # type: ignore[import-untyped]

V3 = ("avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe")
"""What LLVM tells of processors that x86-64-v3 runs on: Intel's since 2013, AMD's since 2015."""

_LOADED: list[llvm.ObjectFileRef] = []


@lru_cache(maxsize=1)
def processor() -> str:
    """The processor that code is compiled for, by LLVM's name: a common level, so that files can be shared."""
    if os.uname().machine not in ("x86_64", "AMD64"):
        return "generic"
    features = llvm.get_host_cpu_features()
    return "x86-64-v3" if all(features.get(each) for each in V3) else "x86-64"


def file_name(kernel: str, key: str) -> str:
    """The name of a kernel's file: KERNEL.TAG.KEY.o; the tag names Python, llvmlite and the processor."""
    tag = f"{sys.implementation.cache_tag}-llvmlite-{llvmlite.__version__}-{processor()}"
    return f"{kernel}.{tag.replace('.', '_')}.{key}.o"


def found(name: str) -> Path | None:
    """The file of this name in one of the folders; None if it does not exist."""
    return next((folder / name for folder in folders() if (folder / name).is_file()), None)


@lru_cache(maxsize=1)
def folders() -> tuple[Path, ...]:
    """The folders of compiled files: beside the package, this user's cache, or else a temporary one."""
    shared = Path(tempfile.gettempdir()) / f"footfall-kernels-{os.getuid()}"
    last = shared if _is_ours(shared) else Path(tempfile.mkdtemp(prefix="footfall-kernels-"))
    return Path(__file__).parent / "__pycache__", Path("~/.cache/footfall").expanduser(), last


def folder_to_write() -> Path:
    """The first writable folder; one in which others could replace files is used by this process alone.

    Raises:
        OSError: There is none.
    """
    *better, last = folders()
    for folder in better:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    last.mkdir(exist_ok=True, mode=0o700)
    return last


def _is_ours(folder: Path) -> bool:
    """Whether only this user can write to the folder."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o077 and S_ISDIR(status.st_mode)


@lru_cache(maxsize=1)
def _engine() -> llvm.ExecutionEngine:
    """The LLVM engine that holds the machine code of this process; made once."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def load(name: str) -> int:
    """The address of the function in a file of this name, whose first line is the function's name.

    Raises:
        FileNotFoundError: It lies in none of the folders.
    """
    file = found(name) or folder_to_write() / name
    symbol, _, content = file.read_bytes().partition(b"\n")
    _LOADED.append(llvm.ObjectFileRef.from_data(content))
    _engine().add_object_file(_LOADED[-1])
    _engine().finalize_object()
    return int(_engine().get_function_address(symbol.decode()))
