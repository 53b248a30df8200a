"""Checks names of columns that are given by a flag or in an answer."""

from collections.abc import Callable, Mapping, Sequence

from footfall.errors import SettingsError
from footfall.suggestions import nearest

Given = Mapping[str, str]
"""Settings that the flags of the command give, by their dotted names."""


def refuse_unknown(name: str, there: Sequence[str], setting: str, where: str) -> None:
    """Check that there is a column of this name.

    Raises:
        SettingsError: There is no such column; the error suggests the nearest name.
    """
    if name in there:
        return
    near = nearest(name, there)
    raise SettingsError(
        f"There is no column {name!r}; there are: {', '.join(there)}",
        where=f"{where}, setting {setting}",
        fix="Name one of these." + (f" Did you mean {near!r}?" if near else ""),
    )


def one_of(there: Sequence[str]) -> Callable[[str], None]:
    """A function that raises ValueError for a name that is not one of these."""

    def check(name: str) -> None:
        if name not in there:
            raise ValueError(f"there is no column {name!r}; there are: {', '.join(there)}")

    return check
