"""Maps the columns of an input to the parts of a ping."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.settings import PingColumns


def mapped(columns: PingColumns) -> dict[str, str]:
    """The name of the column of each mapped part of a ping, such as `lat`."""
    return {part: name for part, name in columns.model_dump().items() if name is not None}


def check_columns(
    present: Sequence[str], wanted: Mapping[str, str], where: str, hint: str = "", of: str = "file"
) -> None:
    """Check that each wanted column is there exactly once.

    Args:
        present: The columns that are there.
        wanted: The column of each part of a ping.
        where: The file or table, for the error.
        hint: A sentence to add to the error if one is missing.
        of: `file`, or `table` for one in memory.

    Raises:
        InputError: A column is missing or there twice.
    """
    missing = {part: name for part, name in wanted.items() if name not in present}
    if missing:
        names = ", ".join(f"`{name}`" for name in missing.values())
        raise InputError(
            f"The {of} has no column {names}. It has: {_listed(present)}",
            where=where,
            fix=f"Map the columns in pings.columns{'; a CSV file needs a header' if of == 'file' else ''}."
            + hint
            + _suggestions(missing, present),
        )
    twice = [name for name in wanted.values() if list(present).count(name) > 1]
    if twice:
        raise InputError(
            f"The {of} has two columns `{twice[0]}`", where=where, fix=f"Rename one of them in the {of}."
        )


def near_names(name: str, present: Iterable[str]) -> list[str]:
    """The names most like `name`, without regard to case."""
    by_lower = {other.lower(): other for other in present}
    return [by_lower[lower] for lower in get_close_matches(name.lower(), list(by_lower), n=3)]


def _suggestions(missing: Mapping[str, str], present: Sequence[str]) -> str:
    near = {part: near_names(name, present) for part, name in missing.items()}
    hints = [f" Is {part} `{names[0]}`?" for part, names in near.items() if names]
    return "".join(hints)


def _listed(names: Sequence[str], most: int = 40) -> str:
    return shortened((f"`{name[:80]}`" for name in names), most)
