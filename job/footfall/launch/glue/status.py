"""The state of a Glue run: whether and how it ended, why it failed, and what it cost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError
from footfall.launch.ending import error_from_log
from footfall.launch.glue.job import DAYS, Object

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")
NOT_YET = ("STARTING", "WAITING")
CURRENCY = "USD"
"""The currency of AWS prices, unless the settings name another."""
_EXIT = re.compile(r"exit code (\d+): (.+?)(?: \(where: (.+?)\) \(do: (.+)\))?$", re.DOTALL)


def state(run: Object) -> str:
    """The state that Glue gives, such as RUNNING."""
    return str(run["JobRunState"])


def has_ended(run: Object) -> bool:
    """Whether the run has ended."""
    return state(run) in ENDED


def day(run: Object) -> str | None:
    """The text of its argument --days; None if it has none."""
    return dict(run.get("Arguments", {})).get(DAYS)


def exit_code(run: Object) -> int | None:
    """The script's exit code, read from Glue's error message; 0 if it succeeded, None if the message has none."""
    if state(run) == "SUCCEEDED":
        return 0
    found = _EXIT.search(message(run))
    return int(found[1]) if found and state(run) == "FAILED" else None


def message(run: Object) -> str:
    """Glue's message about the end of the run; empty if there is none."""
    return str(run.get("ErrorMessage") or run.get("StateDetail") or "").strip()


def failure(run: Object, logged: tuple[str, str, str] | None, where: str) -> FootfallError | None:
    """Why a run did not publish; None if it did.

    Args:
        run: The run, which has ended.
        logged: What was wrong, where, and what to do, from its log.
        where: The run, for people.
    """
    code = exit_code(run)
    if code == 0:
        return None
    found = _EXIT.search(message(run))
    if found and found[3]:
        logged = logged or (found[2], found[3], found[4])
    return error_from_log(code, logged, where) or _by_state(run, where)


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
    fix = "Read the log above; submit again once what it names is fixed."
    return InfrastructureError(f"The run failed: {says}", where=where, fix=fix)


DPUS = {"Standard": 1, "G.025X": 0.25, "R.1X": 1, "R.2X": 2, "R.4X": 4, "R.8X": 8} | {
    f"G.{size}X": size for size in (1, 2, 4, 8, 12, 16)
}
"""Data processing units of a worker, from the developer guide of Glue."""

SHORTEST = 60
"""The least number of seconds that Glue bills for a run."""


def dpu_seconds(run: Object) -> float | None:
    """The DPU seconds of a run: Glue's count if it autoscaled, else size times duration; None if neither is known."""
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
        """The price that the arguments of a job or a run set; None if they set none.

        Raises:
            SettingsError: The price is not a number.
        """
        text = arguments.get("--prices-dpu-hour")
        try:
            return cls(float(text), arguments.get("--prices-currency", CURRENCY)) if text else None
        except ValueError:
            raise SettingsError(
                f"The price of a DPU hour is not a number: {text}",
                where="setting prices.dpu_hour, argument --prices-dpu-hour",
                fix="Give it as 0.44, or leave it out.",
            ) from None


def cost(run: Object, price: DpuPrice | None) -> dict[str, float | str]:
    """What a run cost as fields of its summary: `dpu_seconds`, and `cost` and `currency` if the price is known."""
    used = dpu_seconds(run)
    if used is None:
        return {}
    paid: dict[str, float | str] = {"dpu_seconds": round(used, 1)}
    if price:
        paid.update(cost=round(used / 3600 * price.hour, 4), currency=price.currency)
    return paid
