"""The days that a run publishes."""

from datetime import date

from footfall.check.fit import are_mirrored
from footfall.check.funnel import Tallies, days_counted, funnel
from footfall.plurals import shortened
from footfall.settings import JobSettings

LISTED_DAYS = 5
"""The most days without a ping that an error names."""


def days_to_publish(settings: JobSettings, tallies: Tallies) -> tuple[list[date], str | None]:
    """The days of a run, and a text that names those without a ping if the settings do not allow them.

    Args:
        settings: The setting `days`, and whether a day may be empty.
        tallies: The counts of the steps.

    Returns:
        The days of the settings, for `all` those that hold a ping; and the text, None if nothing is missing.
    """
    found = days_counted(tallies)
    asked = found if settings.days == "all" else list(settings.days)
    missing = sorted(set(asked) - set(found))
    if asked and (not missing or settings.allow_empty):
        return asked, None
    if settings.refuses_mirrored and are_mirrored(tallies, funnel(tallies, asked).read):
        return asked, None  # the gates say why there is none
    return asked, shortened(missing, LISTED_DAYS) or "any day"
