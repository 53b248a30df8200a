"""`footfall explain number`: what a published number is made of, and whether a recount gives it again."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from tests.explain.conftest import Explain

DAY = ("--day", "2023-03-01")


def by_hour(answer: dict[str, list[dict[str, int | None]]]) -> dict[int, tuple[int | None, ...]]:
    """Pings, devices and visits of the hours that have any."""
    return {
        int(hour["hour"] or 0): (hour["pings"], hour["devices"], hour["visits"])
        for hour in answer["hours"]
        if hour["pings"] != 0 or hour["visits"]
    }


def test_a_row_is_told_by_hour(counted: Path, explain: Explain) -> None:
    """d1 is there at ten with two pings, d2 from ten to eleven, d3 from before midnight; repeats count once."""
    answer = explain("number", "A", *DAY)
    assert by_hour(answer) == {10: (3, 2, 2), 11: (1, 1, 0), 23: (1, 1, 1)}
    assert answer["measures"]["pings"] == 5
    assert answer["counted_again"] == {"same": True, "differs": {}}
    assert answer["dwell"]["5-10"] == 1  # d1, 600 s
    assert answer["dwell"]["11-20"] == 1  # d3, 900 s, over midnight
    assert answer["dwell"]["<5"] == 1  # d2, 1 s


def test_hours_are_those_of_clocks(counted: Path, explain: Explain) -> None:
    """In Kathmandu, 5:45 ahead, d1 is there at 15:45 and 15:55, d2 at 16:44 and 16:45, and d3 on the next day."""
    zone = ("--time-zone", "Asia/Kathmandu")
    assert main(["run", *zone]) == 0
    answer = explain("number", "A", *DAY, *zone)
    assert by_hour(answer) == {15: (2, 1, 1), 16: (2, 1, 1)}
    assert explain("number", "A", "--day", "2023-03-02", *zone)["measures"]["pings"] == 2


def test_an_hour_that_clocks_show_twice_is_one(town: Path, explain: Explain) -> None:
    """In New York 2023-11-05 had two hours from one to two: a device in both is one device of that hour."""
    rows = ["d1,2023-11-05T05:30:00Z", "d1,2023-11-05T06:30:00Z", "d2,2023-11-05T06:45:00Z"]
    lines = ["device,at,lon,lat,acc", *(f"{row},0.0005,0.0005,5" for row in rows)]
    (town / "pings.csv").write_text("\n".join(lines) + "\n")
    zone = ("--time-zone", "America/New_York")
    assert main(["run", *zone]) == 0
    assert by_hour(explain("number", "A", "--day", "2023-11-05", *zone)) == {1: (3, 2, 3)}


def test_hours_of_few_devices_are_not_told_and_cannot_be_worked_out(town: Path, explain: Explain) -> None:
    """Three devices at nine, two at ten, one at eleven, k of 2: eleven is not shown, nor is ten, the next fewest."""
    rows = [(9, 1), (9, 2), (9, 3), (10, 1), (10, 2), (11, 1)]
    lines = [f"d{device},2023-03-01 {hour:02}:00:00,0.0005,0.0005,5" for hour, device in rows]
    (town / "pings.csv").write_text("\n".join(["device,at,lon,lat,acc", *lines]) + "\n")
    (town / "settings.yaml").write_text((town / "settings.yaml").read_text().replace("k: 1", "k: 2"))
    assert main(["run"]) == 0
    answer = explain("number", "A", *DAY)
    assert by_hour(answer) == {9: (3, 3, 3), 10: (None, None, 2), 11: (None, None, 1)}
    text = explain("number", "A", *DAY, form="")
    assert re.search(r"10:00 +<k +<k +2\n", text)
    assert not re.search(r"\bd[123]\b", text)


def test_of_a_suppressed_row_nothing_is_told(town: Path, explain: Explain) -> None:
    """Neither its numbers nor what they are made of, whatever k the flag gives."""
    settings = (town / "settings.yaml").read_text()
    (town / "settings.yaml").write_text(settings.replace("k: 1", "k: 4"))
    assert main(["run"]) == 0
    answer = explain("number", "A", *DAY, "--privacy-k", "1")
    assert (answer["suppressed"], answer["hours"], answer["dwell"], answer["counted_again"]) == (
        True,
        [],
        {},
        None,
    )
    assert set(answer["measures"].values()) == {None}
    assert "What it is made of is not shown either" in explain("number", "A", *DAY, form="")


def test_a_number_that_is_not_counted_again_so_is_told_by_exit_code_7(
    counted: Path, explain: Explain
) -> None:
    """The published pings and those of the recount stand side by side."""
    file = counted / "out/footfall/day=2023-03-01/footfall.parquet"
    table = pq.read_table(file, partitioning=None)
    rows = table.to_pylist()
    rows[0]["pings"] = 500
    pq.write_table(pa.Table.from_pylist(rows, table.schema), file)
    answer = explain("number", "A", *DAY, code=7)
    assert answer["counted_again"] == {"same": False, "differs": {"pings": {"published": 500, "again": 5}}}
    text = explain("number", "A", *DAY, code=7, form="")
    assert "pings: published 500, counted again 5" in text
    assert "footfall plan --from 2023-03-01 --to 2023-03-01" in text


def test_one_measure_is_told_alone(counted: Path, explain: Explain) -> None:
    """With the part of the table that it is made of."""
    text = explain("number", "A", *DAY, "--measure", "dwell_seconds_p50", form="")
    assert re.search(r"dwell_seconds_p50 +600 ", text)
    assert "minutes    visits" in text
    assert "hour " not in text
    assert list(explain("number", "A", *DAY, "--measure", "visits")["measures"]) == ["visits"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("A", "--day", "2024-03-01"), 3, "The nearest day that is published is 2023-03-02."),
        (("A", *DAY, "--measure", "visit"), 2, "Did you mean visits?"),
        (("a", *DAY), 2, "Did you mean A?"),
        (("A",), 2, "required: --day"),
    ],
)
def test_what_is_not_there_is_one_error(
    counted: Path, explain: Explain, words: tuple[str, ...], code: int, says: str
) -> None:
    """What, where, and what to do."""
    assert says in explain("number", *words, code=code)


def test_a_place_that_came_after_the_day_was_published_is_told(counted: Path, explain: Explain) -> None:
    """Its row is not zero, it is not there."""
    text = (counted / "places.geojson").read_text()
    (counted / "places.geojson").write_text(text.replace('"D"', '"E"'))
    assert "The row of E is not among those published of 2023-03-01" in explain("number", "E", *DAY, code=2)


def test_a_recount_of_few_devices_is_not_shown(town: Path, explain: Explain) -> None:
    """Three devices were published with k of 3; of the input only d1 is left, with two pings."""
    (town / "settings.yaml").write_text((town / "settings.yaml").read_text().replace("k: 1", "k: 3"))
    assert main(["run"]) == 0
    pings = (town / "pings.csv").read_text().splitlines(keepends=True)
    (town / "pings.csv").write_text("".join(pings[:3]))
    differs = explain("number", "A", *DAY, code=7)["counted_again"]["differs"]
    assert differs == {"devices": {"published": 3, "again": None}}
    text = explain("number", "A", *DAY, code=7, form="")
    assert "devices: published 3, counted again fewer than 3, so no number is shown" in text


def test_scaled_numbers_are_counted_again_too(town: Path, explain: Explain) -> None:
    """By the factor of the day, which stands in the table that the settings name."""
    (town / "factors.csv").write_text("day,factor\n2023-03-01,10\n2023-03-02,20\n")
    text = (town / "settings.yaml").read_text()
    (town / "settings.yaml").write_text(f"{text}panel: {{scaling: factors.csv}}\n")
    assert main(["run"]) == 0
    answer = explain("number", "A", *DAY)
    assert (answer["measures"]["scaled_pings"], answer["counted_again"]["same"]) == (50.0, True)
    (town / "factors.csv").write_text("day,factor\n2023-03-01,11\n2023-03-02,20\n")
    assert "scaled_pings" in explain("number", "A", *DAY, code=7)["counted_again"]["differs"]


def test_a_day_of_a_week_is_counted_again_without_it(town: Path, explain: Explain) -> None:
    """The settings count weeks with 28 days before them; the day is explained all the same."""
    rows = [f"d{n},2023-03-{day:02} 10:00:00,0.0005,0.0005,5" for day in range(6, 13) for n in (1, 2)]
    (town / "pings.csv").write_text("\n".join(["device,at,lon,lat,acc", *rows]) + "\n")
    text = (town / "settings.yaml").read_text()
    (town / "settings.yaml").write_text(f"{text}period: week\nlook_back: 28\n")
    assert main(["run"]) == 0
    answer = explain("number", "A", "--day", "2023-03-08")
    assert (by_hour(answer), answer["counted_again"]["same"]) == ({10: (2, 2, 2)}, True)
    (day,) = explain("place", "A", "--day", "2023-03-08")["days"]
    assert day["rows_near"]["inside"] == 2
    assert explain("ping", "--file", "pings.csv", "--line", "2", "--days", "all")["counted"]
