"""Is the input good enough to publish, as the settings ask?"""

from collections.abc import Sequence

from footfall.errors import AuditError, FootfallError, GateRefused
from footfall.runs.facts import DaySums
from footfall.runs.outcome import Check, Funnel
from footfall.settings import Quality


def gates(funnel: Funnel, quality: Quality, per_day: Sequence[DaySums] = ()) -> list[Check]:
    """The checks of the input against the limits of the settings.

    Args:
        funnel: Where the rows went.
        quality: The limits.
        per_day: The sums of each day, and of the day before.
    """
    bad, outside = sum(funnel.quarantined.values()), funnel.outside_places
    shares = (
        ("share quarantined", bad, funnel.read, quality.max_quarantined_share),
        ("share in no place", outside, funnel.kept, quality.max_outside_share),
    )
    checks = [_share(name, part, whole, limit) for name, part, whole, limit in shares]
    rows = Check(
        "rows read",
        funnel.read >= quality.min_rows,
        f"{funnel.read:,}",
        f"at least {quality.min_rows:,}",
        gate=True,
    )
    return [*checks, rows, *_change(per_day, quality)]


def _change(per_day: Sequence[DaySums], quality: Quality) -> list[Check]:
    """Are the pings in places about as many as on the day before, where the settings ask and that day is known?"""
    limit = quality.max_change
    if limit is None:
        return []
    changes = [
        (each.day, each.pings / each.before.pings - 1)
        for each in per_day
        if each.before and each.before.pings
    ]
    beyond = [f"{share:+.1%} on {day}" for day, share in changes if abs(share) > limit]
    found = ", ".join(beyond) or f"{len(changes)} of {len(per_day)} days could be compared"
    return [Check("change against the day before", not beyond, found, f"at most {limit:.1%}", gate=True)]


def _share(name: str, part: int, whole: int, limit: float) -> Check:
    share = part / whole if whole else 0.0
    found = f"{share:.2%} ({part:,} of {whole:,})"
    return Check(name, share <= limit, found, f"at most {limit:.2%}", gate=True)


def refusal(failed: Sequence[Check]) -> FootfallError | None:
    """Why a run with these failed checks is not published, if there are any."""
    if not failed:
        return None
    found = "; ".join(f"{each.name}: {each.found}, accepted: {each.accepted}" for each in failed)
    if all(each.gate for each in failed):
        fix = (
            "Look at the report for the reasons; mend the input, or widen the limits if they are too narrow."
        )
        return GateRefused(
            f"The quality gate refused to publish: {found}", where="settings quality.*", fix=fix
        )
    fix = "Nothing was published. Keep the input and report this as a defect of footfall."
    return AuditError(f"The job's own numbers disagree: {found}", where="the checks of the report", fix=fix)
