"""Checks Python before anything is installed, also under an old Python; and Java before Spark is started."""

# Its syntax is that of Python 3.8, so that an old Python reads far enough to say that it is too old.
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footfall.errors import PrerequisiteError

OLDEST_PYTHON = (3, 11)
OLDEST_JAVA = 17

_JAVA_NEEDED = f"Spark needs Java {OLDEST_JAVA} or newer"
JAVA_HINT = (
    "install it, e.g. `sudo apt install openjdk-21-jre-headless` (Debian, Ubuntu) or"
    " `brew install openjdk@21` (macOS), or set JAVA_HOME to where it is; `--engine embedded` needs none"
)
PYTHON_HINT = (
    "install it, e.g. `sudo apt install python3.11 python3.11-venv` (Debian, Ubuntu) or"
    " `brew install python@3.11` (macOS)"
)


def check_java(environ: Mapping[str, str]) -> None:
    """Check that the Java that Spark would start exists and is new enough.

    Raises:
        PrerequisiteError: It is missing or too old.
    """
    java = find_java(environ)
    version = java_version(java)
    if version < OLDEST_JAVA:
        raise _refused(f"{_JAVA_NEEDED}, but found Java {version}", str(java), JAVA_HINT)


def python_is_too_old(version: Sequence[object]) -> bool:
    """Whether a version, such as `sys.version_info`, is below the oldest supported one."""
    return tuple(version[:2]) < OLDEST_PYTHON


def python_problem(version: Sequence[object]) -> str:
    """A sentence that says that this version of Python is too old."""
    oldest, found = (".".join(str(part) for part in parts[:2]) for parts in (OLDEST_PYTHON, version))
    return f"Footfall needs Python {oldest} or newer, but this is Python {found}"


def find_java(environ: Mapping[str, str]) -> Path:
    """The Java that Spark would start: that of JAVA_HOME, else the first on PATH.

    Raises:
        PrerequisiteError: There is none.
    """
    home = environ.get("JAVA_HOME")
    if home:
        java = Path(home, "bin", "java")
        if os.access(java, os.X_OK) and java.is_file():
            return java
        raise _refused(f"{_JAVA_NEEDED}, but JAVA_HOME holds no bin/java", f"JAVA_HOME={home}", JAVA_HINT)
    found = shutil.which("java", path=environ.get("PATH", ""))
    if found is None:
        raise _refused(f"{_JAVA_NEEDED}, but found none", "looked in JAVA_HOME and PATH", JAVA_HINT)
    return Path(found)


def java_version(java: Path) -> int:
    """The major version of a Java: 8 for "1.8.0_392", 17 for "17.0.15", 21 for "21-ea".

    Raises:
        PrerequisiteError: It does not start, or does not print its version.
    """
    try:
        answer = subprocess.run(  # noqa: S603
            [str(java), "-version"], capture_output=True, text=True, errors="replace", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused(
            f"{_JAVA_NEEDED}, but this one does not start: {error}",
            str(java),
            JAVA_HINT,
        ) from error
    version = parse_java_version(answer.stderr + answer.stdout)
    if answer.returncode != 0 or version is None:
        raise _refused(
            f"{_JAVA_NEEDED}, but this one does not print its version",
            str(java),
            JAVA_HINT,
        )
    return version


def parse_java_version(text: str) -> int | None:
    """The major version in the output of `java -version`; None if it has none."""
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match.group(1)) if match else None


def _refused(what: str, where: str, fix: str) -> PrerequisiteError:
    from footfall.errors import PrerequisiteError

    return PrerequisiteError(what, where=where, fix=fix)


def main() -> int:
    """Check Python, and say in one line on stderr what is wrong with it; the exit code is 0 or 2."""
    if python_is_too_old(sys.version_info):
        sys.stderr.write(f"{python_problem(sys.version_info)} ({sys.executable}): {PYTHON_HINT}.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
