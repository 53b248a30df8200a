"""The workflows and the actions of this repository, as their steps and what those say."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github"

Tree = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step, or a job that is another workflow, and where it stands."""

    where: str
    content: Tree

    @property
    def uses(self) -> str:
        """The action, with what it is pinned by; empty where it runs a command."""
        return str(self.content.get("uses", ""))

    @property
    def run(self) -> str:
        """The lines that it runs; empty where it uses an action."""
        return str(self.content.get("run", ""))


def workflows() -> dict[str, Tree]:
    """The workflows by the names of their files."""
    return {path.name: _read(path) for path in sorted((FOLDER / "workflows").glob("*.yml"))}


def jobs() -> Iterator[tuple[str, Tree]]:
    """All jobs, and where they stand."""
    for name, workflow in workflows().items():
        for job, content in workflow["jobs"].items():
            yield f"{name}: {job}", content


def steps() -> list[Step]:
    """The steps of all jobs and of our own actions."""
    found = []
    for where, job in jobs():
        found += [Step(where, job)] if "uses" in job else [Step(where, step) for step in job["steps"]]
    for path in sorted((FOLDER / "actions").glob("*/action.yml")):
        found += [Step(path.parent.name, step) for step in _read(path)["runs"]["steps"]]
    return found


def values(tree: Any) -> Iterator[str]:
    """All texts of a tree."""
    if isinstance(tree, dict):
        for part in tree.values():
            yield from values(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from values(part)
    else:
        yield str(tree)


def _read(path: Path) -> Tree:
    # YAML 1.1 reads the key `on` as true; a loader of texts alone leaves it as it is written.
    tree: Tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - builds no objects
    return tree
