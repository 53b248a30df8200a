"""Keeps the outputs of two jobs apart."""

import json
from pathlib import Path

from footfall import stores
from footfall.errors import SettingsError
from footfall.periods import KINDS
from footfall.periods.columns import table_of
from footfall.schema_version import KEY
from footfall.stores.errors import failures

DAY_FOLDER = "day=[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
"""Matches the folder of a day in a table."""

_METADATA = ".metadata.json"
"""The names of the files by which a table of Iceberg is found end so."""


def refuse_other_tables(root: Path, name: str) -> None:
    """Refuse a folder that holds days of another table: its runs would be those of two jobs.

    Raises:
        SettingsError: It does.
    """
    others = {path.parent.name for path in root.glob(f"*/{DAY_FOLDER}")} - {name}
    if others:
        raise _of_two_jobs(str(root), min(others), name)


def refuse_other_tables_in_store(root: str, name: str) -> None:
    """Refuse an output on an object store that holds another table of Iceberg which this program made.

    Tables of weeks and months belong to the days beside them.

    Raises:
        SettingsError: It does, or may not be read.
        InfrastructureError: The store does not answer.
    """
    with failures(SettingsError, "The output cannot be used", f"setting output: {root}"):
        store = stores.of(root)
        folders = {each.path.rstrip("/") for each in store.children(root) if each.is_folder}
        ours = {f"{root}/{each}" for each in (name, *map(table_of, KINDS))}
        for folder in sorted(folders - ours):
            files = (each.path for each in store.children(f"{folder}/metadata"))
            described = next((path for path in files if path.endswith(_METADATA)), None)
            if described and KEY in json.loads(store.read(described)).get("properties", {}):
                raise _of_two_jobs(root, folder.rpartition("/")[2], name)


def _of_two_jobs(root: str, other: str, name: str) -> SettingsError:
    return SettingsError(
        f"The output holds the table {other}, and this job publishes {name}",
        where=f"setting output (flag --output, variable FOOTFALL_OUTPUT): {root}",
        fix="Name another output: each job has its own.",
    )
