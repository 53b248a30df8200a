"""The tasks of maintenance, and the ages that they go by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

LEAST_AGE = timedelta(days=1)
"""Younger files and folders may belong to a run that is under way."""

NAMED = 20
"""The most items of a task that are listed by name."""


@dataclass(frozen=True)
class Ages:
    """The ages from which snapshots and unreferenced files are deleted, and how many snapshots stay at least."""

    snapshots: timedelta = timedelta(days=30)
    leftovers: timedelta = timedelta(days=7)
    least_snapshots: int = 10


@dataclass(frozen=True)
class Task:
    """A task of maintenance: its title, how many items it concerns, and the names of these, if they have any."""

    title: str
    things: int
    named: tuple[str, ...] = ()


def lines(tasks: list[Task]) -> Iterator[str]:
    """The tasks as lines: the number and title of each, then the names of its items, NAMED at most."""
    for task in tasks:
        yield f"{task.things:>6}  {task.title}"
        yield from (f"        {name}" for name in task.named[:NAMED])
        if len(task.named) > NAMED:
            yield f"        and {len(task.named) - NAMED} more"


def named(title: str, names: list[str]) -> Task:
    """The task of items that have names."""
    return Task(title, len(names), tuple(names))
