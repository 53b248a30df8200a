"""Types, columns and builders of Iceberg, as Java shows them."""

# ruff: noqa: N802 - Java's names
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class Type:
    """A type of a column."""

    said: str
    element: int = 0

    def get(self) -> "Type":
        """The type."""
        return self

    def toString(self) -> str:
        """As Iceberg writes it."""
        return self.said

    def elementId(self) -> int:
        """The number of a list's elements."""
        return self.element


@dataclass(frozen=True)
class Field:
    """A column."""

    number: int
    called: str
    kind: Type

    def name(self) -> str:
        """Its name."""
        return self.called

    def type(self) -> Type:
        """Its type."""
        return self.kind

    def fieldId(self) -> int:
        """Its number."""
        return self.number


@dataclass(frozen=True)
class Schema:
    """The columns of a table."""

    fields: list[Field]

    def columns(self) -> list[Field]:
        """In their order."""
        return self.fields

    def findField(self, name: str) -> Field | None:
        """The column of this name."""
        return next((field for field in self.fields if field.called == name), None)


def _list(number: int, of: Type) -> Type:
    return Type(f"list<{of.said}>", number)


TYPES = SimpleNamespace(
    **{
        f"{name}Type": Type(name.lower())
        for name in ("String", "Date", "Integer", "Long", "Double", "Boolean")
    },
    ListType=SimpleNamespace(ofOptional=_list, ofRequired=_list),
    NestedField=SimpleNamespace(of=lambda number, optional, name, kind, about: Field(number, name, kind)),
)


class Chain:
    """A builder of Java: each call gives the builder again."""

    def __init__(self, **given: Any) -> None:
        self.given = given

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> "Chain":
            self.given[name] = arguments
            return self

        return call
