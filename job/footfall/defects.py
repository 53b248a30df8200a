"""Classifies unexpected exceptions: a fault of the machine, a missing right, or a defect of the job."""

import errno
import re
import traceback
from pathlib import Path

from footfall.errors import DefectError, FootfallError, InfrastructureError, SettingsError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers for a full disk or a used-up quota."""

MACHINE = (
    errno.EIO,
    errno.ESTALE,
    errno.ENODEV,
    errno.ENXIO,
    errno.ETIMEDOUT,
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.EAGAIN,
)
"""Error numbers for faults of the machine, a disk or a network."""

RIGHTS = (errno.EACCES, errno.EPERM, errno.EROFS)
"""Error numbers for a missing right."""

ROOT = str(Path(__file__).parent)
"""The folder of the job's code."""

REPORT = (
    "Report it, with this trace and the version that `footfall --version` prints, as an issue of the repository "
    "that footfall came from. Another try would end the same way."
)


def error_of(failure: Exception) -> FootfallError:
    """The error that an exception means; a FootfallError is returned unchanged.

    Args:
        failure: What was raised.

    Returns:
        InfrastructureError for a fault of the machine, SettingsError for a missing right, else DefectError.
    """
    if isinstance(failure, FootfallError):
        return failure
    if isinstance(failure, MemoryError):
        return InfrastructureError(
            "The job ran out of memory",
            where=place_of(failure),
            fix="Run it where more memory is free, or with fewer workers.",
        )
    if type(failure).__module__.partition(".")[0] == "py4j":
        fix = "Run again; the lines of Java above, or FOOTFALL_DEBUG=1, say more."
        return InfrastructureError("Java does not answer, or failed", where=place_of(failure), fix=fix)
    if isinstance(failure, OSError) and (known := _of_the_system(failure)):
        return known
    return defect_of(failure)


def defect_of(failure: Exception) -> DefectError:
    """The DefectError for an exception, without the exception's text, which may hold a row of the input."""
    where, kind = place_of(failure), type(failure).__name__
    return DefectError(
        f"This is a defect of footfall itself, no fault of your files or settings: {kind} in {where}",
        where=where,
        fix=REPORT,
        trace="".join(traceback.format_exception(failure)),
    )


def disk_is_full(failure: OSError, what: str, where: str) -> InfrastructureError:
    """The error for a full disk.

    Args:
        failure: The system's error.
        what: What is on the disk, such as "the output".
        where: The setting that names it, and the folder.
    """
    return InfrastructureError(
        f"The disk of {what} is full: {failure.strerror}",
        where=where,
        fix="Free some space on that disk, or name a folder on a larger one; then run again.",
    )


def is_full(failure: BaseException) -> bool:
    """Whether a failure means a full disk or a used-up quota."""
    return isinstance(failure, OSError) and failure.errno in FULL


def place_of(failure: BaseException) -> str:
    """The last line of footfall's own code that an exception came through."""
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(ROOT)] or frames[-1:]
    if not ours:
        return "an unknown place"
    return f"footfall{ours[-1].filename.removeprefix(ROOT)}, line {ours[-1].lineno}"


def without_texts(trace: str) -> str:
    """A Python traceback with the types of exceptions but without their texts, which may hold data."""
    kept = [
        "The texts of the exceptions are left out, since they may hold rows; FOOTFALL_DEBUG=1 prints them."
    ]
    in_frame = False
    for line in trace.splitlines():
        is_code = line.startswith(("  File ", "    "))
        if line.startswith("  File ") or (in_frame and is_code):
            in_frame = True
            kept.append(line)
        elif in_frame and (kind := re.match(r"[A-Za-z_][\w.]*", line)):
            in_frame = False
            kept.append(kind[0])
        elif line in _BETWEEN:
            kept.append(line)
    return "\n".join(kept) + "\n"


_BETWEEN = (
    "Traceback (most recent call last):",
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)


def _of_the_system(failure: OSError) -> FootfallError | None:
    said = failure.strerror or str(failure)
    file = str(failure.filename) if failure.filename is not None else place_of(failure)
    if is_full(failure):
        return disk_is_full(failure, "a file that was written", file)
    if failure.errno in MACHINE:
        fix = "Run again; if it fails again, check the disks, limits and memory of this machine."
        return InfrastructureError(f"The machine failed: {said}", where=file, fix=fix)
    if failure.errno in RIGHTS:
        fix = "Give this user the right to it, or name another file or folder."
        return SettingsError(f"Access is denied: {said}", where=file, fix=fix)
    if "No usable temporary directory" in said:
        fix = "Free some space there, or name another folder by the variable TMPDIR."
        return InfrastructureError("There is no folder for temporary files", where=said, fix=fix)
    return None
