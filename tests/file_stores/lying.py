"""What a lying server is asked for: pings and places in each kind of file, read as the job reads them."""

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.errors import FootfallError
from footfall.read.pings import read_pings
from footfall.read.places.fetched import read_places_anywhere
from footfall.settings import PingSettings, PlaceSettings
from tests.file_stores.doors import Reply, Request
from tests.file_stores.lake import Lie
from tests.read.read_rows import rows_of

DEVICES = [f"device-{number:02}" for number in range(24)]
LINES = [
    f"{device},2023-03-01 10:00:{number:02},14.5,-90.{number:02}" for number, device in enumerate(DEVICES)
]
CSV = ("device,at,lat,lon\n" + "".join(f"{line}\n" for line in LINES)).encode()
OTHER = CSV.replace(b"-90.", b"-80.")
"""Plausible pings of the same size, elsewhere."""

PLACES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"place_id": place},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
                },
            }
            for x, place in enumerate(("A", "B"))
        ],
    }
).encode()


def parquet(**options: Any) -> bytes:
    """The pings of CSV as Parquet, without compression."""
    columns = {
        "device": DEVICES,
        "at": [line.split(",")[1] for line in LINES],
        "lat": [14.5] * len(LINES),
        "lon": [float(line.split(",")[3]) for line in LINES],
    }
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content, compression="none", use_dictionary=False, **options)
    return content.getvalue()


PINGS = {"in/pings.csv": CSV, "in/pings.csv.gz": gzip.compress(CSV, mtime=0), "in/pings.parquet": parquet()}
EVERY = (*PINGS, "in/places.geojson")
"""The objects, each by its key."""

Read = Callable[[], object]
RIGHT: dict[str, list[Any]] = {
    **{
        key: [(device, f"2023-03-01 10:00:{n:02}", -90 - n / 100) for n, device in enumerate(DEVICES)]
        for key in PINGS
    },
    "in/places.geojson": ["A", "B"],
}
"""What is in each of them."""


def reading(path: str, scratch: Path) -> list[Any]:
    """The pings or the ids of places at a path."""
    if path.endswith(".geojson"):
        return [place.place_id for place in read_places_anywhere(PlaceSettings(path=path), scratch).places]
    found = rows_of(read_pings(PingSettings(path=path), 2))
    assert {row["defect"] for row in found} <= {None}
    return sorted((row["device"], row["instant"], row["lon"]) for row in found)


def refusal_of(read: Read, code: int, named: str) -> FootfallError:
    """The one error that reading ends with: its exit code is right, and it names the object."""
    with pytest.raises(FootfallError) as caught:
        read()
    assert (caught.value.exit_code, str(caught.value).count("\n")) == (code, 2), str(caught.value)
    assert named in caught.value.where
    return caught.value


def of_content(lie: Callable[[Reply], Reply]) -> Lie:
    """A lie about the content of objects; lists and what HEAD says are true."""

    def told(request: Request, reply: Reply) -> Reply:
        is_content = request.method == "GET" and "list-type" not in request.path and reply.status < 300
        return lie(reply) if is_content else reply

    return told


def without_etag(reply: Reply) -> Reply:
    """The answer without the version of the object."""
    return replace(reply, headers={k: v for k, v in reply.headers.items() if k != "ETag"})
