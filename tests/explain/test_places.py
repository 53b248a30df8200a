"""`footfall explain place`: why a place has the numbers it has, or none."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from tests.explain.conftest import PLACES, Explain, square, write_places
from tests.explain.test_pings import DEGREE

LATITUDE = 110_574.3
"""Metres of the first degree of latitude on WGS84, north of the equator."""

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
"""Its last signs are drawn by chance, and may read like the id of a device."""


def test_a_place_has_what_the_table_has(counted: Path, explain: Explain) -> None:
    """Six kept rows lie inside on the first day, of which one repeats another; one lies on the edge, one beside it."""
    first, second = explain("place", "A")["days"]
    assert (first["day"], first["row"]["pings"], first["row"]["devices"]) == ("2023-03-01", 5, 3)
    assert first["rows_near"] == {"inside": 6, "up to 25 m": 2, "25 to 100 m": 0, "100 to 500 m": 0}
    assert first["rows_inside_not_kept"] == {"accuracy_too_poor": 1}
    assert first["verdict"] == "It has 5 pings of 3 devices, and 3 visits."
    assert (second["day"], second["rows_near"]["inside"], second["row"]["visits"]) == ("2023-03-02", 1, 0)
    assert first["run"] == second["run"]


def test_a_zero_says_how_far_the_nearest_ping_is(counted: Path, explain: Explain) -> None:
    """Without its first ring, B would hold the ping that now lies in its hole, 0.0002 degrees from it."""
    (day,) = explain("place", "A", "--day", "2023-03-02")["days"]
    assert day["nearest_outside"] == {"metres": None, "side": None}
    write_places(counted / "places.geojson", {"Z": ("Kiosk", [square(0.0022, 0, 0.001)])})
    (day,) = explain("place", "Z", "--day", "2023-03-01")["days"]
    assert day["rows_near"] == {"inside": 0, "up to 25 m": 0, "25 to 100 m": 0, "100 to 500 m": 8}
    assert day["nearest_outside"]["metres"] == pytest.approx(0.001 * DEGREE, rel=1e-6)
    assert day["verdict"] == "Zero: no ping lies inside; the nearest one is 111.3 m to the west."
    assert day["row"] is None


def test_a_zero_of_rows_that_are_not_kept_names_why(town: Path, explain: Explain) -> None:
    """Pings are there, and too inaccurate."""
    (town / "pings.csv").write_text(
        "device,at,lon,lat,acc\nd1,2023-03-01 10:00:00,0.0005,0.0005,51\nd2,2023-03-01 10:00:00,0.5,0.5,5\n"
    )
    (day,) = explain("place", "A")["days"]
    assert day["verdict"] == "Zero: rows lie inside, and none of them is kept (accuracy_too_poor)."


def test_a_place_beyond_all_pings_says_so(counted: Path, explain: Explain) -> None:
    """D lies 5 degrees away, and is found by its id alone."""
    day = explain("place", "D")["days"][0]
    assert day["beyond_all_pings"]
    assert day["verdict"] == "Zero: it lies outside the box around all pings of that day."


def test_a_shape_tells_its_size_holes_and_what_it_shares(town: Path, explain: Explain) -> None:
    """B is a square of 0.002 degrees less one of 0.0004; it shares half of the square with C, no part of the hole."""
    shape = explain("place", "B")["shape"]
    square_degree = DEGREE * LATITUDE
    assert (shape["parts"], shape["holes"], shape["vertices"], shape["slivers"]) == (1, 1, 8, 0)
    assert shape["square_metres"] == pytest.approx((0.002**2 - 0.0004**2) * square_degree, rel=1e-4)
    (overlap,) = shape["overlaps"]
    assert (overlap["place_id"], overlap["relation"], overlap["is_sliver"]) == ("C", "shares", False)
    assert overlap["square_metres"] == pytest.approx(0.001 * 0.002 * square_degree, rel=1e-4)


def test_what_was_done_to_a_shape_is_told(town: Path, explain: Explain) -> None:
    """A ring that crosses itself is repaired, two features with one id are joined, a part of 0.1 m is a sliver."""
    crossing = [[0.0, 0.0], [0.001, 0.001], [0.001, 0.0], [0.0, 0.001], [0.0, 0.0]]
    write_places(
        town / "places.geojson",
        {
            "A": ("Bow", [crossing]),
            "N": ("Needle", [[[1, 0], [1.000001, 0], [1.000001, 0.01], [1, 0.01], [1, 0]]]),
        },
    )
    notes = explain("place", "A")["shape"]["notes"]
    assert notes == ["repaired: Self-intersection[0.0005 0.0005]"]
    assert explain("place", "N")["shape"]["slivers"] == 1
    text = (town / "places.geojson").read_text().replace('"N"', '"A"').replace("Needle", "Bow")
    (town / "places.geojson").write_text(text)
    assert "joined of 2 features" in explain("place", "A")["shape"]["notes"]


def test_few_devices_are_not_told_of(town: Path, explain: Explain) -> None:
    """With k of 4 the row of A is suppressed; the same holds for each band and reason, and no id is told."""
    (town / "settings.yaml").write_text((town / "settings.yaml").read_text().replace("k: 1", "k: 4"))
    assert main(["run"]) == 0
    for form in ("--json", ""):
        words = ("place", "A", "--day", "2023-03-01")
        told = explain(*words, form=form)
        said = RUN_ID.sub("", str(told))
        assert not any(f"d{number}" in said for number in range(1, 7))
    (day,) = explain(*words)["days"]
    assert day["suppressed"]
    assert day["rows_near"] == {"inside": None, "up to 25 m": None, "25 to 100 m": 0, "100 to 500 m": 0}
    assert day["rows_inside_not_kept"] == {"accuracy_too_poor": None}
    assert set(day["row"].values()) == {None}
    assert "inside (not shown)" in told
    assert "Not shown: rows of fewer than 4 devices" in told


def test_a_day_of_another_version_is_not_explained(counted: Path, explain: Explain) -> None:
    """Its column of pings has another name."""
    file = counted / "out/footfall/day=2023-03-01/footfall.parquet"
    rows = pq.read_table(file, partitioning=None)
    pq.write_table(rows.rename_columns({"pings": "n"}), file)
    for about in ("place", "number"):
        assert "it has no column pings" in explain(about, "A", "--day", "2023-03-01", code=3)


def test_the_sum_of_a_day_gives_no_band_away(town: Path, explain: Explain) -> None:
    """One device is in A and four are 55 m east of it, nobody is elsewhere: 6 rows less these 4 would be those in A."""
    rows = ["d1,2023-03-01 10:00:00,0.0005,0.0005,5", "d1,2023-03-01 10:05:00,0.0005,0.0005,5"]
    rows += [f"d{n},2023-03-01 10:00:00,0.0015,0.0005,5" for n in (2, 3, 4, 5)]
    (town / "settings.yaml").write_text((town / "settings.yaml").read_text().replace("k: 1", "k: 3"))
    (town / "pings.csv").write_text("\n".join(["device,at,lon,lat,acc", *rows]) + "\n")
    assert main(["run"]) == 0
    (day,) = explain("place", "A")["days"]
    assert day["kept_rows_of_the_day"] == 6
    assert day["rows_near"] == {"inside": None, "up to 25 m": 0, "25 to 100 m": None, "100 to 500 m": 0}


def test_rows_far_away_leave_bands_as_they_are(town: Path, explain: Explain) -> None:
    """Of three rows nobody says where they lie: with those in A they are five."""
    rows = ["d1,2023-03-01 10:00:00,0.0005,0.0005,5", "d1,2023-03-01 10:05:00,0.0005,0.0005,5"]
    rows += [f"d{n},2023-03-01 10:00:00,0.0015,0.0005,5" for n in (2, 3, 4, 5)]
    rows += [f"d{n},2023-03-01 11:00:00,0.02,0.0005,5" for n in (2, 3, 4)]
    (town / "settings.yaml").write_text((town / "settings.yaml").read_text().replace("k: 1", "k: 3"))
    (town / "pings.csv").write_text("\n".join(["device,at,lon,lat,acc", *rows]) + "\n")
    (day,) = explain("place", "A")["days"]
    assert day["rows_near"] == {"inside": None, "up to 25 m": 0, "25 to 100 m": 4, "100 to 500 m": 0}


def test_a_table_that_was_published_with_a_larger_k_is_not_opened_by_a_smaller_one(
    town: Path, explain: Explain
) -> None:
    """A flag of the explanation changes nothing of what the table holds back."""
    settings = (town / "settings.yaml").read_text()
    (town / "settings.yaml").write_text(settings.replace("k: 1", "k: 4"))
    assert main(["run"]) == 0
    (day,) = explain("place", "A", "--day", "2023-03-01", "--privacy-k", "1")["days"]
    assert day["rows_near"]["inside"] is None
    assert day["rows_near"]["up to 25 m"] is None


def test_the_nearest_ping_is_that_of_all_tasks(
    town: Path, explain: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many pings over the sea in several ranges, and one that is nearer than all."""
    monkeypatch.setattr("footfall.read.pings.csv.LEAST_BYTES", 1 << 16)
    far = [f"d{n},2023-03-01 12:00:00,{3 + n % 100 / 100},{n % 7},5" for n in range(20_000)]
    near = "x,2023-03-01 12:00:00,0.0005,0.02,5"
    rows = ["device,at,lon,lat,acc", *far[:15_000], near, *far[15_000:]]
    (town / "pings.csv").write_text("\n".join(rows) + "\n")
    (day,) = explain("place", "A")["days"]
    assert day["nearest_outside"]["metres"] == pytest.approx(0.019 * LATITUDE, rel=1e-4)
    assert day["nearest_outside"]["side"] == "north"
    assert day["kept_rows_of_the_day"] == 20_001


def test_a_place_that_is_not_there_is_met_with_near_names(town: Path, explain: Explain) -> None:
    """Also by its name."""
    write_places(town / "places.geojson", {**PLACES, "shop-17": ("Bakery", [square(1, 1, 0.001)])})
    assert "Did you mean shop-17?" in explain("place", "shop-71", code=2)
    assert "Did you mean shop-17?" in explain("place", "Bakery", code=2)
    assert "the first are A, B, C" in explain("place", "Nowhere", code=2)
