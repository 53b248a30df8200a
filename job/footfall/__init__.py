"""Footfall: how many pings, devices and visits fall inside each place each day.

`footfall.count` and `footfall.locate` work on tables that are in memory, `footfall.spark` on those of Spark;
docs/library.md describes them. What `__all__` does not name may change in any version.
"""

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from footfall.errors import FootfallError, GateRefused, InputError, SettingsError
    from footfall.library.counting import count
    from footfall.library.locating import locate
    from footfall.library.results import Counted, FootfallWarning, Located

__version__ = "0.1.0"

__all__ = [
    "Counted",
    "FootfallError",
    "FootfallWarning",
    "GateRefused",
    "InputError",
    "Located",
    "SettingsError",
    "__version__",
    "count",
    "locate",
]

_HOMES = {
    "count": "footfall.library.counting",
    "locate": "footfall.library.locating",
    "Counted": "footfall.library.results",
    "FootfallWarning": "footfall.library.results",
    "Located": "footfall.library.results",
    "FootfallError": "footfall.errors",
    "GateRefused": "footfall.errors",
    "InputError": "footfall.errors",
    "SettingsError": "footfall.errors",
}
"""Where public names are defined: each is imported when it is asked for, so that the command starts at once."""


def __getattr__(name: str) -> object:
    """A public name, or the submodule `spark`, when it is asked for first."""
    if name == "spark":
        return import_module("footfall.spark")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "spark"]


class _Package(ModuleType):
    """The package, in which the room `locate` does not hide the function of that name when it is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
