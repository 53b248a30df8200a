"""Finds stays of people by trackintel and fastmob, in their own environment.

`python -m bench.truth.stays NAME FOLDER...`. Both are asked for the same: stays within 100 m, of 5 minutes or more,
which half an hour without a ping ends, the last one of a person included.
"""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

METRES, MINUTES, GAP_MINUTES = 100, 5, 30


def trackintel(pings: pd.DataFrame) -> pd.DataFrame:
    """`generate_staypoints` by its sliding window."""
    import geopandas
    from trackintel import Positionfixes  # type: ignore[import-not-found]

    named = pings.rename(columns={"device": "user_id", "at": "tracked_at"})
    points = geopandas.points_from_xy(named.pop("lon"), named.pop("lat"), crs="EPSG:4326")
    fixes = Positionfixes(geopandas.GeoDataFrame(named, geometry=points))
    _, found = fixes.generate_staypoints(
        method="sliding",
        dist_threshold=METRES,
        time_threshold=MINUTES,
        gap_threshold=GAP_MINUTES,
        include_last=True,
    )
    return _table(found["user_id"], found.geometry.x, found.geometry.y, found)


def fastmob(pings: pd.DataFrame) -> pd.DataFrame:
    """`generate_staypoints` of its positionfixes."""
    from fastmob import Positionfixes  # type: ignore[import-not-found]

    fixes = Positionfixes(
        pings, datetime_col="at", lat_col="lat", lng_col="lon", uid_col="device"
    ).generate_staypoints(
        minutes_for_a_stop=MINUTES,
        spatial_radius_km=METRES / 1000,
        no_data_for_minutes=GAP_MINUTES,
        include_last=True,
    )
    return _table(fixes.df["device"], fixes.df["lon"], fixes.df["lat"], fixes.df)


TOOLS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"trackintel": trackintel, "fastmob": fastmob}


def _table(device: pd.Series, lon: pd.Series, lat: pd.Series, found: pd.DataFrame) -> pd.DataFrame:
    start, end = (
        pd.to_datetime(found[name], utc=True).astype("datetime64[us, UTC]").astype("int64") / 1e6
        for name in ("started_at", "finished_at")
    )
    columns = {"device": device, "lon": lon, "lat": lat, "start": start, "end": end}
    return pd.DataFrame({name: column.to_numpy() for name, column in columns.items()})


def main() -> None:
    """Write the stays of each folder's pings into it."""
    name, *folders = sys.argv[1:]
    warnings.simplefilter("ignore")  # trackintel's own use of pandas
    for folder in map(Path, folders):
        pings = pd.read_parquet(folder / "pings.parquet").sort_values(["device", "at"], ignore_index=True)
        TOOLS[name](pings).to_parquet(folder / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main()
