"""Checks before publishing: that the numbers agree with each other, and that the input is good enough."""

from footfall.check.audits import audits, complete, looked_up_twice, quarantine
from footfall.check.days import days_to_publish
from footfall.check.denied import refuse_denied
from footfall.check.digests import digest
from footfall.check.earlier import earlier
from footfall.check.fit import are_mirrored, fit
from footfall.check.funnel import Tallies, days_counted, funnel, scanned
from footfall.check.gates import gates, refusal
from footfall.check.panel import panel
from footfall.check.periods import left_out, with_periods
from footfall.check.totals import VISITED, day_totals, totals

__all__ = [
    "VISITED",
    "Tallies",
    "are_mirrored",
    "audits",
    "complete",
    "day_totals",
    "days_counted",
    "days_to_publish",
    "digest",
    "earlier",
    "fit",
    "funnel",
    "gates",
    "left_out",
    "looked_up_twice",
    "panel",
    "quarantine",
    "refusal",
    "refuse_denied",
    "scanned",
    "totals",
    "with_periods",
]
