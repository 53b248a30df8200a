"""Writes an export under a temporary name and renames it, so that there is never half a file."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from footfall import stores
from footfall.errors import SettingsError
from footfall.export.formats import Format
from footfall.export.rows import Rows
from footfall.stores.errors import failures
from footfall.suggestions import nearest_path, question


@dataclass(frozen=True)
class Target:
    """The file of an export.

    Attributes:
        file: The file; None for standard output.
        format: Its format.
        replaces: Whether to replace an existing file.
        is_marked: Whether CSV begins with a byte order mark, for Excel.
    """

    file: Path | None
    format: Format
    replaces: bool = False
    is_marked: bool = False

    def check(self) -> None:
        """Check that the file can be written, before anything is read.

        Raises:
            SettingsError: The file exists already, its folder does not exist, or it is not on this machine.
            PrerequisiteError: The extra of the format is not installed.
        """
        self.format.writer()
        where = f"file {self.file}"
        if self.is_marked and self.format.name != "csv":
            fix = "Leave --bom out: the other formats say by themselves how their text is written."
            raise SettingsError("Only CSV begins with a byte order mark", where="flag --bom", fix=fix)
        if self.file is None:
            return
        if stores.has_scheme(str(self.file)):
            fix = "Name a file of this machine, and copy it."
            raise SettingsError("An export is written to this machine alone", where=where, fix=fix)
        if self.file.is_dir():
            fix = f"Name a file in it, as {self.file / f'footfall{self.format.endings[0]}'}."
            raise SettingsError("A folder is there, where the export should be", where=where, fix=fix)
        if self.file.exists() and not self.replaces:
            fix = "Name another file, or replace this one by --force."
            raise SettingsError("The file is there already", where=where, fix=fix)
        if not self.file.parent.is_dir():
            fix = question(nearest_path(self.file.parent)) + "Make the folder, or name another one."
            raise SettingsError(f"There is no folder {self.file.parent}", where=where, fix=fix)


def write(rows: Rows, target: Target, output: BinaryIO) -> None:
    """Write rows to the target.

    Args:
        rows: The rows.
        target: The file, which was checked.
        output: Standard output, for a target without a file.

    Raises:
        SettingsError: The file cannot be written, or there are more rows than its format can have.
        InputError: A value does not fit into the format.
        InfrastructureError: The disk is full.
        PrerequisiteError: The extra of the format is not installed.
    """
    from footfall.export.formats import csv

    if target.file is None:
        if target.is_marked:
            output.write(csv.BYTE_ORDER_MARK)
        csv.write_to(rows, output)
        return
    write_rows = csv.write_marked if target.is_marked else target.format.writer()
    made = target.file.with_name(f".{target.file.stem}-{uuid4().hex}{target.format.endings[0]}")
    try:
        with failures(SettingsError, "The export cannot be written", f"file {target.file}"):
            write_rows(rows, made)
            made.replace(target.file)
    finally:
        with suppress(FileNotFoundError):
            made.unlink()
