"""Chooses the layer of a file."""

from collections.abc import Sequence
from pathlib import Path

from footfall.errors import InputError


def chosen(layers: Sequence[str], asked: str | None, named: Path) -> str:
    """The name of the layer to read.

    Args:
        layers: The layers of the file that hold shapes.
        asked: The layer of the settings.
        named: The file, for messages.

    Raises:
        InputError: There is no layer, not the one that is asked for, or there are several and none is.
    """
    where = f"places.path: {named}"
    if not layers:
        raise InputError(
            "The file holds no geometries", where=where, fix="Name a file with polygons, as a shapefile."
        )
    if asked is not None and asked not in layers:
        what = f"There is no layer {asked!r}; there are: {', '.join(layers)}"
        raise InputError(what, where=f"{where}, places.layer: {asked}", fix="Correct places.layer.")
    if asked is None and len(layers) > 1:
        what = f"The file has several layers: {', '.join(layers)}"
        raise InputError(what, where=where, fix="Name one by places.layer.")
    return asked or layers[0]
