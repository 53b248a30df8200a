"""Decorators for functions that run as machine code, and for functions that these call."""

import ctypes
import hashlib
import os
from collections.abc import Callable, Iterator
from functools import cached_property
from types import FunctionType
from typing import Any, TypeVar, cast

import numpy as np

from footfall.compiled import code
from footfall.compiled.types import parsed

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
"""Kernels neither allocate memory nor raise: their code needs nothing of numba when it runs."""

_NO_RESULT = -2
"""What numba's code returns instead of 0 if its result is None."""


class Part:
    """A function that compiled functions call; called from Python it runs as Python."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.__doc__ = function.__doc__

    def __call__(self, *given: Any) -> Any:
        """Run the function as Python, and give its result."""
        return self.function(*given)

    def parts(self) -> "dict[str, Part]":
        """This function and all that it calls, by name."""
        found = {self.name: self}
        for each in self._used().values():
            if isinstance(each, Part):
                found |= each.parts()
        return found

    def numba_function(self, known: dict[str, Any]) -> Any:
        """The function as numba compiles it, with its parts as numba functions.

        Args:
            known: Numba functions that exist already, by name; new ones are added.
        """
        from numba import njit

        if self.name not in known:
            parts = {
                name: each.numba_function(known)
                for name, each in self._used().items()
                if isinstance(each, Part)
            }
            function = self.function
            names = {**function.__globals__, **parts}
            known[self.name] = njit(**_OPTIONS)(FunctionType(function.__code__, names, function.__name__))
        return known[self.name]

    def digest(self) -> str:
        """A digest of all that its machine code depends on: its code, and the values that it uses of its module."""
        found = hashlib.sha256()
        for each in self._described():
            found.update(each.encode())
        return found.hexdigest()

    def _described(self) -> Iterator[str]:
        """The code, and the values of the names in it: numbers, and other parts by their own digest."""
        code = self.function.__code__
        yield f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_consts!r}"
        for name, value in self._used().items():
            if isinstance(value, Part):
                yield value.digest()
            elif isinstance(value, int | float | np.generic):
                yield f"{name} {value!r}"

    def _used(self) -> dict[str, Any]:
        """The global names that the function uses, each with its value."""
        module = self.function.__globals__
        return {name: module[name] for name in self.function.__code__.co_names if name in module}


class Intrinsic(Part):
    """A function with code that numba generates by special rules; called from Python it does nothing.

    The module `intrinsics` has what numba takes, under the function's name.
    """

    def numba_function(self, known: dict[str, Any]) -> Any:
        """What numba compiles."""
        from footfall.compiled import intrinsics

        return getattr(intrinsics, self.function.__name__)


class Kernel(Part):
    """A function that runs as machine code, which is loaded, or compiled, at its first call."""

    def __init__(self, function: Callable[..., Any], takes: str, gives: str) -> None:
        super().__init__(function)
        self.takes, self.gives = parsed(takes), parsed(gives)
        self._signature = f"{takes} -> {gives}"
        self._call: Callable[..., int] | None = None

    def __call__(self, *given: Any) -> Any:
        """Run the machine code, without Python's lock, and give its result.

        Raises:
            TypeError: An argument has another type than declared.
            InfrastructureError: It could not be compiled.
        """
        words = list(self.takes.words(given))
        call = self._call or self.load()
        result, fault = (ctypes.c_int64 * max(1, len(self.gives.types)))(), ctypes.c_void_p()
        status = call(ctypes.addressof(result), ctypes.addressof(fault), *words)
        if status not in (0, _NO_RESULT):
            raise RuntimeError(f"{self.name} failed with the status {status}")
        numbers = tuple(result)
        return numbers if len(self.gives.types) > 1 else numbers[0] if self.gives.types else None

    def load(self) -> Callable[..., int]:
        """Load the machine code; compile it first if that was not done.

        Raises:
            InfrastructureError: It could not be compiled.
        """
        kinds = [ctypes.c_double if kind == "d" else ctypes.c_int64 for kind in self.takes.kinds()]
        kind = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64, ctypes.c_int64, *kinds)
        if not self.is_made():
            from footfall.compiled.compiler import compile_missing

            package = self.name.partition(".")[0]
            others = [each for name, each in KERNELS.items() if name.startswith(f"{package}.")]
            compile_missing(others, os.cpu_count() or 1)
        self._call = kind(code.load(self.file_name))
        return self._call

    def is_made(self) -> bool:
        """Whether it was compiled on this machine before; a cheap check."""
        return code.found(self.file_name) is not None

    @cached_property
    def file_name(self) -> str:
        """The name of the file with its machine code; it changes with anything that the code depends on."""
        key = hashlib.sha256(f"{self._signature} {self.digest()}".encode()).hexdigest()[:16]
        return code.file_name(self.name, key)


KERNELS: dict[str, Kernel] = {}
"""All kernels of the modules that were imported, by name."""


def kernel(takes: str, gives: str = "") -> Callable[[_Function], _Function]:
    """A decorator for functions that are called as machine code.

    Args:
        takes: The types of the arguments, as `footfall.compiled.types` reads them.
        gives: The type of the result: nothing, `i8`, or several `i8 i8`.
    """

    def compiled(function: _Function) -> _Function:
        found = Kernel(function, takes, gives)
        KERNELS[found.name] = found
        return cast(_Function, found)

    return compiled


def part(function: _Function) -> _Function:
    """A decorator for functions that kernels call."""
    return cast(_Function, Part(function))


@Intrinsic
def prefetch(array: Any, number: int) -> None:
    """Prefetch an element of an array into the core's cache."""
