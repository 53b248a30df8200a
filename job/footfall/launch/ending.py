"""How a run on Kubernetes or Glue ended."""

from dataclasses import dataclass
from typing import Any

from footfall.errors import AuditError, FootfallError, InfrastructureError
from footfall.launch.exit_codes import OWN, kind_of


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes:
        name: The run: a SparkApplication, or the id of a Glue run.
        exit_code: The driver's, if it is one of the job's own; else that of `error`, or 0.
        summary: The run's summary line; None if its log has none.
        error: Why it did not publish; None if it did.
    """

    name: str
    exit_code: int
    summary: dict[str, Any] | None
    error: FootfallError | None


def is_worth_retrying(code: int | None) -> bool:
    """Whether another try may succeed: the exit code means that infrastructure failed, not the input or the job."""
    return kind_of(code) is InfrastructureError


def error_from_log(code: int | None, logged: tuple[str, str, str] | None, where: str) -> FootfallError | None:
    """The error that the run itself logged at its end; None if it logged none or its code is not one of the job's.

    Args:
        code: The exit code of its driver.
        logged: What was wrong, where, and what to do, from its log.
        where: The run.
    """
    kind = OWN.get(code) if code is not None else None
    return kind(logged[0], where=f"{logged[1]} (in {where})", fix=logged[2]) if kind and logged else None


def verify_smoke(ending: Ending, known: dict[str, int]) -> None:
    """Check that the smoke run counted as many rows as the sample is known to have.

    Args:
        ending: A run of the sample that was published.
        known: The expected number of rows of each stage of the funnel.

    Raises:
        AuditError: A number differs.
    """
    found = (ending.summary or {}).get("rows", {})
    wrong = [
        f"{stage}: {found.get(stage)} instead of {rows}"
        for stage, rows in known.items()
        if found.get(stage) != rows
    ]
    if wrong:
        raise AuditError(
            f"The smoke run counted the sample wrongly: {', '.join(wrong)}",
            where=f"run {ending.name}",
            fix="Do not promote this version; run the sample with `footfall run` and compare.",
        )
