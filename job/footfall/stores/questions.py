"""Sends many requests to a store in parallel."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_AT_ONCE = 16


def ask_each(call: Callable[[Asked], Answer], asked: Iterable[Asked], *, is_far: bool) -> list[Answer]:
    """The results of `call` for each item, in their order; for a remote store several threads call."""
    items = list(asked)
    if not is_far or len(items) < 2:
        return [call(item) for item in items]
    with ThreadPoolExecutor(min(_AT_ONCE, len(items))) as threads:
        return list(threads.map(call, items))
