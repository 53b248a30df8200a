"""The data of the bench: what is asked for is what is made, and the same again."""

from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from bench.datasets import ROWS_PER_GROUP, dataset
from bench.kinds import KINDS, Data
from bench.pings import PINGS, ROWS_PER_CHUNK, pings
from bench.polygons import Polygons, polygons

ROWS = 20_000
MADE_HERE = [kind for kind in KINDS if kind not in ("tracts", "spatialbench")]


def made(kind: str, **wanted: float | None) -> tuple[Polygons, pa.Table]:
    """The polygons and a few pings of a kind."""
    data = Data.of(kind, ROWS, **wanted)
    places = polygons(data)
    return places, pa.concat_tables(pings(data, places))


def places_of(pings: pa.Table, places: Polygons) -> tuple["np.ndarray", "np.ndarray"]:
    """Numbers of pings and of places that hold them, by shapely."""
    points = shapely.points(pings["lon"].to_numpy(), pings["lat"].to_numpy())
    found, place = shapely.STRtree(places).query(points, predicate="within")
    return found, place


@pytest.mark.parametrize(("kind", "inside"), [("blobs", 0.2), ("blobs", 0.6), ("one", 0.5), ("overlap", 0.9)])
def test_the_share_inside_is_as_asked(kind: str, inside: float) -> None:
    """Pings lie near the spots that were drawn, so a few cross an edge."""
    places, made_pings = made(kind, inside=inside)
    found, _ = places_of(made_pings, places)
    assert len(np.unique(found)) / ROWS == pytest.approx(inside, abs=0.03)


def test_skew_has_nine_of_ten_pings_in_one_place() -> None:
    """The first place takes them."""
    places, made_pings = made("skew")
    _, place = places_of(made_pings, places)
    assert np.bincount(place)[0] / ROWS == pytest.approx(0.9, abs=0.02)


def test_overlap_puts_a_ping_into_about_ten_places() -> None:
    """Pairs of ping and place, per ping that is inside at all."""
    places, made_pings = made("overlap")
    found, _ = places_of(made_pings, places)
    assert 8 < len(found) / len(np.unique(found)) < 14


@pytest.mark.parametrize("kind", MADE_HERE)
def test_polygons_are_valid_and_as_many_as_asked(kind: str) -> None:
    """Their rings have as many coordinates as asked."""
    data = Data.of(kind, 1, polygons=None if kind == "one" else 200)
    places = polygons(data)
    assert len(places) == data.polygons
    assert shapely.is_valid(places).all()
    assert set(shapely.get_num_coordinates(places)) == {data.vertices}


def test_census_tracts_are_valid_and_as_many_as_the_kind_says() -> None:
    """They come from a package, some of them repaired."""
    places = polygons(Data.of("tracts", 1))
    assert len(places) == KINDS["tracts"].polygons
    assert shapely.is_valid(places).all()


def test_sparse_polygons_do_not_overlap() -> None:
    """A ping is in one blob at most."""
    places = polygons(Data.of("many", 1, polygons=100))
    assert shapely.area(shapely.union_all(places)) == pytest.approx(shapely.area(places).sum())


def test_one_row_in_two_hundred_repeats_another_exactly() -> None:
    """The share is the same for every chunk."""
    _, made_pings = made("blobs")
    distinct = made_pings.group_by(PINGS.names).aggregate([])
    assert ROWS - len(distinct) == ROWS * 0.005


def test_devices_ping_in_bursts_so_that_visits_have_several_pings() -> None:
    """Most pauses of a device inside the span of a visit are minutes, and ids have 32 characters."""
    _, made_pings = made("blobs")
    frame = made_pings.to_pandas().sort_values(["device", "at"])
    pause = frame.groupby("device")["at"].diff().dt.total_seconds() / 60
    assert (pause < 30).mean() > 0.7
    assert set(frame["device"].str.len()) == {32}


def test_all_days_have_pings_and_no_other_day() -> None:
    """Two days are 2023-03-01 and 2023-03-02 in UTC."""
    _, made_pings = made("blobs", days=2)
    days = made_pings["at"].to_pandas().dt.date.astype(str)
    assert sorted(days.unique()) == ["2023-03-01", "2023-03-02"]


def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(tmp_path: Path) -> None:
    """Places and pings alike."""
    first, again, other = (
        dataset(Data.of("blobs", 5000, seed=seed), tmp_path / folder)
        for seed, folder in ((1, "a"), (1, "b"), (2, "c"))
    )
    assert pq.read_table(first.pings).equals(pq.read_table(again.pings))
    assert pq.read_table(first.places).equals(pq.read_table(again.places))
    assert not pq.read_table(first.pings).equals(pq.read_table(other.pings))
    assert not pq.read_table(first.places).equals(pq.read_table(other.places))


def test_data_is_made_once_and_kept_by_its_parameters(tmp_path: Path) -> None:
    """The second call finds the files."""
    data = Data.of("one", 1000)
    written = dataset(data, tmp_path).pings.stat().st_mtime_ns
    assert dataset(data, tmp_path).pings.stat().st_mtime_ns == written
    assert [path.name for path in tmp_path.iterdir()] == [data.name]


def test_files_are_what_footfall_and_its_peers_read(tmp_path: Path) -> None:
    """GeoParquet in longitude and latitude with unique ids; Parquet with UTC microseconds and bounded groups."""
    files = dataset(Data.of("blobs", ROWS_PER_GROUP + 1000), tmp_path)
    places = geopandas.read_parquet(files.places)
    assert places.crs == "OGC:CRS84"
    assert places["place_id"].is_unique
    parquet = pq.ParquetFile(files.pings)
    assert parquet.schema_arrow.equals(PINGS)
    groups = [parquet.metadata.row_group(n).num_rows for n in range(parquet.num_row_groups)]
    assert groups == [ROWS_PER_GROUP, 1000]
    assert ROWS_PER_CHUNK % ROWS_PER_GROUP == 0


@pytest.mark.parametrize(
    ("kind", "wanted", "named"),
    [
        ("tracts", {"polygons": 5}, "--polygons"),
        ("one", {"polygons": 2}, "--kind many"),
        ("skew", {"inside": 0.5}, "--inside"),
        ("blobs", {"vertices": 3}, "--vertices"),
        ("blobs", {"inside": 2.0}, "--inside"),
    ],
)
def test_impossible_parameters_are_refused_by_name(kind: str, wanted: dict[str, float], named: str) -> None:
    """The message names the argument to change."""
    with pytest.raises(ValueError, match=named):
        Data.of(kind, 1000, **wanted)
