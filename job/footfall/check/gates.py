"""Gates: checks the quality of the input against the limits of the settings."""

from collections.abc import Sequence
from dataclasses import replace

from footfall.errors import AuditError, FootfallError, GateRefused
from footfall.plurals import counted
from footfall.runs.facts import DaySums
from footfall.runs.outcome import Check, Funnel
from footfall.settings import Limits, Quality


def gates(
    funnel: Funnel,
    quality: Quality,
    per_day: Sequence[DaySums] = (),
    *,
    withheld: bool = False,
    has_places: bool = True,
) -> list[Check]:
    """The checks of the input against the limits of the settings: those that refuse, then those that warn.

    Args:
        funnel: Rows by stage of the funnel.
        quality: The limits.
        per_day: The sums of each day, and of the day before.
        withheld: Whether to withhold the number of pings in places, because rows are suppressed.
        has_places: Whether pings can be in no place.
    """
    asked = _asked(funnel, quality, per_day, withheld=withheld, has_places=has_places)
    warned = _asked(funnel, quality.warn, per_day, withheld=withheld, has_places=has_places)
    return [
        *(each for each in asked.values() if each),
        *(replace(each, level="warn") for name, each in warned.items() if each and quality.warn.is_set(name)),
    ]


def _asked(
    funnel: Funnel, limits: Limits, per_day: Sequence[DaySums], *, withheld: bool, has_places: bool
) -> dict[str, Check | None]:
    """The check of each limit, by its name in the settings; None where it does not apply."""
    bad, outside = sum(funnel.quarantined.values()), funnel.outside_places
    quarantined = _share("share quarantined", bad, funnel.read, limits.max_quarantined_share)
    nowhere = _share("share in no place", outside, funnel.kept, limits.max_outside_share)
    if withheld:
        nowhere = replace(
            nowhere, found=f"{'not more' if nowhere.ok else 'more'} (withheld: rows are suppressed)"
        )
    enough = funnel.read >= limits.min_rows
    rows = Check("rows read", enough, f"{funnel.read:,}", f"at least {limits.min_rows:,}", gate=True)
    return {
        "max_quarantined_share": quarantined,
        "max_outside_share": nowhere if has_places else None,
        "min_rows": rows,
        "max_change": _change(per_day, limits.max_change),
    }


def _change(per_day: Sequence[DaySums], limit: float | None) -> Check | None:
    """The check that pings in places changed by at most `limit` against the day before; None without a limit."""
    if limit is None:
        return None
    changes = [
        (each.day, each.sums["pings"] / each.before.sums["pings"] - 1)
        for each in per_day
        if each.before and each.before.sums["pings"]
    ]
    beyond = [f"{share:+.1%} on {day}" for day, share in changes if abs(share) > limit]
    found = ", ".join(beyond) or f"{len(changes)} of {counted(len(per_day), 'day')} could be compared"
    return Check("change against the day before", not beyond, found, f"at most {limit:.1%}", gate=True)


def _share(name: str, part: int, whole: int, limit: float) -> Check:
    share = part / whole if whole else 0.0
    found = f"{share:.2%} ({part:,} of {whole:,})"
    return Check(name, share <= limit, found, f"at most {limit:.2%}", gate=True)


def refusal(checks: Sequence[Check]) -> FootfallError | None:
    """The error of a run that must not be published because of these checks; None if it may."""
    failed = [each for each in checks if each.is_refusing]
    if not failed:
        return None
    found = "; ".join(f"{each.name}: {each.found}, accepted: {each.accepted}" for each in failed)
    if all(each.gate for each in failed):
        usual = (
            "Look at the report for the reasons; mend the input, or widen the limits if they are too narrow."
        )
        fix = " ".join(each.fix for each in failed if each.fix) or usual
        return GateRefused(
            f"The quality gate refused to publish: {found}", where="settings quality.*", fix=fix
        )
    fix = "Nothing was published. Keep the input and report this as a defect of footfall."
    return AuditError(f"The job's own numbers disagree: {found}", where="the checks of the report", fix=fix)
