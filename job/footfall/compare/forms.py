"""Recognizes what the arguments of `diff` name: a run, a day, a week or month, or an output."""

import re
from collections.abc import Sequence
from typing import Literal

from footfall.errors import SettingsError

Form = Literal["run", "day", "week", "month", "output"]

_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("day", re.compile(r"\d{4}-\d\d-\d\d")),
    ("week", re.compile(r"\d{4}-W\d\d")),
    ("month", re.compile(r"\d{4}-\d\d")),
    ("run", re.compile(r"\d{8}T\d{4,6}Z?(-[0-9a-f]*)?|last")),
)
_EXAMPLES = (
    "Name two runs (20230302T060000Z-1a2b, the beginning of an id, or last), two days (2023-03-01), two weeks"
    " (2023-W09), two months (2023-03), or two outputs (folders or iceberg:DATABASE.TABLE);"
    " a folder of such a name is written with ./ in front."
)


def form_of(word: str) -> Form:
    """The kind of thing that an argument names, by its form; anything unknown is an output."""
    return next((form for form, pattern in _FORMS if pattern.fullmatch(word)), "output")


def common_form(words: Sequence[str]) -> Form:
    """The one kind of thing that all arguments name.

    Raises:
        SettingsError: They name things of different kinds.
    """
    forms = [form_of(word) for word in words]
    if len({*forms}) == 1:
        return forms[0]
    article = {"output": "an output"}
    named = " and ".join(
        f"{word} is {article.get(form, f'a {form}')}" for word, form in zip(words, forms, strict=True)
    )
    raise SettingsError(named, where="command line of `footfall diff`", fix=_EXAMPLES)
