"""What is made ready before pings are looked up: files of the places, which all workers read."""

from pathlib import Path

from footfall import plurals
from footfall.engines import Engine
from footfall.errors import SettingsError
from footfall.local_time import LocalTime
from footfall.locate.finder import Search
from footfall.locate.index.stored import Index
from footfall.locate.outlines import Outlines
from footfall.locate.uncertainty import Outlined
from footfall.settings import Settings
from footfall.shuffle.records import parts_for

AUDITED_PINGS = 2000
"""The approximate number of pings, the same in each run, that are also looked up by GEOS alone."""

_MEBIBYTE = 1 << 20


def search_in(index: Index, pings: int, settings: Settings, engine: Engine, folder: Path) -> Search:
    """How so many pings are looked up in an index, which is sent to the workers.

    Args:
        index: The index of places.
        pings: About how many pings there are.
        settings: What is asked of the places.
        engine: Sends files to the workers.
        folder: Takes these files, as long as the workers read them.

    Raises:
        SettingsError: A worker may take less memory than the index needs.
    """
    outlines = Outlines.of(tuple(index.wkb.to_pylist())) if settings.pings.uncertainty else None
    size = index.bytes + (outlines.bytes if outlines else 0)
    if engine.memory is not None and engine.memory < size:
        needed = -(-size * engine.workers // _MEBIBYTE)
        raise SettingsError(
            f"The index of places needs {-(-size // _MEBIBYTE)} MiB, and a worker may take"
            f" {engine.memory // _MEBIBYTE}",
            where="setting memory (flag --memory, variable FOOTFALL_MEMORY),"
            f" which is shared by {plurals.counted(engine.workers, 'worker')}",
            fix=f"Set memory to {needed}m at least, or set fewer workers.",
        )
    sent = engine.send(outlines.save(folder)) if outlines else None
    parts, audit_every = parts_for(pings, engine.memory), 1 + pings // AUDITED_PINGS
    outlined = Outlined(sent, LocalTime.of(settings.day_zone)) if sent else None
    return Search(engine.send(index.save(folder)), settings.boundary, parts, audit_every, outlined)
