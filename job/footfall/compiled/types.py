"""The types of compiled functions' arguments: parses them, checks arguments, and converts these to machine words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_TOKEN = re.compile(r"\s*([()]|(?:[iuf]\d|b1)(?:\[,?\]!?)?)")


@dataclass(frozen=True)
class Number:
    """A number: `i8` a whole one, `f8` a double, as numpy calls them."""

    dtype: str

    def kinds(self) -> str:
        """One letter per machine word: `i` for whole numbers and addresses, `d` for doubles."""
        return "d" if self.dtype[0] == "f" else "i"

    def words(self, given: Any) -> Iterator[int | float]:
        """The number as one machine word."""
        yield float(given) if self.dtype[0] == "f" else int(given)


@dataclass(frozen=True)
class Array:
    """An array whose elements lie side by side: `f8[]`, `f8[,]` of two axes; `f8[]!` may be written to."""

    dtype: str
    axes: int
    written: bool

    def kinds(self) -> str:
        """As `Number.kinds`."""
        return "i" * (5 + 2 * self.axes)

    def words(self, given: Any) -> Iterator[int | float]:
        """The words of numba's array: owner and parent (both 0), sizes, address, shape and strides.

        Raises:
            TypeError: It is another kind of array.
        """
        if not isinstance(given, np.ndarray) or given.dtype != self.dtype or given.ndim != self.axes:
            raise TypeError(f"{_described(given)} is no array of {self.dtype} with {self.axes} axes")
        if not given.flags.c_contiguous or (self.written and not given.flags.writeable):
            raise TypeError(f"{_described(given)} is not contiguous, or may not be written to")
        address: int = given.__array_interface__["data"][0]
        yield from (0, 0, given.size, given.itemsize, address, *given.shape, *given.strides)


@dataclass(frozen=True)
class Several:
    """A tuple: `(i8 f8[])`."""

    types: tuple["Type", ...]

    def kinds(self) -> str:
        """As `Number.kinds`."""
        return "".join(each.kinds() for each in self.types)

    def words(self, given: Any) -> Iterator[int | float]:
        """All of its elements, one after the other."""
        for each, element in zip(self.types, given, strict=True):
            yield from each.words(element)


Type = Number | Array | Several


def parsed(text: str) -> Several:
    """The types in a text such as `f8[] (i8 i8) i4[]!`, as one tuple.

    Raises:
        ValueError: The text is not a list of types.
    """
    stack: list[list[Type]] = [[]]
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise ValueError(f"{text[at:]!r} begins with no type")
        word, at = found[1], found.end()
        if word == "(":
            stack.append([])
        elif word == ")":
            inner = Several(tuple(stack.pop()))
            stack[-1].append(inner)
        else:
            stack[-1].append(_single(word))
    return Several(tuple(stack.pop()))


def _single(word: str) -> Type:
    dtype, bracket, rest = word.partition("[")
    return Array(dtype, 2 if "," in rest else 1, rest.endswith("!")) if bracket else Number(dtype)


def _described(given: Any) -> str:
    return f"{given.dtype} of shape {given.shape}" if isinstance(given, np.ndarray) else repr(given)
