"""Keeps the outputs of two jobs apart."""

from pathlib import Path

from footfall.errors import SettingsError

DAY_FOLDER = "day=[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
"""Matches the folder of a day in a table."""


def refuse_other_tables(root: Path, name: str) -> None:
    """Refuse an output that holds days of another table: its runs would be those of two jobs.

    Raises:
        SettingsError: It does.
    """
    others = {path.parent.name for path in root.glob(f"*/{DAY_FOLDER}")} - {name}
    if others:
        raise SettingsError(
            f"The output holds the table {min(others)}, and this job publishes {name}",
            where=f"setting output (flag --output, variable FOOTFALL_OUTPUT): {root}",
            fix="Name another output: each job has its own.",
        )
