"""A bucket with one small day of pings, and what a reader that is not the job's finds in the table."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import geopandas
from pyiceberg.catalog.glue import GlueCatalog
from shapely import box

REGION = "us-east-1"
NOBODY = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody", "region_name": REGION}

# Six devices are in the square at 10:00 and 10:10, one of them again at 12:00; two are in the corner; five are in no
# place, behind which the two can hide; one is on the day after; one row is there twice.
PINGS = "\n".join(
    [
        "device,at,lat,lon",
        *(f"d{n},2023-03-01T10:00:00Z,0.005,0.005" for n in range(1, 7)),
        *(f"d{n},2023-03-01T10:10:00Z,0.006,0.005" for n in range(1, 7)),
        "d1,2023-03-01T12:00:00Z,0.005,0.005",
        "d1,2023-03-01T12:00:00Z,0.005,0.005",
        "d7,2023-03-01T09:00:00Z,0.105,0.105",
        "d8,2023-03-01T09:00:00Z,0.105,0.105",
        *(f"d{n},2023-03-01T11:00:00Z,0.5,0.5" for n in range(10, 15)),
        "d9,2023-03-02T09:00:00Z,0.005,0.005",
        "",
    ]
)
PLACES = {
    "square": box(0, 0, 0.01, 0.01),
    "corner": box(0.1, 0.1, 0.11, 0.11),
    "empty": box(1, 1, 1.01, 1.01),
}
TABLE = {
    # pings, devices, visits, visits of one ping, median dwell in seconds, suppressed
    "square": (13, 6, 7, 1, 600.0, False),
    "corner": (None, None, None, None, None, True),
    "empty": (0, 0, 0, 0, None, False),
}


@dataclass(frozen=True)
class Bucket:
    """The bucket of an environment."""

    aws: str
    name: str

    def fill(self, folder: Path) -> None:
        """Make the bucket, and put the pings and the places where site.yaml says they are."""
        geopandas.GeoDataFrame(
            {"place_id": list(PLACES)}, geometry=list(PLACES.values()), crs="EPSG:4326"
        ).to_parquet(folder / "places.parquet")
        client = self._client()
        client.create_bucket(Bucket=self.name)
        client.put_object(Bucket=self.name, Key="spark-events/", Body=b"")
        client.put_object(Bucket=self.name, Key="pings/day.csv", Body=PINGS.encode())
        client.put_object(
            Bucket=self.name, Key="places/places.parquet", Body=(folder / "places.parquet").read_bytes()
        )

    def copy(self, name: str) -> None:
        """Make another bucket with all that is in this one."""
        client = self._client()
        client.create_bucket(Bucket=name)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        for each in (each for page in pages for each in page["Contents"]):
            client.copy_object(
                Bucket=name, Key=each["Key"], CopySource={"Bucket": self.name, "Key": each["Key"]}
            )

    def table(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """The measures of the published rows that are written by hand, by day and place."""
        days: dict[str, dict[str, tuple[Any, ...]]] = {}
        for row in self.rows():
            measures = ("pings", "devices", "visits", "single_ping_visits", "dwell_seconds_p50", "suppressed")
            days.setdefault(str(row["day"]), {})[row["place_id"]] = tuple(row[name] for name in measures)
        return days

    def rows(self) -> list[dict[str, Any]]:
        """The published rows, whole, as pyiceberg reads them."""
        database = self.name.replace("-", "_")
        properties = {"s3.endpoint": self.aws, "s3.region": REGION}
        keys = {"s3.access-key-id": "nobody", "s3.secret-access-key": "nobody"}
        glue = boto3.client("glue", endpoint_url=self.aws, **NOBODY)
        table = GlueCatalog("lake", glue, **properties, **keys).load_table(f"{database}.footfall")
        return table.scan().to_arrow().to_pylist()

    def manifests(self) -> dict[str, dict[str, Any]]:
        """The manifests of all runs, by the id of the run."""
        client = self._client()
        listed = client.list_objects_v2(Bucket=self.name, Prefix="footfall/runs/").get("Contents", [])
        keys = [each["Key"] for each in listed if each["Key"].endswith("manifest.json")]
        read = (json.loads(client.get_object(Bucket=self.name, Key=key)["Body"].read()) for key in keys)
        return {manifest["run_id"]: manifest for manifest in read}

    def _client(self) -> Any:
        return boto3.client("s3", endpoint_url=self.aws, **NOBODY)
