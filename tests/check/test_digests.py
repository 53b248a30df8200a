"""The digest of a day: equal for equal rows, and for no others."""

import hashlib
import struct
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from footfall.check import digest
from footfall.schema import FOOTFALL, PLACE_DAYS

DAY = date(2023, 3, 1)


def row(place: str, **changed: Any) -> dict[str, Any]:
    """A row of a place with two pings of one device, a visit from 8:00 that lasted 90 s."""
    counted = {"pings": 2, "devices": 1, "visits": 1, "single_ping_visits": 0}
    dwell = dict.fromkeys(("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75"), 90.0)
    lists = {"visits_by_hour": [0] * 8 + [1] + [0] * 15, "dwell_buckets": [1] + [0] * 6}
    return {"place_id": place, "day": DAY, **counted, **dwell, **lists, "suppressed": False, **changed}


HIDDEN = {"place_id": "c", "day": DAY, "suppressed": True}
ROWS = [row("a"), row("bé"), HIDDEN]


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of FOOTFALL."""
    return pa.Table.from_pylist(rows, FOOTFALL)


def test_the_digest_is_what_its_definition_says() -> None:
    """Byte by byte, for a row with values and a suppressed one."""
    ones, some = b"\1\1", b"\1\0"
    columns = {
        "place_id": ones + struct.pack("<2i", 1, 1) + b"ac",
        "day": ones + struct.pack("<2i", 19417, 19417),
        "pings": some + struct.pack("<2q", 2, 0),
        "devices": some + struct.pack("<2q", 1, 0),
        "visits": some + struct.pack("<2q", 1, 0),
        "single_ping_visits": some + struct.pack("<2q", 0, 0),
        "dwell_seconds_p25": some + struct.pack("<2d", 90, 0),
        "dwell_seconds_p50": some + struct.pack("<2d", 90, 0),
        "dwell_seconds_p75": some + struct.pack("<2d", 90, 0),
        "visits_by_hour": some + struct.pack("<2i", 24, 0) + struct.pack("<24i", *[0] * 8, 1, *[0] * 15),
        "dwell_buckets": some + struct.pack("<2i", 7, 0) + struct.pack("<7i", 1, *[0] * 6),
        "suppressed": ones + b"\0\1",
    }
    whole = struct.pack("<q", 2) + b"".join(name.encode() + b"\0" + part for name, part in columns.items())
    assert digest(table([row("a"), HIDDEN]), PLACE_DAYS) == hashlib.sha256(whole).hexdigest()[:32]


def test_a_measure_that_was_not_asked_for_changes_no_digest() -> None:
    """The bytes of a day of an older version, whose rows lack it; where some row has it, it counts."""
    older = table(ROWS).drop_columns(["visits_of_at_least"])
    null = older.append_column("visits_of_at_least", pa.nulls(3, FOOTFALL.field("visits_of_at_least").type))
    assert digest(null.select(FOOTFALL.names), PLACE_DAYS) == digest(table(ROWS), PLACE_DAYS)
    asked = table([row("a", visits_of_at_least=[1, 0]), *ROWS[1:]])
    assert digest(asked, PLACE_DAYS) != digest(table(ROWS), PLACE_DAYS)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """They are sorted first."""
    assert digest(table([ROWS[number] for number in order]), PLACE_DAYS) == digest(table(ROWS), PLACE_DAYS)


def test_how_rows_are_stored_does_not_matter() -> None:
    """Neither how they are cut, nor the kind of text, nor the order of columns."""
    cut = pa.concat_tables([table(ROWS[:1]), table([]), table(ROWS[1:])])
    large = table(ROWS).set_column(0, "place_id", table(ROWS)["place_id"].cast(pa.large_string()))
    turned = table(ROWS).select(FOOTFALL.names[::-1])
    sliced = table([row("zero"), *ROWS, row("last")])[1:4]
    assert {digest(each, PLACE_DAYS) for each in (cut, large, turned, sliced)} == {
        digest(table(ROWS), PLACE_DAYS)
    }


@pytest.mark.parametrize(
    "other",
    [
        [],
        ROWS[:2],
        [*ROWS, row("d")],
        [row("b"), row("bé"), HIDDEN],
        [row("a", pings=3), row("bé"), HIDDEN],
        [row("a", day=date(2023, 3, 2)), row("bé"), HIDDEN],
        [row("a", dwell_seconds_p75=90.00000000000001), row("bé"), HIDDEN],
        [row("a", visits_by_hour=[0] * 7 + [1] + [0] * 16), row("bé"), HIDDEN],
        [row("a"), row("bé"), row("c", suppressed=True)],
        [row("a"), row("bé"), {**HIDDEN, "suppressed": False}],
        [row("a", single_ping_visits=None), row("bé"), HIDDEN],
        [row("a", dwell_buckets=None), row("bé"), HIDDEN],
    ],
)
def test_other_rows_have_another_digest(other: list[dict[str, Any]]) -> None:
    """One value is enough; null is not zero."""
    assert digest(table(other), PLACE_DAYS) != digest(table(ROWS), PLACE_DAYS)


def test_minus_zero_is_zero() -> None:
    """They are equal, so their digests are."""
    zero, minus = (table([row("a", dwell_seconds_p25=value)]) for value in (0.0, -0.0))
    assert digest(zero, PLACE_DAYS) == digest(minus, PLACE_DAYS)
