"""What the tests of reports share."""

import pytest

from footfall.report.places import headline, sections
from footfall.runs.evidence import Evidence
from footfall.runs.outcome import Check
from footfall.runs.progress import StepTime
from tests.report.evidence import DAY, FUNNEL, INPUTS, PLACES, RUN, SEEN, SETTINGS, STARTED, TOTALS


@pytest.fixture
def evidence() -> Evidence:
    """A published run of one day that lists one of two places; it took 12.5 s."""
    checks = [Check("rows read", True, "15", "at least 0", gate=True)]
    steps = [StepTime("write", 1.5, {"rows": 2})]
    return Evidence(
        *(RUN, STARTED, SETTINGS, INPUTS, [DAY], FUNNEL, SEEN, checks),
        headline=headline(TOTALS, len(PLACES)),
        sections=sections(TOTALS, PLACES, SETTINGS),
        steps=steps,
        refusal=None,
    )
