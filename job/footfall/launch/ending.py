"""How a run elsewhere ended, whoever ran it."""

from dataclasses import dataclass
from typing import Any

from footfall.errors import AuditError, FootfallError, InfrastructureError
from footfall.launch.exit_codes import OWN, kind_of


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes:
        name: The run: a SparkApplication, or the id of a Glue run.
        exit_code: That of the driver where the job chose it; else that of the error which it means here.
        summary: What the run told of itself, if it did.
        error: Why it did not publish, if so.
    """

    name: str
    exit_code: int
    summary: dict[str, Any] | None
    error: FootfallError | None


def may_end_otherwise(code: int | None) -> bool:
    """Whether a run that ended with this code is worth another try: its surroundings failed, not its input."""
    return kind_of(code) is InfrastructureError


def reported(code: int | None, told: tuple[str, str, str] | None, where: str) -> FootfallError | None:
    """The error that the run itself told at its end, if it did.

    Args:
        code: The exit code of its driver.
        told: What was wrong, where, and what to do, as its log has it.
        where: The run.
    """
    kind = OWN.get(code) if code is not None else None
    return kind(told[0], where=f"{told[1]} (in {where})", fix=told[2]) if kind and told else None


def verify_smoke(ending: Ending, known: dict[str, int]) -> None:
    """See that the smoke run counted what the generator of the sample knows.

    Args:
        ending: A run of the sample that was published.
        known: Rows of the stages of the funnel, by the stage.

    Raises:
        AuditError: A number is another one.
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
