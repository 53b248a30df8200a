"""Reads YAML without its surprises: text stays text, keys stand once, nothing but plain values is built."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from footfall.errors import SettingsError
from footfall.suggestions import nearest_path


class _CoreLoader(yaml.SafeLoader):
    """SafeLoader with the few plain values of YAML 1.2: `no`, `1:30` and `2023-03-01` stay text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


_NUMBER_STARTS = [*"-+.0123456789"]
for _tag, _pattern, _starts in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", [*"tTfF"]),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", _NUMBER_STARTS),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$", _NUMBER_STARTS),
    ("merge", r"^<<$", ["<"]),
):
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _starts)


# Beyond its own errors PyYAML lets these pass, for example for `!!int ''` and `!!bool x`.
_UNREADABLE = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)


class _DuplicateKeyError(yaml.MarkedYAMLError):
    """A key stands twice in one mapping."""


@dataclass(frozen=True)
class YamlFile:
    """The content of a settings file, and the line that each dotted key stands on."""

    values: dict[Any, Any]
    lines: dict[str, int]


@dataclass(frozen=True)
class StoredFile:
    """A settings file of an object store, which was read whole."""

    address: str
    content: bytes

    def __str__(self) -> str:
        return self.address

    def read_bytes(self) -> bytes:
        """Give the content."""
        return self.content


def read_text(text: str) -> object:
    """Read one value from text.

    Raises:
        ValueError: The text is not YAML.
    """
    try:
        return _load(text)[0]
    except _UNREADABLE as error:
        raise ValueError(f"it cannot be read as YAML: {_reason(error)}") from error


def read_file(path: Path | StoredFile) -> YamlFile:
    """Read a mapping from a file.

    Raises:
        SettingsError: The file is missing, unreadable, not YAML, not a mapping, or names a key twice.
    """
    text = _text_of(path)
    try:
        values, lines = _load(text)
    except _UNREADABLE as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingsError(
            f"The settings file is not readable YAML: {_reason(error)}.",
            where=f"file {path}" + (f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""),
            fix="correct the file there; each setting is written once, as `name: value`",
        ) from error
    if not isinstance(values, dict):
        found = "nothing" if values is None else f"a {type(values).__name__}"
        raise SettingsError(
            f"The settings file holds {found}, not settings.",
            where=f"file {path}",
            fix="write settings as `name: value`, for example `output: ./out`",
        )
    return YamlFile(values, lines)


def _text_of(path: Path | StoredFile) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            "The settings file is not text in UTF-8.",
            where=f"file {path}, line {line}",
            fix="save the file as UTF-8",
        ) from error
    except OSError as error:
        near = nearest_path(path) if isinstance(path, Path) and not path.exists() else None
        raise SettingsError(
            f"The settings file cannot be read: {error.strerror}.",
            where=f"file {path}",
            fix=(f"did you mean {near}? Else " if near else "")
            + "name an existing, readable YAML file with --settings or in FOOTFALL_SETTINGS",
        ) from error


def _load(text: str) -> tuple[Any, dict[str, int]]:
    loader = _CoreLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[str, int] = {}
        if node is None:
            return None, lines
        _walk(node, "", lines, set())
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _walk(node: yaml.Node, prefix: str, lines: dict[str, int], seen: set[int]) -> None:
    """Note the line of each key and refuse a key that stands twice; `seen` ends loops of aliases."""
    if not isinstance(node, yaml.MappingNode) or id(node) in seen:
        return
    seen.add(id(node))
    keys = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if key.value in keys:
            raise _DuplicateKeyError(
                problem=f"the key `{key.value}` stands twice", problem_mark=key.start_mark
            )
        keys.add(key.value)
        lines[f"{prefix}{key.value}"] = key.start_mark.line + 1
        _walk(value, f"{prefix}{key.value}.", lines, seen)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, yaml.MarkedYAMLError) and "'\\t'" in (error.problem or ""):
        return "there is a tab where blanks must stand, as YAML is indented by blanks alone"
    if isinstance(error, yaml.MarkedYAMLError):
        return " ".join((error.problem or error.context or "no YAML").split())
    if isinstance(error, yaml.YAMLError | ValueError):
        return " ".join(str(error).split())
    return "a value does not fit its tag"
