"""`footfall explain ping`: why a row is counted or not, and where it lies."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.explain.conftest import PLACES, Explain, square, write_places

DEGREE = 111_319.49
"""Metres of a degree of longitude on the equator: the earth's radius there, 6,378,137 m, by pi / 180."""


def broken(answer: dict[str, object]) -> list[str]:
    """The rules that a ping breaks."""
    rules = answer["rules"]
    assert isinstance(rules, list)
    return [rule["reason"] for rule in rules if rule["holds"] is False]


def test_a_ping_in_a_place_is_counted(town: Path, explain: Explain) -> None:
    """With its place and its day, and every rule in the order in which a run asks them."""
    answer = explain("ping", "--file", "pings.csv", "--line", "2")
    assert (answer["counted"], answer["reason"], broken(answer)) == (True, None, [])
    assert answer["verdict"] == "Counted in A (Shop A), on 2023-03-01."
    assert answer["inside"] == [{"place_id": "A", "name": "Shop A"}]
    assert answer["repeats"] == [{"file": str(town / "pings.csv"), "line": 2}]
    assert [rule["reason"] for rule in answer["rules"]][-1] == "accuracy_too_poor"
    assert answer["rules"][-1] | {"asks": ""} == {
        "reason": "accuracy_too_poor",
        "asks": "",
        "value": "5 m",
        "limit": "at most 50 m",
        "holds": True,
    }


def test_a_ping_that_is_there_twice_names_the_line_that_counts(town: Path, explain: Explain) -> None:
    """Accuracy is no part of what makes a ping the same."""
    first, second = (explain("ping", "--file", "pings.csv", "--line", line) for line in ("3", "4"))
    assert (first["counted"], second["counted"]) == (True, False)
    assert second["verdict"] == (
        "Not counted once more: it is the same ping as line 3 of the same file, which is counted."
    )
    both = [{"file": str(town / "pings.csv"), "line": line} for line in (3, 4)]
    assert first["repeats"] == second["repeats"] == both


@pytest.mark.parametrize(("line", "reason"), [("11", "wrong_type:lon"), ("12", "accuracy_too_poor")])
def test_a_ping_that_is_not_kept_names_the_rule(town: Path, explain: Explain, line: str, reason: str) -> None:
    """With its value and the limit; of rules behind the first broken field nothing is known."""
    answer = explain("ping", "--file", "pings.csv", "--line", line)
    assert (answer["counted"], answer["reason"], broken(answer)) == (False, reason, [reason])
    text = explain("ping", "--file", "pings.csv", "--line", line, form="")
    assert text.startswith(f"Not counted: {reason}.")


def test_all_rules_on_values_are_asked_not_only_the_first(town: Path, explain: Explain) -> None:
    """A ping at 0, 0 in the year 1990 with a bad accuracy breaks three."""
    (town / "pings.csv").write_text("device,at,lon,lat,acc\nd1,1990-01-01 00:00:00,0,0,51\n")
    answer = explain("ping", "--file", "pings.csv", "--line", "2")
    assert broken(answer) == ["implausible_time", "coordinate_zero", "accuracy_too_poor"]
    assert answer["reason"] == "implausible_time"


def test_a_ping_of_another_day_says_which(town: Path, explain: Explain) -> None:
    """The days of the settings, or of flags, are those that count."""
    answer = explain("ping", "--file", "pings.csv", "--line", "2", "--days", "2023-03-02")
    assert not answer["counted"]
    assert "it is of 2023-03-01, which is not among their days" in answer["verdict"]


def test_the_day_is_that_of_the_zone(town: Path, explain: Explain) -> None:
    """Ten in the morning in UTC is the evening of the day before in Honolulu."""
    answer = explain("ping", "--file", "pings.csv", "--line", "7", "--time-zone", "Pacific/Honolulu")
    assert answer["time"]["utc"] == "2023-03-01T23:50:00Z"
    assert answer["time"]["local"] == "2023-03-01T13:50:00"
    assert explain("ping", "--file", "pings.csv", "--line", "2", "--time-zone", "Pacific/Honolulu")["time"][
        "day"
    ] == ("2023-03-01")
    early = explain("ping", "--file", "pings.csv", "--line", "8", "--time-zone", "Pacific/Honolulu")
    assert (early["time"]["day"], early["time"]["zone"]) == ("2023-03-01", "Pacific/Honolulu")


def test_a_ping_on_a_boundary_is_decided_by_the_setting(town: Path, explain: Explain) -> None:
    """Line 9 lies on the eastern edge of A."""
    opened = explain("ping", "--file", "pings.csv", "--line", "9")
    closed = explain("ping", "--file", "pings.csv", "--line", "9", "--boundary", "closed")
    assert [place["place_id"] for place in opened["on_boundary_of"]] == ["A"]
    assert (opened["counted"], closed["counted"]) == (False, True)
    assert "exactly on the boundary of A (Shop A) (boundary: open)" in opened["verdict"]


def test_a_ping_in_no_place_says_how_far_the_nearest_is(town: Path, explain: Explain) -> None:
    """Line 10 lies 0.0002 degrees of longitude east of A, near the equator."""
    near = explain("ping", "--file", "pings.csv", "--line", "10")["nearest"]
    assert near["metres"] == pytest.approx(0.0002 * DEGREE, rel=1e-6)
    assert (near["place_id"], near["side"]) == ("A", "east")


def test_a_ping_in_a_hole_names_the_place_around_it(town: Path, explain: Explain) -> None:
    """It lies 0.0002 degrees from the western edge of the hole, which B begins at."""
    answer = explain("ping", "--file", "pings.csv", "--line", "13")
    assert [place["place_id"] for place in answer["in_holes_of"]] == ["B"]
    assert answer["nearest"]["place_id"] == "B"
    assert answer["nearest"]["metres"] == pytest.approx(0.0002 * DEGREE, rel=0.01)
    assert answer["verdict"].endswith("It lies in a hole of B (Yard B).")


def test_a_ping_where_places_overlap_counts_in_each(town: Path, explain: Explain) -> None:
    """B and C share the ground of line 14."""
    answer = explain("ping", "--file", "pings.csv", "--line", "14")
    assert [place["place_id"] for place in answer["inside"]] == ["B", "C"]
    assert "in each of 2 places that overlap here" in answer["verdict"]


def test_a_ping_is_found_by_its_sender_and_time(town: Path, explain: Explain) -> None:
    """As the file writes them, or with an offset."""
    for at in ("2023-03-01 10:59:59", "2023-03-01T11:59:59+01:00"):
        answer = explain("ping", "--device", "d2", "--at", at)
        assert (answer["line"], answer["counted"]) == (5, True)
    error = explain("ping", "--device", "d2", "--at", "2023-03-01 10:59:58", code=3)
    assert "No ping of this device is of 2023-03-01T10:59:58Z" in error


def test_a_point_that_is_no_row_is_judged_by_what_is_said_of_it(town: Path, explain: Explain) -> None:
    """Rules on what is not said are not asked."""
    answer = explain("ping", "--lat", "0.0005", "--lon", "0.0005")
    assert answer["verdict"] == "It would be counted in A (Shop A)."
    asked = {rule["reason"]: rule["holds"] for rule in answer["rules"]}
    assert (asked["missing_field:device"], asked["implausible_time"], asked["coordinate_zero"]) == (
        None,
        None,
        True,
    )
    zero = explain("ping", "--lat", "0", "--lon", "0")
    assert zero["reason"] == "coordinate_zero"
    twice = explain(
        "ping", "--lat", "0.0005", "--lon", "0.0005", "--device", "d1", "--at", "2023-03-01 10:00"
    )
    assert twice["repeats"] == [{"file": str(town / "pings.csv"), "line": 2}]


def test_a_point_beyond_the_antimeridian_is_near_what_lies_on_the_other_side(
    town: Path, explain: Explain
) -> None:
    """A place that begins at 180 degrees west is 0.001 degrees from a point at 179.999 east."""
    write_places(town / "places.geojson", {**PLACES, "E": ("East E", [square(-180, 0, 0.001)])})
    near = explain("ping", "--lat", "0.0005", "--lon", "179.999")["nearest"]
    assert (near["place_id"], near["side"]) == ("E", "west")
    assert near["metres"] == pytest.approx(0.001 * DEGREE, rel=1e-5)


def test_lines_are_those_of_the_file_however_it_is_cut(
    town: Path, explain: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of several ranges, with a blank line in the first one; and the same rows as Parquet."""
    monkeypatch.setattr("footfall.read.pings.csv.LEAST_BYTES", 1 << 19)
    day = "2023-03-01"
    rows = [
        f"d{n},{day} {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02},0.0005,0.0004,5" for n in range(80_000)
    ]
    (town / "pings.csv").write_text("device,at,lon,lat,acc\n\n" + "\n".join(rows) + "\n")
    for number in (0, 70_000, 79_999):
        answer = explain("ping", "--file", "pings.csv", "--line", str(number + 3), "--workers", "2")
        assert (answer["device"], answer["line"]) == (f"d{number}", number + 3)
        assert answer["repeats"] == [{"file": str(town / "pings.csv"), "line": number + 3}]
    columns = list(zip(*(row.split(",") for row in rows), strict=True))
    names = ("device", "at", "lon", "lat", "acc")
    pq.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), town / "pings.parquet")
    answer = explain("ping", "--file", "pings.parquet", "--line", "70001", "--pings-path", "pings.parquet")
    assert (answer["device"], answer["line"]) == ("d70000", 70_001)


def test_a_reason_is_that_of_the_quarantine(
    tmp_path: Path, explain: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the sample, two rows of each reason."""
    from footfall.cli import main

    monkeypatch.chdir(tmp_path)
    assert main(["run", "--sample"]) == 0
    (file,) = (tmp_path / "footfall-output/quarantine").glob("*/*.parquet")
    found: dict[str, list[int]] = {}
    for row in pq.read_table(file, columns=["reason", "line"]).to_pylist():
        found.setdefault(row["reason"], []).append(row["line"])
    assert len(found) == 8
    for reason, lines in found.items():
        for line in lines[:2]:
            assert explain("ping", "--file", "pings.csv.gz", "--line", str(line))["reason"] == reason


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--file", "pigns.csv", "--line", "2"), 3, "/pings.csv? Name one of its 1 files"),
        (("--file", "pings.csv", "--line", "99"), 3, "No ping stands at line 99"),
        (("--file", "pings.csv", "--line", "1"), 3, "No ping stands at line 1"),
        (("--file", "pings.csv"), 2, "--file alone does not name a ping"),
        ((), 2, "No ping is named"),
        (("--fiel", "pings.csv", "--line", "2"), 2, "Did you mean --file?"),
        (("--device", "d1", "--at", "noon"), 2, "'noon' is no time that can be read"),
        (("--device", "null", "--at", "2023-03-01"), 2, "'null' stands for no device"),
        (("--lat", "north", "--lon", "1"), 2, "write it as 14.6"),
    ],
)
def test_what_is_not_there_is_one_error(
    town: Path, explain: Explain, words: tuple[str, ...], code: int, says: str
) -> None:
    """What, where, and what to do."""
    assert says in explain("ping", *words, code=code)
