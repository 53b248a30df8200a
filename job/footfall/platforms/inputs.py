"""Checks the inputs of a run before a slow engine is started."""

from collections.abc import Mapping

from footfall import stores
from footfall.errors import InputError
from footfall.read.pings import read_pings
from footfall.read.pings.files import find_files
from footfall.settings import PingSettings, Settings
from footfall.stores.errors import failures


def look_at_inputs(settings: Settings, environ: Mapping[str, str]) -> None:
    """Check that all input files exist, and read the beginning of the file of pings if there is only one.

    Args:
        settings: The settings of the run.
        environ: The variables that hold the secrets of the catalog.

    Raises:
        InputError: A path does not exist, or the one file of pings is invalid.
        SettingsError: The pattern of times is invalid, or the settings of the catalog are wrong.
        InfrastructureError: A store or a catalog does not answer.
    """
    places = stores.absolute(settings.places.path)
    with failures(InputError, "The places cannot be read", f"places.path: {settings.places.path}"):
        if stores.of(places).look(places) is None:
            raise InputError(
                "The file of places does not exist",
                where=f"places.path: {settings.places.path}",
                fix="Correct the path.",
            )
    pings = settings.pings
    if pings.format == "iceberg" or len(find_files(_paths(pings))) == 1:
        read_pings(pings, 1, settings.catalog, environ)


def _paths(pings: PingSettings) -> list[str]:
    return [pings.path] if isinstance(pings.path, str) else list(pings.path)
