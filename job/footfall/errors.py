"""The errors of the job: each says what is wrong, where, and what to do next, and ends with its own exit code."""

from typing import Any, ClassVar


class FootfallError(Exception):
    """An error with what is wrong, where, and what to do next.

    Args:
        what: What is wrong, in one sentence.
        where: The file, column, flag or variable it was found in.
        fix: What to do next.
    """

    exit_code: ClassVar[int]

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), self.what, self.where, self.fix)

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  do:    {self.fix}"


def _made(kind: type[FootfallError], what: str, where: str, fix: str) -> FootfallError:
    """Restore an error that was pickled."""
    return kind(what, where=where, fix=fix)


class SettingsError(FootfallError):
    """A setting is missing, unknown, unreadable or of the wrong type, or names an output that cannot be written."""

    exit_code = 2


class PrerequisiteError(SettingsError):
    """Java or Python is missing or too old."""


class InputError(FootfallError):
    """An input is missing, empty or invalid."""

    exit_code = 3


class GateRefused(FootfallError):
    """The quality gate refused to publish; but for counts that may not be known, the report was written."""

    exit_code = 4


class Conflict(FootfallError):
    """Another run published the same day in the meantime."""

    exit_code = 5


class InfrastructureError(FootfallError):
    """Spark or the machine failed; the only error worth a retry by a machine."""

    exit_code = 6


class AuditError(FootfallError):
    """The job's own numbers disagree: a defect of the job, so nothing was published."""

    exit_code = 7


class DefectError(FootfallError):
    """The job's own code is wrong: neither a user nor a retry can help.

    Args:
        what: That it is a defect, the type of the exception, and the line of code.
        where: The line of code; once the trace is saved, the file that holds it.
        fix: Where to report it.
        trace: The traceback; it may hold a row of the input.
    """

    exit_code = 8

    def __init__(self, what: str, *, where: str, fix: str, trace: str = "") -> None:
        super().__init__(what, where=where, fix=fix)
        self.trace = trace
        self.is_saved = False

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.trace}"

    def __reduce__(self) -> tuple[Any, ...]:
        return (*super().__reduce__(), {"trace": self.trace, "is_saved": self.is_saved})
