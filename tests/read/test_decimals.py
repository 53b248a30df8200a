"""Numbers whose fractions stand behind a comma."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.read.parquet_files import parquet, values_of
from tests.read.ping_files import HEADER, REST, write

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("14,605", 14.605),
        ("-14,605", -14.605),
        ("14", 14.0),
        (" 14,5 ", 14.5),
        ("1,45e1", 14.5),
        ("14,60500000000000000001", 14.605),
        ("14.605", None),
        ("1.014,5", None),
        ("14,6,5", None),
        ("14_5", None),
    ],
)
def test_fractions_may_stand_behind_a_comma(
    rows: Rows, tmp_path: Path, text: str, degrees: float | None
) -> None:
    """Then a point is none: it could part thousands."""
    path = write(tmp_path / "a.csv", HEADER.replace(",", ";") + f"a;{text};-90,5;2023-03-01T09:05:00Z")
    found = rows(path, "lat", "lon", "defect", delimiter=";", decimal=",")
    assert found == [(degrees, -90.5, None if degrees else "wrong_type:lat")]


def test_fields_may_be_separated_by_commas_all_the_same(rows: Rows, tmp_path: Path) -> None:
    """Where numbers stand in quotes."""
    path = write(tmp_path / "a.csv", f'{HEADER}a,"14,5","-90,5",2023-03-01T09:05:00Z\nb{REST}')
    assert rows(path, "lat", "lon", decimal=",") == [(14.5, -90.5), (None, None)]


def test_fractions_of_text_may_stand_behind_a_comma(tmp_path: Path) -> None:
    """Numbers need no such setting."""
    path = parquet(tmp_path / "a.parquet", lat=["14,5"], lon=[-90.5])
    assert values_of(path, "lat", "lon", "defect", decimal=",") == [(14.5, -90.5, None)]
    assert values_of(path, "lat", "defect") == [(None, "wrong_type:lat")]
