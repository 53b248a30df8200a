"""The funnel and the quality gate."""

from datetime import date

import pytest

from footfall import check
from footfall.runs.facts import DayBefore, DaySums
from footfall.runs.outcome import Funnel
from footfall.schema import REASONS
from footfall.settings import Limits, Quality
from tests.funnels import FUNNEL

BEFORE, DAY, NEXT, AFTER = (date(2023, 3, d) for d in (1, 2, 3, 4))

# What the steps count, one line of `tally day n` each; the run is for DAY and NEXT.
COUNTED = [
    (None, DAY, 100),
    (None, NEXT, 20),
    (None, BEFORE, 3),
    (None, AFTER, 4),
    ("outside_places", DAY, 50),
    ("outside_places", AFTER, 5),
    ("duplicate", NEXT, 6),
    ("duplicate", BEFORE, 7),
    ("boundary", DAY, 8),
    ("boundary", AFTER, 9),
    ("outside_days", None, 1000),
    ("coordinate_zero", None, 11),
    ("missing_field:at", None, 12),
    ("coordinate_out_of_range", None, 13),
    ("audited", None, 14),
    ("audit_failed", None, 15),
    ("scanned", None, 16),
    ("quarantined", None, 36),
    ("lines", None, 17),
]
TALLIES = {(tally, day): n for tally, day, n in COUNTED}


def test_the_funnel_says_where_each_row_went() -> None:
    """Pings of neighbouring days were only read for visits over midnight: they are of other days."""
    funnel = check.funnel(TALLIES, [DAY, NEXT])
    assert (funnel.inside_places, funnel.outside_places, funnel.kept) == (120, 50, 170)
    assert (funnel.duplicate, funnel.boundary) == (6, 8)
    assert funnel.outside_days == 1000 + 3 + 4 + 5 + 7
    assert {reason: n for reason, n in funnel.quarantined.items() if n} == {
        "missing_field:at": 12,
        "coordinate_out_of_range": 13,
        "coordinate_zero": 11,
    }
    assert funnel.read == 36 + 6 + 170
    assert funnel.scanned == 1019 + 212


def test_the_funnel_lists_every_reason_in_its_order_also_with_zero_rows() -> None:
    """A report that leaves a reason out would hide that it was looked for."""
    funnel = check.funnel({}, [DAY])
    assert list(funnel.quarantined) == list(REASONS)
    assert set(funnel.quarantined.values()) == {0}
    assert (funnel.scanned, funnel.read, funnel.kept) == (0, 0, 0)


def test_days_hold_a_kept_ping_or_they_are_no_days_of_the_input() -> None:
    """Rows without a day, quarantined or of other days, make no day."""
    assert check.days_counted(TALLIES) == [BEFORE, DAY, NEXT, AFTER]
    assert check.days_counted({("outside_days", None): 5}) == []


def test_rows_that_readers_gave_are_those_they_say() -> None:
    """What a file says of its rows before it is read is not among them."""
    assert check.scanned(TALLIES) == 16
    assert check.scanned({}) == 0


@pytest.mark.parametrize(
    ("quality", "failed"),
    [
        (Quality(), []),
        (Quality(max_quarantined_share=0.1, max_outside_share=0.25, min_rows=200), []),
        (Quality(max_quarantined_share=0.0999), ["share quarantined"]),
        (Quality(max_outside_share=0.2499), ["share in no place"]),
        (Quality(min_rows=201), ["rows read"]),
        (
            Quality(max_quarantined_share=0, max_outside_share=0, min_rows=999),
            ["share quarantined", "share in no place", "rows read"],
        ),
    ],
)
def test_gates_close_beyond_their_limits(quality: Quality, failed: list[str]) -> None:
    """At the limit the input is still good."""
    gates = check.gates(FUNNEL, quality)
    assert [gate.name for gate in gates if not gate.ok] == failed
    assert [gate.name for gate in gates] == ["share quarantined", "share in no place", "rows read"]
    assert all(gate.gate for gate in gates)


def test_gates_tell_shares_with_their_numbers() -> None:
    """A person can recompute what is said."""
    share, outside, rows = check.gates(FUNNEL, Quality(max_outside_share=0.2, min_rows=1000))
    assert (share.found, share.accepted) == ("10.00% (20 of 200)", "at most 100.00%")
    assert (outside.found, outside.accepted) == ("25.00% (25 of 100)", "at most 20.00%")
    assert (rows.found, rows.accepted) == ("200", "at least 1,000")


def test_an_input_without_rows_has_no_share_to_complain_of() -> None:
    """Nothing of nothing is zero; only the minimum of rows can refuse it."""
    nothing = Funnel(0, 0, {}, 0, 0, 0, 0)
    strict = Quality(max_quarantined_share=0, max_outside_share=0, min_rows=1)
    assert [gate.name for gate in check.gates(nothing, strict) if not gate.ok] == ["rows read"]


@pytest.mark.parametrize(
    ("pings", "before", "limit", "ok"),
    [
        (150, 100, 0.5, True),
        (151, 100, 0.5, False),
        (50, 100, 0.5, True),
        (49, 100, 0.5, False),
        (49, None, 0.5, True),
        (49, 0, 0.5, True),
    ],
)
def test_a_day_may_differ_from_the_day_before_by_so_much(
    pings: int, before: int | None, limit: float, ok: bool
) -> None:
    """Up and down; a day with nothing to compare with passes."""
    earlier = None if before is None else DayBefore(BEFORE, {"pings": before, "visits": 1})
    day = DaySums(DAY, {"pings": pings, "visits": 1}, "visits", 0, before=earlier)
    *_, found = check.gates(FUNNEL, Quality(max_change=limit), [day])
    assert (found.name, found.ok, found.gate) == ("change against the day before", ok, True)
    if not ok:
        assert "on 2023-03-02" in found.found


def test_without_a_limit_days_are_not_compared() -> None:
    """The other gates stay as they are."""
    earlier = DayBefore(BEFORE, {"pings": 100, "visits": 1})
    day = DaySums(DAY, {"pings": 1, "visits": 1}, "visits", 0, before=earlier)
    assert check.gates(FUNNEL, Quality(), [day]) == check.gates(FUNNEL, Quality())


@pytest.mark.parametrize(("outside", "found"), [(0.25, "not more"), (0.24, "more")])
def test_a_share_that_gives_suppressed_rows_away_is_judged_and_not_said(outside: float, found: str) -> None:
    """Whether it is within the limit is all that is told."""
    gates = check.gates(FUNNEL, Quality(max_outside_share=outside), withheld=True)
    (gate,) = (each for each in gates if each.name == "share in no place")
    assert (gate.ok, gate.found) == (found == "not more", f"{found} (withheld: rows are suppressed)")


def test_limits_to_warn_at_refuse_nothing() -> None:
    """The same limits in `quality.warn`: only those that are set are asked, and a run beyond them is published."""
    quality = Quality(min_rows=100, warn=Limits(max_quarantined_share=0.05, max_outside_share=0.3))
    gates = check.gates(FUNNEL, quality)
    assert [(gate.name, gate.ok, gate.level) for gate in gates] == [
        ("share quarantined", True, "refuse"),
        ("share in no place", True, "refuse"),
        ("rows read", True, "refuse"),
        ("share quarantined", False, "warn"),
        ("share in no place", True, "warn"),
    ]
    assert check.refusal(gates) is None
    assert [gate.sentence for gate in gates if gate.is_warning] == [
        "share quarantined: found 10.00% (20 of 200), accepted at most 5.00%"
    ]


def test_each_limit_of_the_settings_is_asked() -> None:
    """One that is set and that no check asks would let everything pass."""
    tight = Limits(max_quarantined_share=0, max_outside_share=0, min_rows=1, max_change=0.1)
    assert [name for name in Limits.model_fields if not tight.is_set(name)] == []
    warned = [gate for gate in check.gates(FUNNEL, Quality(warn=tight)) if gate.level == "warn"]
    assert len(warned) == len(Limits.model_fields)
