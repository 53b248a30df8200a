"""`footfall explain` of pings that the rules on devices leave out."""

from pathlib import Path

import pytest

from tests.explain.conftest import Explain

ASKED = "devices: {max_pings_per_day: 2, max_devices_per_coordinate: 2, max_speed_kmh: 1000}\n"


@pytest.fixture
def judged(town: Path) -> Path:
    """The town, where d1 sends two distinct pings, and d9 jumps 111 km in a minute from the coordinate of d1 and d3."""
    with (town / "pings.csv").open("a") as file:
        file.write("d9,2023-03-01 10:00:00,0.0005,0.0005,5\nd9,2023-03-01 10:01:00,1,0.0005,5\n")
    with (town / "settings.yaml").open("a") as file:
        file.write(ASKED)
    return town


def test_the_rule_on_devices_that_is_broken_is_named(judged: Path, explain: Explain) -> None:
    """With its limit; of the others it is said that they hold."""
    answer = explain("ping", "--file", "pings.csv", "--line", "16")
    assert (answer["counted"], answer["reason"]) == (False, "too_fast")
    assert [(rule["reason"], rule["limit"], rule["holds"]) for rule in answer["rules"][-3:]] == [
        ("too_many_pings", "at most 2 pings", True),
        ("shared_coordinate", "at most 2 devices", True),
        ("too_fast", "at most 1,000 km/h", False),
    ]
    text = explain("ping", "--file", "pings.csv", "--line", "16", form="")
    assert text.startswith("Not counted: too_fast.")


def test_a_coordinate_of_many_devices_is_named(judged: Path, explain: Explain) -> None:
    """That of d1, d3 and d9 on 1 March; d3 is there alone on 2 March."""
    assert explain("ping", "--file", "pings.csv", "--line", "2")["reason"] == "shared_coordinate"
    assert explain("ping", "--file", "pings.csv", "--line", "8")["counted"]


def test_a_ping_that_cannot_be_used_is_not_asked(judged: Path, explain: Explain) -> None:
    """Its longitude is no number."""
    answer = explain("ping", "--file", "pings.csv", "--line", "11")
    assert answer["reason"] == "wrong_type:lon"
    assert [rule["holds"] for rule in answer["rules"][-3:]] == [None] * 3


def test_a_place_counts_the_rows_that_a_rule_left_out(judged: Path, explain: Explain) -> None:
    """Inside A on 1 March: three at the shared coordinate, and one of bad accuracy."""
    first = explain("place", "A", "--day", "2023-03-01")["days"][0]
    assert first["rows_inside_not_kept"] == {"accuracy_too_poor": 1, "shared_coordinate": 3}
