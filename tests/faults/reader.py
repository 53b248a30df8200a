"""What a reader that is not the job's finds in the bucket, past the proxies: rows, and what lies there beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.table import Table

from tests.stores.lake import Bucket

DAY, NEXT = "2023-03-01", "2023-03-02"
Rows = dict[tuple[str, str], tuple[Any, ...]]
OLD: Rows = {(DAY, "A"): (77, 77, 77, 77, None), (NEXT, "A"): (5, 5, 5, 5, None)}
NEW: Rows = {
    (DAY, "A"): (3, 2, 2, 1, 600.0),
    (DAY, "B"): (1, 1, 1, 1, None),
    (NEXT, "A"): (5, 5, 5, 5, None),
}
MEASURES = ("pings", "devices", "visits", "single_ping_visits", "dwell_seconds_p50")


@dataclass(frozen=True)
class Leftovers:
    """What is in the bucket although no reader of the table and no manifest of a run leads there.

    Attributes:
        branches: Branches in the table; a run makes none.
        staged: Files of rows that the table lists and readers cannot go back to.
        lost: Files below the table's folder that the table itself does not know.
        folders: Folders in runs/ and quarantine/ of runs without a manifest.
    """

    branches: frozenset[str] = frozenset()
    staged: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()

    def __str__(self) -> str:
        counted = {name: len(found) for name, found in vars(self).items() if found}
        return ", ".join(f"{number} {name}" for name, number in counted.items()) or "nothing"


@dataclass(frozen=True)
class Reader:
    """Reads the bucket by PyIceberg and boto3."""

    bucket: Bucket

    def rows(self) -> Rows:
        """The rows of the table."""
        rows = self.table().scan().to_arrow().to_pylist()
        return {(str(row["day"]), row["place_id"]): tuple(row[name] for name in MEASURES) for row in rows}

    def weeks(self) -> dict[tuple[str, str], int]:
        """The pings in the table of weeks, by first day and place."""
        rows = self._catalog.load_table(f"{self.bucket.database}.footfall_week").scan().to_arrow().to_pylist()
        return {(str(row["first_day"]), row["place_id"]): row["pings"] for row in rows}

    def leftovers(self) -> Leftovers:
        """What lies there beside the table and the runs that told of themselves."""
        table, names = self.table(), set(self.bucket.names("out/"))
        known = {self._name(path) for path in _files(table, table.metadata.snapshots, metadata=True)}
        read = {self._name(path) for path in _files(table, _history(table))}
        runs = {tuple(name.split("/")[:2]) for name in names if name.startswith(("runs/", "quarantine/"))}
        complete = {name.split("/")[1] for name in names if name.endswith("/manifest.json")}
        return Leftovers(
            frozenset(table.refs()) - {"main"},
            frozenset(name for name in known - read if name.startswith("footfall/data/")),
            frozenset(name for name in names - known if name.startswith("footfall/")),
            frozenset("/".join(run) for run in runs if run[1].removeprefix("run=") not in complete),
        )

    def _name(self, path: str) -> str:
        return path.removeprefix(f"{self.bucket.output}/")

    def table(self) -> Table:
        """The table as it is now."""
        return self._catalog.load_table(f"{self.bucket.database}.footfall")

    @cached_property
    def _catalog(self) -> GlueCatalog:
        servers = self.bucket.servers
        keys = {
            "aws_access_key_id": servers.key,
            "aws_secret_access_key": servers.secret,
            "region_name": servers.region,
        }
        files = {
            "s3.endpoint": servers.s3,
            "s3.access-key-id": servers.key,
            "s3.secret-access-key": servers.secret,
            "s3.region": servers.region,
        }
        return GlueCatalog("lake", boto3.client("glue", endpoint_url=servers.glue, **keys), **files)


def _history(table: Table) -> Iterator[Any]:
    """The snapshots that readers of the table see or could go back to."""
    snapshot = table.current_snapshot()
    while snapshot is not None:
        yield snapshot
        parent = snapshot.parent_snapshot_id
        snapshot = None if parent is None else table.snapshot_by_id(parent)


def _files(table: Table, snapshots: Any, *, metadata: bool = False) -> Iterator[str]:
    """The files that snapshots are made of; those of the table's own metadata, if asked."""
    if metadata:
        yield table.metadata_location
        yield from (entry.metadata_file for entry in table.metadata.metadata_log)
    for snapshot in snapshots:
        yield snapshot.manifest_list
        for manifest in snapshot.manifests(table.io):
            yield manifest.manifest_path
            yield from (entry.data_file.file_path for entry in manifest.fetch_manifest_entry(table.io))
