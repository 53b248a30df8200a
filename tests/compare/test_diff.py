"""The command `footfall diff` on folders: what it reads, prints and ends with."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.schema import PLACE_DAYS
from tests.compare.test_rows import row, table


def output(root: Path, *rows: dict[str, object], day: str = "2023-03-01") -> Path:
    """An output whose table has these rows on a day."""
    file = root / "footfall" / f"day={day}" / "footfall.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(table(*rows).select(PLACE_DAYS.file_schema.names), file)
    return root


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An output with two places."""
    return output(tmp_path / "old", row("a", 4), row("b", 1000))


def test_the_same_rows_end_with_0(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And say of how many days and rows that is."""
    assert main(["diff", str(old), str(old)]) == 0
    assert capsys.readouterr().out == "The same: 1 day, 2 rows.\n"


def test_other_rows_end_with_1_and_are_named(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, then each day with its columns and places."""
    new = output(tmp_path / "new", row("a", 4), row("b", 1500), row("c"))
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Different on 1 of 1 day: 1 row added, 0 rows gone, 1 row changed, of 3 now.",
        "",
        "2023-03-01: 1 row changed of 3, 1 added (c)",
        "  pings: 1 row, sum 1,004 -> 1,504",
        "    b: 1,000 -> 1,500",
    ]


@pytest.mark.parametrize(
    "inner", ["", "footfall", "footfall/day=2023-03-01", "footfall/day=2023-03-01/footfall.parquet"]
)
def test_an_output_a_table_a_day_and_a_file_name_the_same_rows(old: Path, inner: str) -> None:
    """Each is compared with the whole output."""
    assert main(["diff", str(old), str(old / inner)]) == 0


def test_days_of_one_side_are_differences_unless_they_are_left_out(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--from and --to choose what is compared; a range without days is refused."""
    new = shutil.copytree(old, tmp_path / "new")
    output(tmp_path / "more", row("a"), day="2023-03-02")
    shutil.copytree(tmp_path / "more", new, dirs_exist_ok=True)
    assert main(["diff", str(old), str(new)]) == 1
    assert "2023-03-02: only the new side has this day, with 1 row" in capsys.readouterr().out
    assert main(["diff", str(old), str(new), "--to", "2023-03-01"]) == 0
    assert main(["diff", str(old), str(new), "--from", "2024-01-01"]) == 3
    assert "They have days from 2023-03-01 to 2023-03-02" in capsys.readouterr().err


def test_markdown_takes_no_markup_from_a_name(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A place that is called like a table, a mention or a heading stays one word in a comment."""
    name = "x|`@octocat`\n# <b>"
    before, after = output(tmp_path / "1", row(name, 4)), output(tmp_path / "2", row(name, 5))
    assert main(["diff", str(before), str(after), "--format", "markdown"]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "| pings | 1 | 4 | 5 | `x¦@octocat # <b>`: 4 -> 5 |"


def test_json_holds_every_place_and_is_written_too(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer and what --write leaves are the same document."""
    many = [row(f"p{number}") for number in range(8)]
    new = output(tmp_path / "new", row("a", 4), row("b", 1000), *many)
    words = ["diff", str(old), str(new), "--format", "json", "--write", str(tmp_path / "out")]
    assert main(words) == 1
    answer = capsys.readouterr().out
    assert (tmp_path / "out/diff.json").read_text() == answer
    document = json.loads(answer)
    assert (document["changed"], document["days"][0]["added"]) == (
        True,
        [f"p{number}" for number in range(8)],
    )
    assert "8 added (`p0`, `p1`, `p2`, `p3`, `p4` and 3 more)" in (tmp_path / "out/diff.md").read_text()


def test_where_nothing_is_published_there_is_nothing_to_compare(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address is named; so is the form of a table of Iceberg, whose files are not all published."""
    assert main(["diff", str(old), str(tmp_path / "none")]) == 3
    assert f"where: {tmp_path / 'none'}" in capsys.readouterr().err
    lake = output(tmp_path / "lake", row("a"))
    (lake / "footfall/metadata").mkdir()
    (lake / "footfall/metadata/1.metadata.json").write_text("{}")
    assert main(["diff", str(old), str(lake)]) == 3
    assert "iceberg:DATABASE.TABLE" in capsys.readouterr().err


def test_a_file_without_a_later_column_is_compared_by_what_it_has(old: Path, tmp_path: Path) -> None:
    """The column is unknown there, so that rows differ where it is known now."""
    new = shutil.copytree(old, tmp_path / "new")
    file = new / "footfall/day=2023-03-01/footfall.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["dwell_seconds_p75"]), file)
    assert main(["diff", str(old), str(new), "--write", str(tmp_path / "out")]) == 1
    (column,) = json.loads((tmp_path / "out/diff.json").read_text())["days"][0]["columns"]
    assert (column["name"], column["rows"]) == ("dwell_seconds_p75", 2)


def test_no_place_is_named_where_none_may_be(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers of rows and sums stay; for a comment that has more readers than the table."""
    new = output(tmp_path / "new", row("a", 5), row("secret"))
    for form in ("text", "markdown"):
        assert main(["diff", str(old), str(new), "--largest", "0", "--format", form]) == 1
        answer = capsys.readouterr().out
        assert "1 row changed of 2, 1 added, 1 gone" in answer
        assert not any(name in answer for name in ("secret", "a:", "`a`", "`b`"))
