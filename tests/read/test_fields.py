"""What the fields of a ping hold, and the first thing that is wrong with them."""

import numpy as np
import pyarrow as pa
import pytest
from tests.read.spellings import NO_NUMBERS, NUMBERS

from footfall.read.pings.fields import Fields, Mask, blank, defects, numbers
from footfall.schema import INSTANT, REASONS

SOUND = pa.array([1.0, 1.0])


def mask(*rows: bool) -> Mask:
    """A row of truths."""
    return np.array(rows)


def fields(**given: object) -> Fields:
    """Two sound rows, but for what is given."""
    at = pa.array([0, 0], pa.int64()).view(INSTANT)
    return Fields(**{"at": at, "lat": SOUND, "lon": SOUND, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_text_is_a_number_by_the_same_rule_in_all_formats(kind: pa.DataType) -> None:
    """Alone and among others, and with nulls; what is no number is null."""
    assert numbers(pa.array([*NUMBERS, None], kind)).to_pylist() == [*NUMBERS.values(), None]
    assert numbers(pa.array([*NO_NUMBERS, "", " "], kind)).null_count == len(NO_NUMBERS) + 2
    for text in NO_NUMBERS:
        assert numbers(pa.array([text, "1.5"], kind)).to_pylist() == [None, 1.5], text


def test_numbers_of_all_types_are_doubles() -> None:
    """What is not finite is null."""
    inf, nan = float("inf"), float("nan")
    assert numbers(pa.array([1.5, inf, -inf, nan, None])).to_pylist() == [1.5, None, None, None, None]
    assert numbers(pa.array([2**53 + 1, None], pa.int64())).to_pylist() == [2.0**53, None]
    assert numbers(pa.array([0.5], pa.float16())).to_pylist() == [0.5]


def test_blank_is_null_or_nothing_but_spaces() -> None:
    """Tabs are no spaces; numbers are blank where they are null."""
    texts = ["a", "", " ", "  ", " a", "\t", None]
    assert blank(pa.array(texts)).tolist() == [False, True, True, True, False, False, True]
    assert blank(pa.array(texts, pa.large_string())).tolist() == blank(pa.array(texts)).tolist()
    assert blank(pa.array([0, None])).tolist() == [False, True]


def test_sound_rows_have_no_defects() -> None:
    """An accuracy that is not there is none either."""
    assert defects(fields()) is None
    nothing = pa.array([None, None], pa.float64())
    assert defects(fields(accuracy=nothing, blank={"accuracy": mask(True, True)})) is None
    assert defects(fields(accuracy=SOUND, never=mask(False, False), malformed=mask(False, False))) is None


def test_a_row_has_the_first_of_the_reasons() -> None:
    """One after the other comes to the first of two rows, from the last reason to the first."""
    first, null = mask(True, False), pa.array([None, 1.0])
    no_time = pa.array([None, 0], pa.int64()).view(INSTANT)
    blanks: dict[str, Mask] = {}
    steps: list[tuple[str, dict[str, object]]] = [
        ("nonexistent_time", {"at": no_time, "never": first}),
        ("wrong_type:accuracy", {"accuracy": null}),
        ("wrong_type:lon", {"lon": null}),
        ("wrong_type:lat", {"lat": null}),
        ("wrong_type:at", {"never": None}),
        *((f"missing_field:{part}", {"blank": part}) for part in ("lon", "lat", "at", "device")),
        ("unreadable_row", {"malformed": first}),
    ]
    given: dict[str, object] = {}
    for reason, added in steps:
        if "blank" in added:
            blanks[str(added["blank"])] = first
            added = {"blank": blanks}
        given |= added
        found = defects(fields(**given))
        assert found is not None
        assert found.tolist() == [REASONS.index(reason), -1]
    assert [reason for reason, _ in reversed(steps)] == list(REASONS[: len(steps)])
