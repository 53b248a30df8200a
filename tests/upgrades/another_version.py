"""`footfall` as another version would be: `python -m tests.upgrades.another_version older|newer WORD...`.

The older one, from before 0.1.0, does not know the last columns of the table, nor the later fields of manifests, and
marks no version. The newer one marks a version that this one cannot know.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any
from unittest import mock

import pyarrow as pa

from footfall import schema_version
from footfall.cli import main
from footfall.publish import stitching, writing
from footfall.publish.folder import Folder
from footfall.runs.manifest import MANIFEST
from footfall.table import DayTable

LATER_COLUMNS = (
    "visits_of_at_least",
    "scaled_pings",
    "scaled_devices",
    "scaled_visits",
    "certain_pings",
    "possible_pings",
)
LATER_FIELDS = (
    "schema_version",
    "top_level",
    "panel",
    "periods",
    "engine",
    "plausible_days",
    "cost",
    "per_day",
)
NEWER = schema_version.SCHEMA_VERSION + 1


def mark(footer: Mapping[str, str]) -> None:
    """Write files with this in their footers."""
    for module in (writing, stitching):
        mock.patch.object(module, "FOOTER", footer).start()


def say(change: Mapping[str, Any], without: tuple[str, ...] = ()) -> None:
    """Write manifests with other fields."""
    written = Folder.write

    def write(output: Folder, name: str, text: str) -> str:
        if name == MANIFEST:
            kept = {field: value for field, value in json.loads(text).items() if field not in without}
            text = json.dumps(kept | change)
        return written(output, name, text)

    mock.patch.object(Folder, "write", write).start()


def be_older() -> None:
    """Write as before 0.1.0."""

    def columns(table: DayTable) -> pa.Schema:
        return pa.schema([each for each in table.schema if each.name not in ("day", *LATER_COLUMNS)])

    mock.patch.object(DayTable, "file_schema", property(columns)).start()
    mark({})
    say({}, without=LATER_FIELDS)


def be_newer() -> None:
    """Write as a version that raised the schema would, and read what it wrote."""
    mock.patch.object(schema_version, "SCHEMA_VERSION", NEWER).start()
    mark({schema_version.KEY: str(NEWER)})
    say({"schema_version": NEWER})


if __name__ == "__main__":
    {"older": be_older, "newer": be_newer}[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))
