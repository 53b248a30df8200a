"""The rule for words: plain, usual English of the field, in names, docstrings, comments and messages."""

import re
from collections.abc import Iterator

from tests.house.code import Module
from tests.house.rules import Finding

ODD_WORDS = (
    # Each makes a newcomer read the sentence, or the name, twice.
    *("told", "whoever", "hear", "hears", "heard", "torn", "dealt", "wish", "unsound", "patience"),
    *("became of", "becomes of", "without a word", "as it should be", "what it should be", "as it ends"),
    *("where there is none", "where it is missing", "at a good end"),
)
_ODD = re.compile(rf"(?<![a-z])({'|'.join(ODD_WORDS)})(?![a-z])", re.IGNORECASE)


def words_are_plain(module: Module) -> Iterator[Finding]:
    """No name, docstring, comment or message has a word that must be read twice."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if found := _ODD.search(line):
            yield number, f"says {found[0]!r}: write it in plain, usual words of the field"


LANGUAGE = (words_are_plain,)
