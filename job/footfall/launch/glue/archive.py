"""A version of the job on Glue: a script, and an archive of wheels with the job and its dependencies."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from footfall.errors import InputError

PYTHONS = {"5.1": "311", "6.0": "313"}
"""The Python of each version of Glue that the job runs on."""

_NAME = re.compile(r"^footfall-(?P<version>[0-9a-f]{7,40})-py(?P<python>\d+)\.gluewheels\.zip$")
_SCRIPT = "footfall/__main__.py"


@dataclass(frozen=True)
class Archive:
    """An archive of wheels, as `make glue` writes it.

    All properties raise InputError if the file is missing or has another name.

    Attributes:
        file: Named after commit and Python, footfall-<commit>-py311.gluewheels.zip.
    """

    file: Path

    @cached_property
    def _parts(self) -> dict[str, str]:
        named = _NAME.match(self.file.name)
        if not named or not self.file.is_file():
            raise InputError(
                "There is no archive of a version",
                where=f"{self.file}, flag --archive",
                fix="Make one with `make glue`: it is named footfall-<commit>-py311.gluewheels.zip.",
            )
        return named.groupdict()

    @property
    def version(self) -> str:
        """The commit."""
        return self._parts["version"]

    @property
    def python(self) -> str:
        """The Python that its wheels are for, such as 311."""
        return self._parts["python"]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the archive, in hexadecimal."""
        with self.file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    @cached_property
    def script(self) -> bytes:
        """The content of the script that starts the job, from the job's wheel in the archive.

        Raises:
            InputError: The file is not an archive of wheels, or has no wheel of the job.
        """
        try:
            with ZipFile(self.file) as archive:
                (wheel,) = [each for each in archive.namelist() if each.startswith("wheels/footfall-")]
                with archive.open(wheel) as opened, ZipFile(opened) as job:
                    return job.read(_SCRIPT)
        except (BadZipFile, KeyError, ValueError) as error:
            raise InputError(
                f"The archive does not hold the job: {error}",
                where=str(self.file),
                fix="Make it again with `make glue`.",
            ) from error
