"""The kernels that the image brings: all of them, and the same from every build."""

import subprocess
import sys
from pathlib import Path

import kernels

NOT_COMPILED = """
import sys
from numba.core.dispatcher import Dispatcher
import kernels

kernels.compile_all()
modules = [module for name, module in list(sys.modules.items()) if name.startswith("footfall.")]
compiled = {each for module in modules for each in vars(module).values() if isinstance(each, Dispatcher)}
assert len(compiled) > 20
print(*[each.py_func.__qualname__ for each in compiled
        if not each.signatures and each.targetoptions.get("inline") != "always"])
"""


def test_each_compiled_function_of_the_job_is_among_them(tmp_path: Path) -> None:
    """Whatever a driver or a worker calls was called once; what is inlined everywhere needs no code of its own."""
    found = subprocess.run(
        [sys.executable, "-c", NOT_COMPILED],
        env={"PYTHONPATH": str(Path(kernels.__file__).parent), "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "\n"), found.stderr


def test_addresses_of_the_process_that_compiled_are_not_kept() -> None:
    """Two builds give the same file, of the same length; functions that differ stay different, in other files too."""
    first, second = b"f at 0x7f72f12dd440, g_0x7f72f12dd999, f at 0x7f72f12dd440", b"0x12 0xzz"
    built, again = first, first.replace(b"7f72f12dd", b"55aaf12dd")
    kept = kernels.without_addresses("a.1.nbc", built)
    assert kept == kernels.without_addresses("a.1.nbc", again)
    assert len(kept) == len(first)
    f, g, f_again = (part[-12:] for part in kept.split(b", "))
    assert f == f_again != g
    assert kept != kernels.without_addresses("b.1.nbc", built)
    assert kernels.without_addresses("a.1.nbc", second) == second
