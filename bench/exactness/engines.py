"""The engines that are asked: each finds the pairs of ping and place, as its own documentation advises.

An engine is a function that prepares nothing, reads the two files of a job and gives an Arrow table with `ping` and
`place`, both numbers; and its version. Its libraries are imported in it, since no environment has all of them.
"""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from bench.contenders import Job
from bench.surroundings import OWN, PEERS

Rule = Literal["open", "closed", "half_open"]
Pairs = pa.Table
Answer = tuple[Pairs, str]

JOINED = "SELECT p.ping, g.place_id FROM pings p JOIN places g ON ST_Contains(g.geom, {point})"


class Engine(NamedTuple):
    """An engine in the list.

    `rule` is what it is judged by. `one_place` says that it gives one place for a ping, where several may hold it.
    """

    title: str
    how: str
    home: Path
    find: Callable[[Job], Answer]
    rule: Rule = "open"
    one_place: bool = False


def number_of(place_id: str) -> int:
    """The number of a place, whose id is as `bench.datasets.write_places` makes it."""
    return int(place_id[1:])


def footfall(job: Job, boundary: Rule) -> Answer:
    """The index and the finder of a run, in this process."""
    from footfall import __version__
    from footfall.locate.finder import Finder
    from footfall.locate.index.tree import build
    from footfall.schema import Place

    rows = pq.read_table(job.places, columns=["place_id", "geometry"]).to_pylist()
    places = tuple(Place(row["place_id"], None, None, row["geometry"]) for row in rows)
    pings = pq.read_table(job.pings)
    index = build(places, len(pings))
    ping, place, *_ = Finder(index, boundary).find(pings["lon"].to_numpy(), pings["lat"].to_numpy())
    return pa.table({"ping": pa.array(ping, pa.int64()), "place": pa.array(place, pa.int64())}), __version__


def geos(job: Job, predicate: str, prepared: bool) -> Answer:
    """GEOS through shapely: each pair whose box holds the ping, asked by itself."""
    import shapely

    shapes = shapely.from_wkb(pq.read_table(job.places)["geometry"].to_numpy(zero_copy_only=False))
    pings = pq.read_table(job.pings)
    points = shapely.points(pings["lon"].to_numpy(), pings["lat"].to_numpy())
    ping, place = shapely.STRtree(shapes).query(points)
    if prepared:
        shapely.prepare(shapes)
    inside = getattr(shapely, predicate)(shapes[place], points[ping])
    return pa.table(
        {"ping": ping[inside], "place": place[inside]}
    ), f"{shapely.__version__}, GEOS {shapely.geos_version_string}"


def geopandas(job: Job) -> Answer:
    """`sjoin`."""
    import geopandas as gpd

    places, pings = gpd.read_parquet(job.places), pq.read_table(job.pings)
    points = gpd.points_from_xy(pings["lon"].to_numpy(), pings["lat"].to_numpy(), crs=places.crs)
    joined = gpd.sjoin(gpd.GeoDataFrame(geometry=points), places, predicate="within")
    found = {"ping": joined.index.to_numpy(), "place": joined["index_right"].to_numpy()}
    return pa.table(found), version("geopandas")


def duckdb(job: Job) -> Answer:
    """Its spatial join."""
    from bench.contenders.duckdb_spatial import prepare

    ready = prepare(job)
    found = ready.connection.execute(JOINED.format(point="ST_Point(p.lon, p.lat)")).to_arrow_table()
    return _numbered(found), ready.version


def sedonadb(job: Job) -> Answer:
    """Its spatial join."""
    from bench.contenders.sedona_db import prepare
    from bench.questions import DATAFUSION

    ready = prepare(job)
    return _numbered(pa.table(ready.session.sql(JOINED.format(point=DATAFUSION.point)))), ready.version


def sedona(job: Job) -> Answer:
    """Its broadcast join on Spark."""
    from bench.contenders.sedona_spark import prepare

    ready = prepare(job)
    frame = ready.spark.sql(JOINED.format(point="ST_Point(p.lon, p.lat)")).toPandas()
    ready.spark.catalog.clearCache()
    return _numbered(pa.Table.from_pandas(frame, preserve_index=False)), ready.version


def pycanopy(job: Job) -> Answer:
    """`within_join`."""
    import polars as pl  # type: ignore[import-not-found]
    from pycanopy import SpatialFrame  # type: ignore[import-not-found]

    places = pl.read_parquet(job.places, columns=["geometry"]).with_row_index("place")
    joined = SpatialFrame.from_wkb_polygons(places, "geometry").lazy()
    found = joined.within_join(pl.read_parquet(job.pings), "lon", "lat").select(["ping", "place"]).collect()
    return found.select(pl.col("ping", "place").cast(pl.Int64)).to_arrow(), version("pycanopy")


def clickhouse(job: Job) -> Answer:
    """A dictionary with the layout POLYGON, which gives one place for a ping."""
    from bench.exactness.clickhouse import find

    return find(job)


def _numbered(found: pa.Table) -> pa.Table:
    numbers = pa.array([number_of(each) for each in found["place_id"].to_pylist()], pa.int64())
    return pa.table({"ping": found["ping"], "place": numbers})


ENGINES = {
    "footfall": Engine("Footfall, open", "`boundary: open`", OWN, lambda job: footfall(job, "open")),
    "footfall_closed": Engine(
        "Footfall, closed", "`boundary: closed`", OWN, lambda job: footfall(job, "closed"), "closed"
    ),
    "footfall_half_open": Engine(
        "Footfall, half_open",
        "`boundary: half_open`",
        OWN,
        lambda job: footfall(job, "half_open"),
        "half_open",
    ),
    "geos": Engine("GEOS, not prepared", "`shapely.contains`", OWN, lambda job: geos(job, "contains", False)),
    "geos_prepared": Engine(
        "GEOS, prepared",
        "`shapely.contains` after `shapely.prepare`",
        OWN,
        lambda job: geos(job, "contains", True),
    ),
    "geos_covers": Engine(
        "GEOS, covers", "`shapely.covers`", OWN, lambda job: geos(job, "covers", False), "closed"
    ),
    "geopandas": Engine("GeoPandas", "`sjoin` with `within`", PEERS, geopandas),
    "duckdb": Engine("DuckDB spatial", "join on `ST_Contains`", PEERS, duckdb),
    "sedonadb": Engine("SedonaDB", "join on `ST_Contains`", PEERS, sedonadb),
    "sedona": Engine("Apache Sedona on Spark", "broadcast join on `ST_Contains`", PEERS, sedona),
    "pycanopy": Engine("PyCanopy", "`within_join`", PEERS, pycanopy),
    "clickhouse": Engine(
        "ClickHouse", "dictionary with the layout `POLYGON`", PEERS, clickhouse, one_place=True
    ),
}
"""All engines, in the order of the table."""
