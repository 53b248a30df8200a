"""Turns failures of Spark into one error that a person can act on, instead of a hundred lines."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from traceback import extract_tb

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from footfall import errors
from footfall.defects import error_of
from footfall.errors import DefectError, FootfallError, InfrastructureError, InputError, SettingsError

_OURS = re.compile(
    # Sail names the class alone where an error passes from one step to the next.
    r"(?:footfall\.errors\.|External error: )(\w+): (.+)\n {2}where: (.+)\n {2}do: {4}(.+)"
)
_RAISED = re.compile(r"^(?:RuntimeError: External error: )?([A-Za-z_][\w.]*: .+)$", re.MULTILINE)
_FILE = re.compile(r"while reading file (?:file:(?://)?)?(/\S*?|\w+:/\S*?)\.?(?:\s|$)")
_MACHINE_FAULTS = (
    (
        "No space left on device|Disk quota exceeded",
        "A disk that Spark writes to is full",
        "spark.local.dir, which the variable SPARK_LOCAL_DIRS overrides",
        "Free some space there, or name a larger disk; then run again.",
    ),
    (
        r"Invalid (?:snapshot|update) timestamp [^\n]+|Expected sorted snapshot log entries",
        "The clock of this machine is behind the table's last commit",
        "the clock of the driver",
        "Set the clock; where that of an earlier run was ahead, run again when time has caught up with it.",
    ),
    (
        r"Cannot find snapshot with ID \d+|Cannot determine history between starting snapshot[^\n]*",
        "The snapshot that this run began with has expired while it counted",
        "the table of the catalog",
        "Run again; `footfall maintain --keep` says how many snapshots stay.",
    ),
)
_MODULE = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
_CAUSE = re.compile(r"^Caused by: (?:[\w.$]+: )?(.+)$", re.MULTILINE)


def raise_defects(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches that a worker makes; an unexpected exception is raised as a FootfallError.

    Raises:
        FootfallError: As `error_of` gives it; exceptions of Spark's own code, as when Java is gone, pass unchanged.
    """
    try:
        yield from batches
    except Exception as failure:
        error = error_of(failure)
        is_passed_on = _OURS.search(str(failure))  # of an earlier stage, as Sail gives it to the next one
        if error is failure or is_passed_on or "/pyspark/" in extract_tb(failure.__traceback__)[-1].filename:
            raise
        raise error from failure


@contextmanager
def spark_failures() -> Iterator[None]:
    """Turn what Spark raises inside the block into one error that a person can act on.

    Raises:
        FootfallError: A worker raised it, or a file could not be read.
        SettingsError: The Python of the workers lacks a module.
        InfrastructureError: Anything else.
    """
    try:
        yield
    except (Py4JError, PySparkException) as failure:
        raise _error_of(str(failure)) from failure


def _error_of(text: str) -> FootfallError:
    """The error that a failure's text of many lines means."""
    ours = _OURS.search(text)
    if ours:
        kind: type[FootfallError] = getattr(errors, ours[1])
        if kind is DefectError:
            return DefectError(
                ours[2],
                where=ours[3],
                fix=ours[4],
                trace=text[ours.end() :].partition("\n\tat ")[0].strip("\n"),
            )
        return kind(ours[2], where=ours[3], fix=ours[4])
    for pattern, what, where, fix in _MACHINE_FAULTS:
        if found := re.search(pattern, text):
            return InfrastructureError(f"{what}: {found[0]}", where=where, fix=fix)
    if lacking := _MODULE.search(text):
        return SettingsError(
            f"The Python of Spark's workers has no module {lacking[1]}",
            where="variable PYSPARK_PYTHON, by which Spark finds it",
            fix="Install footfall for it, or name a Python that has it before the session starts.",
        )
    reason = (_CAUSE.findall(text) or _raised(text) or text.strip().splitlines() or ["no reason is given"])[0]
    file = _FILE.search(text)
    if file:
        fix = "Check that the file exists and is complete; write it again if it is damaged."
        return InputError(f"The file cannot be read: {reason}", where=file[1], fix=fix)
    fix = "Run again; if it fails again, set FOOTFALL_DEBUG=1 to see all that Spark says."
    return InfrastructureError(f"Spark failed: {reason}", where="the step above", fix=fix)


def _raised(text: str) -> list[str]:
    """The last line of Python's traceback in the text, as a list; empty if there is no traceback."""
    _, _, traceback = text.rpartition("Traceback (most recent call last):")
    return _RAISED.findall(traceback)[-1:] if traceback != text else []
