"""Translates names of the command line into those of the input: a file, a device, a time."""

import pyarrow as pa

from footfall.errors import InputError, SettingsError
from footfall.explain.ground import Ground
from footfall.local_time import LocalTime
from footfall.read.pings.devices import devices
from footfall.read.pings.times import instants
from footfall.suggestions import nearest, question


def compared_device(ground: Ground, device: str) -> str:
    """The id of a device in the normalized spelling by which ids are compared.

    Raises:
        SettingsError: It is not the id of a device.
    """
    found = devices(pa.array([device], pa.string()), ground.settings.pings.null_devices)
    if found.missing[0]:
        raise SettingsError(
            f"{device!r} stands for no device", where="flag --device", fix="Give the id of a device."
        )
    return str(found.compared[0].as_py())


def read_instant(ground: Ground, text: str) -> int:
    """A time of the command line, in microseconds since 1970 UTC.

    Raises:
        SettingsError: It is neither in the format of the pings nor ISO 8601.
    """
    pings, zone = ground.settings.pings, LocalTime.of(ground.settings.pings.time_zone)
    for form in dict.fromkeys(("auto", pings.time_format)):
        at = instants(pa.array([text], pa.string()), form, zone).at[0]
        if at.is_valid:
            return int(at.value)
    raise SettingsError(
        f"{text!r} is no time that can be read",
        where="flag --at",
        fix=f"Write it as in the file, or as 2023-03-01T12:00:00 ({pings.time_zone}) or 2023-03-01T12:00:00Z.",
    )


def file_named(ground: Ground, named: str) -> str:
    """The path of a file of the input, given its whole path or the end of it.

    Raises:
        InputError: No file matches, or several do.
    """
    paths = [file.path for file in ground.pings.files]
    ends = [path for path in paths if path == named or path.endswith("/" + named.removeprefix("./"))]
    exact = [path for path in ends if path == named]
    if len(exact or ends) == 1:
        return (exact or ends)[0]
    if ends:
        raise InputError(
            f"{len(ends)} files of the input are called {named}",
            where=input_name(ground),
            fix=f"Give the whole path of one: {', '.join(ends[:3])}.",
        )
    names = {path.rsplit("/", 1)[-1]: path for path in paths}
    near = nearest(named.rsplit("/", 1)[-1], names)
    raise InputError(
        f"The input has no file {named}",
        where=input_name(ground),
        fix=f"{question(near and names[near])}Name one of its {len(paths)} files, as the quarantine does.",
    )


def input_name(ground: Ground) -> str:
    """The setting that names the pings, for errors."""
    path = ground.settings.pings.path
    return f"pings.path: {path if isinstance(path, str) else ', '.join(path)}"
