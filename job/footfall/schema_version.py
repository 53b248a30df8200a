"""The version of what a run writes, table and manifest, by which an older footfall knows that it cannot read it."""

from collections.abc import Mapping

from footfall.errors import SettingsError

SCHEMA_VERSION = 1
"""The version that this footfall writes.

It is raised when a reader of the one before would misread: a column or field is gone, or its type or meaning is
another. A column that may be null, or a field that may be missing, is added without that.
"""

UNMARKED = 1
"""The version of what says none: manifests and tables of before 0.1.0."""

KEY = "footfall.schema-version"
"""The name of the version in the footer of a file of the table, and among the properties of a table of Iceberg."""

FOOTER = {KEY: str(SCHEMA_VERSION)}
"""What the footer of a file says."""


def refuse_newer(version: object, where: str) -> None:
    """Check that what was written can be read: it has this version, an older one, or none.

    Args:
        version: The version that it says, a number or its text in a mapping's encoding; None if it says none.
        where: Its path, or the name of the table.

    Raises:
        SettingsError: A newer footfall wrote it.
    """
    text = version.decode() if isinstance(version, bytes) else str(version)
    if version is not None and (not text.isdecimal() or int(text) > SCHEMA_VERSION):
        raise SettingsError(
            f"A newer footfall wrote this: its schema has version {text}, and this one reads up to {SCHEMA_VERSION}",
            where=where,
            fix="Update footfall, or name another output: docs/upgrading.md lists the versions.",
        )


def refuse_newer_file(footer: Mapping[bytes, bytes] | None, path: str) -> None:
    """Check the key-value metadata in the footer of a Parquet file; see `refuse_newer`."""
    refuse_newer((footer or {}).get(KEY.encode()), path)
