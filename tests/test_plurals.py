"""Numbers with their nouns, and lists that name the first."""

import pytest

from footfall.plurals import counted, shortened


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 boundaries"), (1, "1 boundary"), (2000, "2,000 boundaries")]
)
def test_a_number_has_the_noun_that_fits_it(value: int, said: str) -> None:
    """One alone has the singular."""
    assert counted(value, "boundary", "boundaries") == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a, b"),
        (["a", "b", "c"], "a, b and 1 more"),
        (range(2000), "0, 1 and 1,998 more"),
    ],
)
def test_a_long_list_names_the_first_and_counts_the_others(values: list[object], said: str) -> None:
    """Two are named here."""
    assert shortened(values, 2) == said
