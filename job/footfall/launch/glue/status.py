"""What a run of a Glue job says of itself: whether it ended and how, what holds it up, and what it costs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError
from footfall.launch.ending import reported
from footfall.launch.glue.job import DAYS, Object

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")
NOT_YET = ("STARTING", "WAITING")
CURRENCY = "USD"
"""Of AWS, where no other is named."""
_TOLD = re.compile(r"exit code (\d+): (.+?)(?: \(where: (.+?)\) \(do: (.+)\))?$", re.DOTALL)


def state(run: Object) -> str:
    """The state as Glue tells it."""
    return str(run["JobRunState"])


def has_ended(run: Object) -> bool:
    """Whether nothing more will come of it."""
    return state(run) in ENDED


def day(run: Object) -> str | None:
    """The day it was asked to count, as it was written."""
    return dict(run.get("Arguments", {})).get(DAYS)


def exit_code(run: Object) -> int | None:
    """The exit code of the script: Glue has none of its own, but shows the error that the script ended with."""
    if state(run) == "SUCCEEDED":
        return 0
    told = _TOLD.search(message(run))
    return int(told[1]) if told and state(run) == "FAILED" else None


def message(run: Object) -> str:
    """What Glue says of the end."""
    return str(run.get("ErrorMessage") or run.get("StateDetail") or "").strip()


def failure(run: Object, told: tuple[str, str, str] | None, where: str) -> FootfallError | None:
    """Why a run did not publish; none where it did.

    Args:
        run: The run, which has ended.
        told: What was wrong, where, and what to do, as its log has it.
        where: The run, for people.
    """
    code = exit_code(run)
    if code == 0:
        return None
    noted = _TOLD.search(message(run))
    if noted and noted[3]:
        told = told or (noted[2], noted[3], noted[4])
    return reported(code, told, where) or _by_state(run, where)


def _by_state(run: Object, where: str) -> FootfallError:
    says = message(run) or "Glue gives no reason"
    how = state(run)
    if how == "STOPPED":
        return InfrastructureError(
            f"The run was stopped by someone: {says}",
            where=where,
            fix="Submit the day again if it is wanted.",
        )
    if how == "TIMEOUT":
        fix = "Give the job more workers, or a longer Timeout."
        return InfrastructureError(f"The run took longer than the job allows: {says}", where=where, fix=fix)
    if re.search(r"OutOfMemory|OUT_OF_MEMORY|exit status: 137|Container killed", says):
        fix = "Give the job larger workers: WorkerType G.2X, or R.1X."
        return InfrastructureError(f"The run had too little memory: {says}", where=where, fix=fix)
    if re.search(r"AccessDenied|not authorized|PERMISSION_ERROR|Role .* should be given assume", says):
        fix = "Give the role of the job the right to it; docs/glue.md lists what it needs."
        return PrerequisiteError(f"The role of the job may not do it: {says}", where=where, fix=fix)
    fix = "Read the log above; submit again once what it names is mended."
    return InfrastructureError(f"The run failed: {says}", where=where, fix=fix)


DPUS = {"Standard": 1, "G.025X": 0.25, "R.1X": 1, "R.2X": 2, "R.4X": 4, "R.8X": 8} | {
    f"G.{size}X": size for size in (1, 2, 4, 8, 12, 16)
}
"""Data processing units of a worker, from the developer guide of Glue."""

SHORTEST = 60
"""Seconds that a run costs at least."""


def dpu_seconds(run: Object) -> float | None:
    """What a run used of Glue: as Glue counted it where workers came and went, else by its size and duration."""
    if run.get("DPUSeconds"):
        return float(run["DPUSeconds"])
    seconds = run.get("ExecutionTime")
    size = run.get("MaxCapacity") or _dpus(run)
    return max(float(seconds), SHORTEST) * float(size) if seconds and size else None


def _dpus(run: Mapping[str, object]) -> float | None:
    each, workers = DPUS.get(str(run.get("WorkerType"))), run.get("NumberOfWorkers")
    return each * float(str(workers)) if each and workers else None


@dataclass(frozen=True)
class DpuPrice:
    """The price of a DPU hour, in a currency."""

    hour: float
    currency: str

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "DpuPrice | None":
        """The price that the arguments of a job and of its run set, if they do.

        Raises:
            SettingsError: It is no number.
        """
        told = arguments.get("--prices-dpu-hour")
        try:
            return cls(float(told), arguments.get("--prices-currency", CURRENCY)) if told else None
        except ValueError:
            raise SettingsError(
                f"The price of a DPU hour is no number: {told}",
                where="setting prices.dpu_hour, argument --prices-dpu-hour",
                fix="Give it as 0.44, or leave it out.",
            ) from None


def cost(run: Object, price: DpuPrice | None) -> dict[str, float | str]:
    """What a run cost: its DPU seconds, and money where the price of a DPU hour is known."""
    used = dpu_seconds(run)
    if used is None:
        return {}
    told: dict[str, float | str] = {"dpu_seconds": round(used, 1)}
    if price:
        told.update(cost=round(used / 3600 * price.hour, 4), currency=price.currency)
    return told
