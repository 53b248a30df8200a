"""CSV that means harm: bombs, huge records, formulas, and lines of anything."""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.read.pings import read_pings
from footfall.settings import PingSettings
from tests.read.read_rows import Row, rows_of

HEADER = "device,at,lon,lat\n"
GOOD = "d1,2023-03-01 10:00:00,0.5,0.5\n"


def pings(path: Path) -> list[Row]:
    """The rows of a file."""
    return rows_of(read_pings(PingSettings.model_validate({"path": str(path)}), 2))


def defects(rows: list[Row]) -> dict[str | None, int]:
    """How many rows have which defect."""
    return Counter(row["defect"] for row in rows)


def test_a_bomb_of_many_lines_is_read_line_by_line(tmp_path: Path) -> None:
    """Less than a hundredth of the hundred megabytes that it unpacks to; each row is counted."""
    path, rows = tmp_path / "bomb.csv.gz", 200_000
    with gzip.open(path, "wt", compresslevel=6) as packed:
        packed.write(HEADER + GOOD)
        for _ in range(rows // 1000):
            packed.write(("x" * 500 + "\n") * 1000)
    assert path.stat().st_size < 1_000_000
    assert defects(pings(path)) == {None: 1, "unreadable_row": rows}


def test_a_bomb_of_one_line_is_one_malformed_row(tmp_path: Path) -> None:
    """Ten megabytes without a line break, packed; the rows around it are read."""
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wt", compresslevel=1) as packed:
        packed.write(HEADER + GOOD)
        for _ in range(10):
            packed.write("0" * 2**20)
        packed.write("\n" + GOOD)
    assert defects(pings(path)) == {None: 2, "unreadable_row": 1}


def test_a_row_of_a_million_fields_is_one_malformed_row(tmp_path: Path) -> None:
    """And so is one whose quotes never close."""
    path = tmp_path / "pings.csv"
    path.write_text(HEADER + "," * 1_000_000 + "\n" + '"' * 999_999 + "\n" + GOOD)
    assert defects(pings(path)) == {None: 1, "unreadable_row": 2}


def test_formulas_are_text(tmp_path: Path) -> None:
    """In a number's place they are quarantined as they stand; as a device they are an id like others."""
    path = tmp_path / "pings.csv"
    calls = ["=1+1", "+0.5+0.5", "-2+3", "@SUM(A1)", "=HYPERLINK(x)", "\t=1"]
    path.write_text(HEADER + "".join(f"{call},2023-03-01 10:00:00,{call},0.5\n" for call in calls))
    rows = pings(path)
    assert [row["lon"] for row in rows] == [None] * len(calls)
    assert {row["defect"] for row in rows} == {"wrong_type:lon"}
    assert sorted(row["device"] for row in rows) == sorted(calls)
    assert all(row["device"] in row["raw"] for row in rows)


def _fields(line: str) -> list[str] | None:
    """The four fields of a line by Python's own reader; None where it does not find four."""
    try:
        fields = next(csv.reader(io.StringIO(line), strict=True))
    except (csv.Error, StopIteration):
        return None
    return fields if len(fields) == 4 else None


PIECES = st.sampled_from(
    ["d1", "2023-03-01 10:00:00", "0.5", "-91", "NaN", "1e400", "", " ", "=1", "ß", "\u2028"]
)
QUOTED = st.text(alphabet='ab,"\u00e9', max_size=4).map(lambda text: '"' + text.replace('"', '""') + '"')
SOUND = st.lists(PIECES | QUOTED, min_size=3, max_size=5).map(",".join)
ANYTHING = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n\x00"), max_size=20
)
LINES = st.lists(SOUND | ANYTHING, min_size=1, max_size=60)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=LINES)
def test_each_line_is_one_row_with_its_text(tmp_path: Path, lines: list[str]) -> None:
    """Whatever stands in it; where Python's reader finds four fields they are the same, else the row is torn."""
    path = tmp_path / "pings.csv"
    path.write_bytes((HEADER + GOOD + "\n".join(lines) + "\n").encode())
    wanted = [GOOD.strip(), *(line for line in lines if line.strip("".join(map(chr, range(33)))))]
    rows = pings(path)
    assert sorted(row["raw"] for row in rows) == sorted(wanted)
    for row in rows:
        fields = _fields(row["raw"])
        if row["defect"] != "unreadable_row":
            assert fields is not None
            assert row["device"] == fields[0]
        elif fields is not None:
            assert '"' in row["raw"], "only what quotes mean is a matter of taste"
