"""Which days are counted, and whether each of them holds a ping."""

from datetime import date

from footfall.check.fit import are_mirrored
from footfall.check.funnel import Tallies, days_counted, funnel
from footfall.settings import Settings

LISTED_DAYS = 5
"""So many days without a ping are named one by one."""


def days_to_publish(settings: Settings, tallies: Tallies) -> tuple[list[date], str | None]:
    """The days of a run, and the names of those that lack a ping although they may not.

    Args:
        settings: Which days are asked for, and whether a day may be empty.
        tallies: What was counted.

    Returns:
        All days that hold a ping, or those asked for; and None where nothing is missing.
    """
    found = days_counted(tallies)
    asked = found if settings.days == "all" else list(settings.days)
    missing = sorted(set(asked) - set(found))
    if asked and (not missing or settings.allow_empty):
        return asked, None
    if settings.quality.swapped_axes == "refuse" and are_mirrored(tallies, funnel(tallies, asked).read):
        return asked, None  # the gates say why there is none
    rest = f" and {len(missing) - LISTED_DAYS} more" if len(missing) > LISTED_DAYS else ""
    return asked, ", ".join(map(str, missing[:LISTED_DAYS])) + rest if missing else "any day"
