"""Many questions to a store at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_AT_ONCE = 16


def ask_each(call: Callable[[Asked], Answer], asked: Iterable[Asked], *, is_far: bool) -> list[Answer]:
    """The answers in the order of what is asked; a far store is asked by several threads."""
    items = list(asked)
    if not is_far or len(items) < 2:
        return [call(item) for item in items]
    with ThreadPoolExecutor(min(_AT_ONCE, len(items))) as threads:
        return list(threads.map(call, items))
