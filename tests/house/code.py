"""The code that the rules of the house look at: every file once, with its syntax tree."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """A file of code, its dotted name and its syntax tree."""

    path: str
    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree; a walk takes longer than a rule, so all rules share one."""
        return tuple(ast.walk(self.tree))

    @property
    def room(self) -> str:
        """Its room; the package itself has none."""
        return room_of(self.name)


def room_of(dotted: str) -> str:
    """The room of a dotted name below `footfall`, `settings` for `footfall.settings.sources.load`."""
    return dotted.split(".")[1] if "." in dotted else ""


@cache
def modules(folder: str) -> list[Module]:
    """All Python files below a folder of the repository."""
    return [
        Module(
            path=str(path.relative_to(ROOT)),
            name=".".join(path.relative_to(ROOT / folder).with_suffix("").parts).removesuffix(".__init__"),
            text=path.read_text(encoding="utf-8"),
        )
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]
