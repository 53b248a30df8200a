"""Makes data sets once and keeps them by their parameters."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq

from bench import spatialbench
from bench.kinds import Data
from bench.pings import FIRST_DAY, PINGS, pings
from bench.polygons import Polygons, polygons

ROWS_PER_GROUP = 500_000


@dataclass(frozen=True)
class Dataset:
    """The files of a data set: `pings` is Parquet, `places` GeoParquet with place_id and geometry."""

    data: Data
    folder: Path

    @property
    def pings(self) -> Path:
        """The file of pings."""
        return self.folder / "pings.parquet"

    @property
    def places(self) -> Path:
        """The file of places."""
        return self.folder / "places.parquet"

    @property
    def days(self) -> list[str]:
        """Its days in UTC, such as 2023-03-01; each has pings."""
        return [f"{FIRST_DAY + timedelta(days=n):%Y-%m-%d}" for n in range(self.data.days)]


def dataset(data: Data, folder: Path) -> Dataset:
    """The data set with these parameters, made in the folder unless it is there.

    It appears whole or not at all. One chunk of pings at a time is in memory.
    """
    made = Dataset(data, folder / data.name)
    if made.folder.exists():
        return made
    unfinished = Dataset(data, folder / f"{data.name}.unfinished")
    shutil.rmtree(unfinished.folder, ignore_errors=True)
    unfinished.folder.mkdir(parents=True)
    if data.kind == "spatialbench":
        places, rows = spatialbench.make(data, unfinished.folder)
    else:
        places = polygons(data)
        rows = pings(data, places)
    write_places(places, unfinished.places)
    write_pings(rows, unfinished.pings)
    unfinished.folder.rename(made.folder)
    return made


def write_places(places: Polygons, file: Path) -> None:
    """Write places with ids in the order of their numbers."""
    width = len(str(len(places)))
    ids = [f"P{number:0{width}d}" for number in range(len(places))]
    frame = geopandas.GeoDataFrame({"place_id": ids}, geometry=places, crs="OGC:CRS84")
    frame.to_parquet(file, index=False)


def write_pings(chunks: Iterable[pa.Table], file: Path) -> None:
    """Write chunks of PINGS as one file."""
    with pq.ParquetWriter(file, PINGS) as writer:
        for chunk in chunks:
            writer.write_table(chunk, row_group_size=ROWS_PER_GROUP)
