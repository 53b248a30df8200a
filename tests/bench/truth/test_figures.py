"""The tables of docs/truth.md are those of the last `make truth`."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "truth.md").read_text(encoding="utf-8")
MEASURED = json.loads((ROOT / "bench" / "truth.json").read_text(encoding="utf-8"))
TOOLS = {
    "footfall": "footfall",
    "footfall, 5 min or more": "footfall_5",
    "trackintel": "trackintel",
    "fastmob": "fastmob",
}
LINE = re.compile(
    r"^\| (\w[\w ]*), (\w[\w ]*) \| ([^|]+) \| (\d+)% \| (\d+)% \| (\d+)% \| (\d+)% \| (\d+) \|", re.M
)


def test_each_line_of_the_table_says_what_was_measured() -> None:
    """Right, missed, merged and split in percent of the true visits, false ones for 100 of them."""
    scores = {
        (each["sampling"], each["noise"], each["tool"]): each["score"]
        for each in MEASURED["records"]
        if each["kind"] == "all"
    }
    lines = LINE.findall(PAGE)
    assert len(lines) == 32
    for sampling, noise, tool, *figures in lines:
        score = scores[sampling, noise, TOOLS[tool]]
        parts = [score[part] for part in ("right", "missed", "merged", "split", "false")]
        assert [int(figure) for figure in figures] == [round(100 * part / score["true"]) for part in parts]


def test_each_visit_of_a_diary_is_in_one_part() -> None:
    """Right, missed, merged and split add up to all."""
    for record in MEASURED["records"]:
        score = record["score"]
        assert score["right"] + score["missed"] + score["merged"] + score["split"] == score["true"]
