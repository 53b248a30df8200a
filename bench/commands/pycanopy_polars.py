"""PyCanopy joins, Polars does the rest: `within_join` as its guide shows it, then expressions over the pings inside."""

import json
import os
import sys
from datetime import date
from typing import Any

import polars as pl  # type: ignore[import-not-found]
from pycanopy import SpatialFrame  # type: ignore[import-not-found]

from bench.questions import BUCKET_ENDS, DAY, GAP_MINUTES, LISTS, MINUTE

COLUMNS = [
    # Numbers sort and group faster than texts.
    pl.col("device").cast(pl.Categorical).to_physical(),
    pl.col("at").to_physical().alias("us"),
    pl.col("lon"),
    pl.col("lat"),
]
"""The columns of pings that are read."""


def main() -> None:
    """Do the job of the first argument."""
    job: dict[str, Any] = json.loads(sys.argv[1])
    options = _options() if job["pings"].startswith("s3:") else None
    places, pings = pl.collect_all(
        [
            pl.scan_parquet(job["places"], storage_options=options).select("place_id", "geometry"),
            pl.scan_parquet(job["pings"], storage_options=options).select(COLUMNS),
        ]
    )
    counted = footfall(found(places, pings, ["device", "us", "lon", "lat"]))
    written = published(counted, places["place_id"], job["days"]).collect()
    written.write_parquet(job["to"], compression="zstd")


def found(places: pl.DataFrame, pings: pl.DataFrame, columns: list[str]) -> pl.LazyFrame:
    """The number of the `place` of each ping in one, and these columns of the ping."""
    numbered = places.with_row_index("place").drop("place_id")
    frame = SpatialFrame.from_wkb_polygons(numbered, "geometry")
    return frame.lazy().within_join(pings, "lon", "lat").select(["place", *columns]).collect().lazy()


def footfall(hits: pl.LazyFrame) -> pl.LazyFrame:
    """The measures per `place` and `day` (since 1970), without rows of zeros.

    Hits are `place`, `device` as a number, `us` since 1970, `lon` and `lat`.
    """
    place, device, us, day, start = (pl.col(name) for name in ("place", "device", "us", "day", "start"))
    other, begins = pl.col("other"), pl.col("begins")
    # Equal pings follow each other when sorted, so that no table of all of them is needed.
    ordered = hits.sort("place", "device", "us", "lon", "lat").with_columns(
        day=us // DAY, other=((place != place.shift()) | (device != device.shift())).fill_null(True)
    )
    again = ~other & (us == us.shift()) & (pl.col("lon") == pl.col("lon").shift())
    pings = (
        ordered.filter(~(again & (pl.col("lat") == pl.col("lat").shift())))
        .with_columns(
            new_device=(other | (day != day.shift())).fill_null(True),
            begins=(other | (us - us.shift() > GAP_MINUTES * MINUTE)).fill_null(True),
        )
        .with_columns(visit=begins.cum_sum(), start=pl.when(begins).then(us).forward_fill())
    )
    days = pings.group_by("place", "day").agg(pings=pl.len(), devices=pl.col("new_device").sum())
    followed = pings.with_columns(last=pl.when(us < (start // DAY + 2) * DAY).then(us))
    visits = (
        followed.group_by("visit")
        .agg(place.first(), start.first(), pl.col("last").max(), pings=pl.len())
        .select(
            "place",
            day=start // DAY,
            hour=start % DAY // (60 * MINUTE),
            single=pl.col("pings") == 1,
            dwell=pl.when(pl.col("pings") > 1).then((pl.col("last") - start) / 1e6),
        )
    )
    return days.join(measures(visits), on=["place", "day"], how="left")


def measures(visits: pl.LazyFrame) -> pl.LazyFrame:
    """What the table says of the visits that start in one place on one day."""
    dwell = pl.col("dwell")
    ends = [60 * minutes for minutes in BUCKET_ENDS]
    edges = zip([0, *ends], [*ends, float("inf")], strict=True)
    counted = visits.group_by("place", "day").agg(
        visits=pl.len(),
        single_ping_visits=pl.col("single").sum(),
        **{f"dwell_seconds_p{p}": dwell.quantile(p / 100, "linear") for p in (25, 50, 75)},
        **{f"hour_{hour}": (pl.col("hour") == hour).sum() for hour in range(24)},
        **{f"bucket_{n}": dwell.is_between(*edge, closed="left").sum() for n, edge in enumerate(edges)},
    )
    return counted.with_columns(
        visits_by_hour=pl.concat_list([f"hour_{hour}" for hour in range(24)]),
        dwell_buckets=pl.concat_list([f"bucket_{n}" for n in range(len(ends) + 1)]),
    )


def published(counted: pl.LazyFrame, ids: pl.Series, days: list[str]) -> pl.LazyFrame:
    """The table as it is published: a row for each place and day, zeros included."""
    first = date(1970, 1, 1)
    numbers = [(date.fromisoformat(day) - first).days for day in days]
    every = pl.LazyFrame({"place_id": ids}).with_row_index("place")
    every = every.join(pl.LazyFrame({"day": numbers}, schema={"day": pl.Int64}), how="cross")
    zeros = {name: pl.lit([0] * length, pl.List(pl.UInt32)) for name, length in LISTS.items()}
    return every.join(counted, on=["place", "day"], how="left").select(
        "place_id",
        pl.col("day").cast(pl.Int32).cast(pl.Date),
        *(pl.col(name).fill_null(0) for name in ("pings", "devices", "visits", "single_ping_visits")),
        *(f"dwell_seconds_p{p}" for p in (25, 50, 75)),
        *(pl.col(name).fill_null(zero) for name, zero in zeros.items()),
        suppressed=pl.lit(False),
    )


def _options() -> dict[str, str]:
    """How to reach the S3 of the environment."""
    return {
        "aws_endpoint_url": os.environ["AWS_ENDPOINT_URL"],
        "aws_allow_http": "true",
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "aws_region": os.environ["AWS_REGION"],
    }


if __name__ == "__main__":
    main()
