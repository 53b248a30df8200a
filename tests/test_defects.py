"""What exceptions mean that nobody expected."""

import errno
import pickle

import pytest

from footfall.defects import error_of, place_of, without_texts
from footfall.errors import DefectError, FootfallError, InfrastructureError, InputError, SettingsError


def raised(failure: Exception) -> Exception:
    """The exception, after it went through this line."""
    try:
        raise failure
    except Exception as caught:
        return caught


@pytest.mark.parametrize(
    ("failure", "kind", "code", "says"),
    [
        (ZeroDivisionError("by nothing"), DefectError, 8, "ZeroDivisionError in "),
        (FileNotFoundError(errno.ENOENT, "No such file", "/x"), DefectError, 8, "FileNotFoundError in "),
        (MemoryError(), InfrastructureError, 6, "ran out of memory"),
        (OSError(errno.ENOSPC, "No space left", "/full/x"), InfrastructureError, 6, "is full: No space"),
        (OSError(errno.EDQUOT, "Quota exceeded", "/full/x"), InfrastructureError, 6, "is full: Quota"),
        (OSError(errno.EMFILE, "Too many open files"), InfrastructureError, 6, "The machine failed"),
        (OSError(errno.EIO, "Input/output error", "/x"), InfrastructureError, 6, "The machine failed"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), SettingsError, 2, "Access is denied"),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"),
            InfrastructureError,
            6,
            "no folder for temporary files",
        ),
    ],
)
def test_an_exception_is_the_machine_s_a_missing_right_or_a_defect(
    failure: Exception, kind: type[FootfallError], code: int, says: str
) -> None:
    """Only the first is tried again by machines."""
    error = error_of(raised(failure))
    assert (type(error), error.exit_code) == (kind, code)
    assert says in error.what
    assert error.where
    assert error.fix


def test_an_error_of_ours_is_given_back() -> None:
    """It says all that is needed."""
    error = InputError("a", where="b", fix="c")
    assert error_of(error) is error


def test_a_full_disk_is_named_by_the_file_that_was_written() -> None:
    """That is on it."""
    error = error_of(raised(OSError(errno.ENOSPC, "No space left on device", "/full/out/x.parquet")))
    assert "/full/out/x.parquet" in error.where


def test_a_defect_names_the_line_of_ours_and_not_what_the_exception_says() -> None:
    """Which may be a row of the input."""
    from footfall.settings.values import parse_day

    with pytest.raises(ValueError, match="device 17") as caught:
        parse_day("device 17")
    assert place_of(caught.value).startswith("footfall/settings/values.py, line ")
    assert "device 17" not in error_of(raised(ValueError("device 17"))).what


def test_a_defect_crosses_processes_with_its_trace() -> None:
    """As from a worker to the driver."""
    error = error_of(raised(KeyError("x")))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  (made in the line itself)
    assert isinstance(error, DefectError)
    assert (type(again), again.trace, str(again)) == (DefectError, error.trace, str(error))


def test_a_trace_is_kept_without_the_texts_of_exceptions() -> None:
    """Frames, lines of code and kinds stay; a text of several lines goes."""
    trace = """Traceback (most recent call last):
  File "a.py", line 1, in one
    two(row)
    ~~~^^^^^
  File "a.py", line 2, in two
    raise Bad(row)
a.Bad: device 17
  was at 1 2
    device 18

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 9, in three
ValueError
"""
    kept = without_texts(trace)
    assert "device" not in kept
    assert kept.splitlines()[1:] == [
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in one',
        "    two(row)",
        "    ~~~^^^^^",
        '  File "a.py", line 2, in two',
        "    raise Bad(row)",
        "a.Bad",
        "The above exception was the direct cause of the following exception:",
        "Traceback (most recent call last):",
        '  File "a.py", line 9, in three',
        "ValueError",
    ]
