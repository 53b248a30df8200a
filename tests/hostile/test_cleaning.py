"""Cleaning of pings of any values: each is kept, of another day or not used, as a few lines of Python say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.clean import Rules
from tests.reason_definition import CALENDAR, Given, reason
from tests.test_clean_values import reasons, typed

DAY = (1_677_628_800_000_000, 1_677_715_200_000_000)  # 2023-03-01 in UTC
HOUR = 3_600_000_000
NEAR = (DAY[0] - HOUR, DAY[1] + HOUR)
RULES = Rules(asked=DAY, near=NEAR, accuracy_limit=50.0)

INSTANTS = st.sampled_from([*DAY, DAY[0] - 1, DAY[1] - 1, *NEAR, *CALENDAR])
PINGS = st.builds(
    Given,
    st.none() | st.sampled_from(["", " ", "a", " b"]) | st.text(max_size=3),
    st.none() | INSTANTS | st.integers(DAY[0] - 2 * HOUR, DAY[1] + 2 * HOUR),
    st.none() | st.floats() | st.floats(-181, 181),
    st.none() | st.floats() | st.floats(-91, 91),
    st.none() | st.floats(),
)


@settings(max_examples=200, deadline=None)
@given(pings=st.lists(PINGS, min_size=1, max_size=30))
def test_each_ping_is_judged_as_it_is_written_down(pings: list[Given]) -> None:
    """And none is dropped: there are as many answers as questions."""
    assert reasons(typed(pings), RULES) == [reason(ping, DAY, NEAR, 50.0) for ping in pings]
