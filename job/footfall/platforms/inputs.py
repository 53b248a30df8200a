"""Checks the inputs of a run before a slow engine is started."""

from collections.abc import Mapping

from footfall import stores
from footfall.errors import InputError
from footfall.read.pings import read_pings
from footfall.read.pings.files import find_files
from footfall.settings import JobSettings, PingSettings
from footfall.stores.errors import failures


def look_at_inputs(settings: JobSettings, paths: Mapping[str, str], environ: Mapping[str, str]) -> None:
    """Check that all input files exist, and read the beginning of the file of pings if there is only one.

    Args:
        settings: The settings of the run.
        paths: What the job reads beside the pings: the path by the name of the setting.
        environ: The variables that hold the secrets of the catalog.

    Raises:
        InputError: A path does not exist, or the one file of pings is invalid.
        SettingsError: The pattern of times is invalid, or the settings of the catalog are wrong.
        InfrastructureError: A store or a catalog does not answer.
    """
    for name, path in paths.items():
        what, address = name.partition(".")[0], stores.absolute(path)
        with failures(InputError, f"The {what} cannot be read", f"{name}: {path}"):
            if stores.of(address).look(address) is None:
                raise InputError(
                    f"The file of {what} does not exist", where=f"{name}: {path}", fix="Correct the path."
                )
    pings = settings.pings
    if pings.format == "iceberg" or len(find_files(_paths(pings))) == 1:
        read_pings(pings, 1, settings.catalog, environ)


def _paths(pings: PingSettings) -> list[str]:
    return [pings.path] if isinstance(pings.path, str) else list(pings.path)
