"""The table of factors: what it says, and each way in which it can be wrong."""

from datetime import date
from pathlib import Path

import pytest

from footfall.errors import InputError
from footfall.read.scaling import Scaling, read_scaling
from footfall.settings import DayRange

FIRST, SECOND = date(2023, 3, 1), date(2023, 3, 2)


def table(folder: Path, text: str) -> str:
    """The path of such a table."""
    (folder / "factors.csv").write_text(text, encoding="utf-8")
    return str(folder / "factors.csv")


def test_each_day_has_its_factor(tmp_path: Path) -> None:
    """Other columns, blanks and a mark of the encoding do no harm."""
    path = table(tmp_path, "\ufeffregion, day, factor\nall, 2023-03-01, 12.5\nall,2023-03-02,1\n")
    scaling = read_scaling(path, DayRange(FIRST, SECOND))
    assert isinstance(scaling, Scaling)
    assert scaling.factors == {FIRST: 12.5, SECOND: 1.0}
    assert (scaling.file.path, scaling.file.bytes) == (path, (tmp_path / "factors.csv").stat().st_size)
    assert read_scaling(None, "all") is None


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("day\n2023-03-01\n", "lacks the column factor; its columns are day", ""),
        (
            "date;factor\n2023-03-01;2\n",
            "lacks the column day and the column factor; its columns are date;factor",
            "",
        ),
        ("", "lacks the column day and the column factor; its columns are none", ""),
        ("day,factor\n2023-03-01,0\n", "the day '2023-03-01' with the factor '0'", ", line 2"),
        (
            "day,factor\n2023-03-01,1\n2023-03-02,-1\n",
            "the day '2023-03-02' with the factor '-1'",
            ", line 3",
        ),
        ("day,factor\n2023-03-01,many\n", "with the factor 'many'", ", line 2"),
        ("day,factor\n2023-03-01,inf\n", "with the factor 'inf'", ", line 2"),
        ("day,factor\n2023-03-01\n", "with the factor ''", ", line 2"),
        ("day,factor\n1 March,2\n", "the day '1 March'", ", line 2"),
        ("day,factor\n2023-03-01,1\n2023-03-01,2\n", "has 2023-03-01 twice", ", line 3"),
        ("day,factor\n2023-03-01,1\n", "There is no factor for 2023-03-02", ""),
    ],
)
def test_a_wrong_table_is_one_error_that_names_the_line(
    tmp_path: Path, text: str, what: str, line: str
) -> None:
    """With the path and the setting, and what to do."""
    path = table(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_scaling(path, DayRange(FIRST, SECOND))
    assert what in refused.value.what
    assert refused.value.where == f"setting panel.scaling: {path}{line}"
    assert refused.value.fix


def test_a_table_that_is_not_there_or_is_no_text_is_an_error(tmp_path: Path) -> None:
    """As any other input."""
    with pytest.raises(InputError, match="it does not exist"):
        read_scaling(str(tmp_path / "none.csv"), "all")
    (tmp_path / "factors.csv").write_bytes(b"day,factor\n\xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_scaling(str(tmp_path / "factors.csv"), "all")


def test_of_many_days_without_a_factor_the_first_are_named(tmp_path: Path) -> None:
    """Five, and how many more there are."""
    path = table(tmp_path, "day,factor\n2023-03-01,1\n")
    with pytest.raises(
        InputError, match="2023-03-02, 2023-03-03, 2023-03-04, 2023-03-05, 2023-03-06 and 2 more"
    ):
        read_scaling(path, DayRange(FIRST, date(2023, 3, 8)))
