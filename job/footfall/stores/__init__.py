"""Stores of files with one interface: this machine, S3, and those that fsspec or Arrow support."""

import re
from pathlib import Path

from footfall.stores.local import LocalStore
from footfall.stores.store import Store

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):/")


def of(path: str) -> Store:
    """The store that a path is on, by its scheme; no scheme, or `file:`, is this machine.

    Raises:
        SettingsError: No installed library supports the scheme.
    """
    scheme = scheme_of(path)
    if scheme in ("", "file"):
        return LocalStore()
    from footfall.stores.s3 import SCHEMES, S3Store

    if scheme in SCHEMES:
        return S3Store()
    from footfall.stores.others import other_store

    return other_store(scheme, path)


def scheme_of(path: str) -> str:
    """The scheme of a path in lower case; empty if it has none."""
    found = _SCHEME.match(path)
    return found.group(1).lower() if found else ""


def has_scheme(path: str) -> bool:
    """Whether a path has a scheme."""
    return bool(scheme_of(path))


def absolute(path: str) -> str:
    """A path as `Store` takes it: absolute, and without a scheme if it is on this machine."""
    if scheme_of(path) == "file":
        return "/" + path.partition(":")[2].lstrip("/")
    return path if has_scheme(path) else str(Path(path).absolute())
