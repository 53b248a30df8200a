"""What an exception means that nobody expected: a fault of the machine, a right that is missing, or a defect."""

import errno
import re
import traceback
from pathlib import Path

from footfall.errors import DefectError, FootfallError, InfrastructureError, SettingsError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says of a disk, or of a user's share of it, that holds no more."""

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
"""What a system says where the machine, a disk or a network is at fault, not the job."""

RIGHTS = (errno.EACCES, errno.EPERM, errno.EROFS)
"""What it says where a right is missing."""

ROOT = str(Path(__file__).parent)
"""Where the code of the job is."""

REPORT = (
    "Report it, with this trace and the version that `footfall --version` prints, as an issue of the repository "
    "that footfall came from. Another try would end the same way."
)


def error_of(failure: Exception) -> FootfallError:
    """The error that an exception means; one of ours is given back as it is.

    Args:
        failure: What was raised.

    Returns:
        InfrastructureError where the machine is at fault, SettingsError where a right is missing, else DefectError.
    """
    if isinstance(failure, FootfallError):
        return failure
    if isinstance(failure, MemoryError):
        return InfrastructureError(
            "The job found no more memory",
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
    """The defect that shows in an exception; of its text nothing is kept, for it may hold a row of the input."""
    where, kind = place_of(failure), type(failure).__name__
    return DefectError(
        f"This is a defect of footfall itself, no fault of your files or settings: {kind} in {where}",
        where=where,
        fix=REPORT,
        trace="".join(traceback.format_exception(failure)),
    )


def disk_is_full(failure: OSError, what: str, where: str) -> InfrastructureError:
    """What to say where nothing more can be written.

    Args:
        failure: What the system said.
        what: What is on the disk, as "the output".
        where: The setting that names it, and the folder.
    """
    return InfrastructureError(
        f"The disk of {what} is full: {failure.strerror}",
        where=where,
        fix="Free some space on that disk, or name a folder on a larger one; then run again.",
    )


def is_full(failure: BaseException) -> bool:
    """Whether a disk, or this user's share of it, holds no more."""
    return isinstance(failure, OSError) and failure.errno in FULL


def place_of(failure: BaseException) -> str:
    """The last line of footfall's own code that an exception came through."""
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(ROOT)] or frames[-1:]
    if not ours:
        return "an unknown place"
    return f"footfall{ours[-1].filename.removeprefix(ROOT)}, line {ours[-1].lineno}"


def without_texts(trace: str) -> str:
    """A trace as Python prints it, with the kinds of the exceptions but not their texts, which may hold data."""
    kept = ["What the exceptions said is left out, since it may hold rows; FOOTFALL_DEBUG=1 prints it."]
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
        fix = "Run again; if it comes again, look at the disks, limits and memory of this machine."
        return InfrastructureError(f"The machine failed: {said}", where=file, fix=fix)
    if failure.errno in RIGHTS:
        fix = "Give this user the right to it, or name another file or folder."
        return SettingsError(f"Access is denied: {said}", where=file, fix=fix)
    if "No usable temporary directory" in said:
        fix = "Free some space there, or name another folder by the variable TMPDIR."
        return InfrastructureError("There is no folder for temporary files", where=said, fix=fix)
    return None
