"""Pages of reference that are written by hand name what the code has: columns of the tables, reasons, buckets."""

import re

import pytest

from footfall.periods.columns import PERIOD_MEASURES
from footfall.schema import DWELL_BUCKETS, FOOTFALL, REASONS
from tests.documents import ROOT


def first_cells(page: str, header: str) -> list[str]:
    """The names in the first cells of a table; `_p50` behind `a_p25` is `a_p50`."""
    _, _, rest = (ROOT / page).read_text(encoding="utf-8").partition(f"\n{header}\n| --- | --- |\n")
    names: list[str] = []
    for row in rest.partition("\n\n")[0].splitlines():
        for name in re.findall(r"`([^`]+)`", row.split(" | ")[0]):
            names.append(names[-1].rpartition("_")[0] + name if name.startswith("_") else name)
    return names


@pytest.mark.parametrize(
    ("page", "columns"),
    [
        ("docs/table.md", FOOTFALL.names),
        (
            "docs/definitions.md",
            ["place_id", "first_day", *(column.name for column in PERIOD_MEASURES), "suppressed"],
        ),
    ],
)
def test_each_column_of_a_table_has_its_row_on_the_page(page: str, columns: list[str]) -> None:
    """And no row is of a column that is not there."""
    assert sorted(first_cells(page, "| column | meaning |")) == sorted(columns)


def test_each_reason_of_the_quarantine_has_its_row() -> None:
    """In the order in which rules are asked; one row stands for all fields of a kind."""
    kinds = [re.sub(":.*", ":*", reason) for reason in REASONS]
    assert first_cells("docs/definitions.md", "| reason | |") == list(dict.fromkeys(kinds))


def test_the_buckets_of_dwell_are_those_of_the_job() -> None:
    """Whole minutes."""
    assert f"7 numbers: {', '.join(DWELL_BUCKETS)} whole minutes" in (ROOT / "docs/table.md").read_text(
        encoding="utf-8"
    )
