"""Errors of stores: a refusal, no answer, a changed or a missing file."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from footfall.defects import FULL, MACHINE, RIGHTS
from footfall.errors import FootfallError, InfrastructureError, InputError, SettingsError

_FULL = dict.fromkeys(FULL, "the disk is full") | {errno.EDQUOT: "the quota of the disk is used up"}


class Refused(SettingsError):
    """The store refuses: the bucket, a right or a role is missing. `failures` adds what could not be done."""


class NoAnswer(InfrastructureError):
    """The store does not answer, or fails."""


@contextmanager
def failures(kind: type[FootfallError], what: str, where: str) -> Iterator[None]:
    """Turn what a store raises inside the block into one error.

    Args:
        kind: The error for a refusal, such as InputError.
        what: What could not be done, in a sentence without its full stop.
        where: The path and the setting that names it.

    Raises:
        kind: The store refuses, or has no such file.
        InfrastructureError: The store does not answer or fails, or the disk is full.
    """
    try:
        yield
    except (Refused, NoAnswer, OSError) as failure:
        raise error_of(failure, kind, what, where) from failure


def error_of(
    failure: Refused | NoAnswer | OSError, kind: type[FootfallError], what: str, where: str
) -> FootfallError:
    """The error that a failure of a store means; the arguments are those of `failures`."""
    if isinstance(failure, Refused):
        return kind(f"{what}: {failure.what}", where=where, fix=failure.fix)
    if isinstance(failure, NoAnswer):
        return InfrastructureError(f"{what}: {failure.what}", where=where, fix=failure.fix)
    if failure.errno in _FULL:
        named = str(failure.filename2 or failure.filename or where)
        fix = f"Make room on the disk of {named}, or name another folder."
        return InfrastructureError(f"{what}: {_FULL[failure.errno]}", where=where, fix=fix)
    said = failure.strerror or str(failure) or type(failure).__name__
    if failure.errno in MACHINE or isinstance(failure, ConnectionError | TimeoutError):
        return InfrastructureError(
            f"{what}: {said}", where=where, fix="Run again when the disk or store answers."
        )
    if isinstance(failure, FileExistsError):
        fix = "Start another run: each has an id of its own."
        return kind(f"{what}: the file is there already", where=where, fix=fix)
    if isinstance(failure, FileNotFoundError):
        return kind(f"{what}: it does not exist", where=where, fix="Correct the path.")
    if failure.errno in RIGHTS:
        fix = "Give the user that runs the job the right to it."
        return kind(f"{what}: access is denied", where=where, fix=fix)
    return kind(f"{what}: {said}", where=where, fix="Check the file and the right to read it.")


def changed(path: str) -> InputError:
    """The error for a file that was changed after it was found."""
    fix = "Run again when nothing writes to it any more."
    return InputError("The file was changed while it was read", where=path, fix=fix)


def gone(path: str) -> InputError:
    """The error for a file that was listed, but is missing."""
    fix = "Run again when nothing deletes files of the input; repair it where it is a link to nothing."
    return InputError("The file is no longer there", where=path, fix=fix)
