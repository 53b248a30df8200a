"""Cleaning of pings of any values: each is kept, of another day or unsound, as a few lines of Python say."""

import math

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.clean import BatchRules, judge_batch

DAY = (1_677_628_800_000_000, 1_677_715_200_000_000)  # 2023-03-01 in UTC
HOUR = 3_600_000_000
RULES = BatchRules(asked=DAY, near=(DAY[0] - HOUR, DAY[1] + HOUR), accuracy_limit=50.0)

INSTANTS = st.sampled_from([*DAY, DAY[0] - 1, DAY[1] - 1, DAY[0] - HOUR, DAY[1] + HOUR])
PINGS = st.tuples(
    st.none() | st.sampled_from(["", " ", "a", " b"]) | st.text(max_size=3),
    st.none() | INSTANTS | st.integers(DAY[0] - 2 * HOUR, DAY[1] + 2 * HOUR),
    st.none() | st.floats() | st.floats(-181, 181),
    st.none() | st.floats() | st.floats(-91, 91),
    st.none() | st.floats(),
)


def judged(
    device: str | None, at: int | None, lon: float | None, lat: float | None, m: float | None
) -> str | None:
    """Why a ping is not kept; None where it is."""
    sound = bool(
        (device or "").strip(" ")
        and at is not None
        and lon is not None
        and lat is not None
        and abs(lon) <= 180
        and abs(lat) <= 90
        and (lon, lat) != (0, 0)
        and (m is None or (math.isfinite(m) and m <= 50))
    )
    if at is None:
        return "unsound"
    if not DAY[0] <= at < DAY[1] and not (sound and DAY[0] - HOUR <= at < DAY[1] + HOUR):
        return "outside_days"
    return None if sound else "unsound"


@settings(max_examples=200, deadline=None)
@given(pings=st.lists(PINGS, max_size=30))
def test_each_ping_is_judged_as_it_is_written_down(pings: list[tuple[str, int, float, float, float]]) -> None:
    """And none is dropped: there are as many answers as questions."""
    kinds = [pa.string(), pa.timestamp("us", "UTC"), pa.float64(), pa.float64(), pa.float64()]
    columns = [pa.array([ping[i] for ping in pings], kind) for i, kind in enumerate(kinds)]
    names = ["device", "at", "lon", "lat", "accuracy"]
    found = judge_batch(pa.RecordBatch.from_arrays(columns, names=names), RULES)
    assert found.column("reason").to_pylist() == [judged(*ping) for ping in pings]
