"""The generated sample: repeatable, of the promised size, with the promised flaws, in a believable town."""

import csv
import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from pyarrow import parquet
from shapely.geometry import shape

from footfall.errors import SettingsError
from footfall.sample import BUNDLED, sample_settings
from footfall.sample.generator import write_sample
from footfall.schema import REASONS
from footfall.settings import Settings

Row = tuple[str, ...]


@pytest.fixture(scope="module")
def bundled_rows() -> list[Row]:
    """The data rows of the bundled pings, torn ones as they are."""
    with gzip.open(BUNDLED / "pings.csv.gz", "rt", encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split(",")) for line in file][1:]


@pytest.fixture(scope="module")
def bundled_places() -> dict[str, shapely.Geometry]:
    """The bundled places by name."""
    features = json.loads((BUNDLED / "places.geojson").read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["name"]: shape(feature["geometry"]) for feature in features}


def is_good(row: Row) -> bool:
    """Whether a row of text is a ping near the town, by rules written for this test alone."""
    return (
        len(row) == 6
        and len(row[0]) == 16
        and row[1].startswith("2023-03-")
        and row[3].startswith("14.6")
        and row[4].startswith("-90.")
        and float(row[5]) < 200
    )


def flaw(row: Row) -> str:
    """The reason for which a bad row should be quarantined, by its text."""
    if len(row) != 6 or row[0].startswith('"'):
        return "unreadable_row"
    device, day, _, lat, lon, accuracy = row
    reasons = {
        "missing_field:device": device == "",
        "wrong_type:at": day == "0000-00-00",
        "wrong_type:lat": lat == "n/a",
        "coordinates_swapped": lat.startswith("-90.") and lon.startswith("14.6"),
        "coordinate_zero": (lat, lon) == ("0.000000", "0.000000"),
        "coordinate_out_of_range": lat.startswith("914.6"),
        "accuracy_too_poor": float(accuracy) > 200,
    }
    (reason,) = [name for name, applies in reasons.items() if applies]
    return reason


def test_the_bundled_sample_is_what_the_generator_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generating again gives the same text (unpacked, because builds of zlib may pack it differently)."""
    monkeypatch.chdir(tmp_path)
    files = write_sample(Path("job/footfall/sample/data"))
    assert gzip.decompress((BUNDLED / "pings.csv.gz").read_bytes()) == gzip.decompress(
        files.pings.read_bytes()
    )
    assert (BUNDLED / "places.geojson").read_bytes() == files.places.read_bytes()
    assert (BUNDLED / "settings.yaml").read_bytes() == files.settings.read_bytes()


def test_the_bundled_sample_is_small() -> None:
    """All bundled files together stay under 600 kB."""
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) < 600_000


def test_two_samples_of_equal_arguments_have_equal_bytes(tmp_path: Path) -> None:
    """No clock and no name of a folder gets into the packed pings."""
    first, second = (write_sample(tmp_path / name, pings=500, days=2) for name in ("a", "b"))
    assert first.pings.read_bytes() == second.pings.read_bytes()


def test_another_seed_gives_other_pings(tmp_path: Path) -> None:
    """The seed decides who walks the town."""
    first, second = (write_sample(tmp_path / str(seed), pings=500, seed=seed) for seed in (1, 2))
    assert first.pings.read_bytes() != second.pings.read_bytes()


def test_the_promised_counts_are_in_the_file(tmp_path: Path) -> None:
    """Kept, duplicate and quarantined rows, counted here from the text, are as the generator states."""
    files = write_sample(tmp_path, pings=30_000, days=2, seed=7)
    with gzip.open(files.pings, "rt", encoding="utf-8") as file:
        rows = [tuple(line.rstrip("\n").split(",")) for line in file][1:]
    good = [row for row in rows if is_good(row)]
    assert (files.rows, files.kept) == (len(rows), len(set(good)))
    assert files.duplicates == len(good) - len(set(good)) == 180
    assert files.quarantined == Counter(flaw(row) for row in rows if not is_good(row))
    assert set(files.quarantined) < set(REASONS)


def test_each_flaw_occurs_even_in_a_tiny_sample(tmp_path: Path) -> None:
    """Ten pings come with one duplicate and one bad row of each kind."""
    files = write_sample(tmp_path, pings=10)
    assert (files.rows, files.kept, files.duplicates) == (19, 10, 1)
    assert set(files.quarantined.values()) == {1}


def test_without_defects_every_row_is_a_good_ping(tmp_path: Path) -> None:
    """No duplicates, no bad rows, and exactly the number asked for."""
    files = write_sample(tmp_path, pings=1_000, defects=False)
    with gzip.open(files.pings, "rt", encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    assert all(is_good(row) for row in rows)
    assert len(set(rows)) == 1_000 == files.rows
    assert (files.duplicates, files.quarantined) == (0, {})


def test_parquet_holds_the_same_pings_as_csv_in_utc(tmp_path: Path) -> None:
    """Guatemala is six hours behind UTC."""
    as_csv = write_sample(tmp_path / "csv", pings=200, defects=False)
    as_parquet = write_sample(tmp_path / "parquet", pings=200, defects=False, format="parquet")
    with gzip.open(as_csv.pings, "rt", encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    table = parquet.read_table(as_parquet.pings)
    assert table.num_rows == 200
    ping = table.slice(0, 1).to_pylist()[0]
    assert (ping["device"], f"{ping['lat']:.6f}") == (
        first["Hashed Device ID"],
        first["Lat of Observation Point"],
    )
    day, time = f"{ping['at']:%Y-%m-%d %H:%M:%S}".split()
    assert (day, time[2:]) == ("2023-03-01", first["Time of Day"][2:])
    assert int(time[:2]) == int(first["Time of Day"][:2]) + 6


def test_parquet_has_only_the_flaws_that_typed_columns_can_have(tmp_path: Path) -> None:
    """Blank devices are nulls; no row is torn and no number is text."""
    files = write_sample(tmp_path, pings=2_000, format="parquet")
    table = parquet.read_table(files.pings)
    assert table.num_rows == files.rows
    assert table["device"].combine_chunks().null_count == files.quarantined["missing_field:device"]
    assert not {"unreadable_row", "wrong_type:at", "wrong_type:lat"} & set(files.quarantined)


def test_a_larger_sample_begins_with_the_same_devices(tmp_path: Path) -> None:
    """Blocks of devices are drawn one after another, so size does not change who is first."""
    small, large = (
        parquet.read_table(
            write_sample(tmp_path / str(pings), pings=pings, defects=False, format="parquet").pings
        ).to_pylist()
        for pings in (2_000, 150_000)
    )
    assert {ping["device"] for ping in small} < {ping["device"] for ping in large}
    assert len(large) == 150_000


def test_the_places_are_valid_and_of_every_kind(bundled_places: dict[str, shapely.Geometry]) -> None:
    """Forty valid places: one with a courtyard, one in two parts, one that holds others."""
    assert len(bundled_places) == 40
    assert all(place.is_valid for place in bundled_places.values())
    assert len(bundled_places["Mercado de Puerto Nuevo"].interiors) == 1
    assert bundled_places["Instituto Técnico del Puerto"].geom_type == "MultiPolygon"
    assert bundled_places["Galerías del Faro"].contains(bundled_places["Zapatería Ancla"])
    courtyard = shapely.Polygon(bundled_places["Mercado de Puerto Nuevo"].interiors[0])
    assert courtyard.contains(bundled_places["Kiosco del Patio"])


def test_more_places_than_forty_are_suburban_shops(tmp_path: Path) -> None:
    """Each further place is valid and has a key of its own."""
    files = write_sample(tmp_path, pings=10, places=1_000)
    features = json.loads(files.places.read_text(encoding="utf-8"))["features"]
    assert len({feature["properties"]["place_id"] for feature in features}) == 1_000
    assert all(shape(feature["geometry"]).is_valid for feature in features)


def test_people_visit_all_places_but_one(
    bundled_rows: list[Row], bundled_places: dict[str, shapely.Geometry]
) -> None:
    """The old warehouse stays empty, every other place has pings."""
    points = shapely.points([(float(row[4]), float(row[3])) for row in bundled_rows if is_good(row)])
    empty = [name for name, place in bundled_places.items() if not shapely.contains(place, points).any()]
    assert empty == ["Bodega Vieja"]


def test_somebody_works_through_midnight(
    bundled_rows: list[Row], bundled_places: dict[str, shapely.Geometry]
) -> None:
    """Some device is seen in one place on both sides of a midnight, less than half an hour apart."""
    around_midnight = sorted(row for row in bundled_rows if is_good(row) and not "00:15" <= row[2] < "23:45")
    nights = [
        (before, after)
        for before, after in pairwise(around_midnight)
        if before[0] == after[0] and before[1] < after[1] and before[2] > "23" and after[2] < "01"
    ]
    points = [[shapely.Point(float(row[4]), float(row[3])) for row in night] for night in nights]
    assert any(shapely.contains(place, pair).all() for pair in points for place in bundled_places.values())


def test_the_settings_of_the_sample_are_valid_and_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The paths are absolute and exist, the output is the one asked for."""
    monkeypatch.chdir(tmp_path)
    settings = Settings.model_validate(sample_settings("somewhere"))
    assert settings.output == "somewhere"
    for path in (settings.pings.path, settings.places.path):
        assert isinstance(path, str)
        assert Path(path).is_absolute()
        assert Path(path).is_file()


@pytest.mark.parametrize("numbers", ["0 pings", "0 places", "-1 days", "-1 seed"])
def test_a_number_that_is_too_small_is_refused(tmp_path: Path, numbers: str) -> None:
    """The error names the number, and nothing is written."""
    number, name = numbers.split()
    asked = {"pings": 10, "places": 1, "days": 1, "seed": 1} | {name: int(number)}
    with pytest.raises(SettingsError, match=numbers):
        write_sample(tmp_path / "sample", **asked)  # type: ignore[arg-type]
    assert not (tmp_path / "sample").exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        write_sample(tmp_path / "file", pings=10)
    assert refused.value.where == str(tmp_path / "file")
