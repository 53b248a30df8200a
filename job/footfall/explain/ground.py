"""The basis of explanations: the pings and places of the settings, and the workers that read them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from footfall.clean import Rules
from footfall.counting import find_implausible
from footfall.engines import Batches, Engine, Stage
from footfall.errors import SettingsError
from footfall.implausible import Implausible
from footfall.locate import Search, build, search_in
from footfall.locate.extent import Extent
from footfall.read.pings import PingInput, read_pings
from footfall.read.places import PlaceInput
from footfall.read.places.fetched import read_places_anywhere
from footfall.runs.progress import Progress
from footfall.scan import Scan
from footfall.schema import Place, Places
from footfall.settings import Settings
from footfall.suggestions import nearest, question

Work = Callable[[Batches], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Ground:
    """The places and pings of the settings, and how pings are looked up, as in a run.

    Args:
        settings: The settings.
        places: The places as they were read.
        pings: The files of pings.
        search: The index of places, and how pings are looked up in it.
        extent: The box around all places.
        engine: Reads pings.
        progress: Shows the steps.
        now: The time at which the explanation begins.
        folder: A folder for files that workers read.
    """

    settings: Settings
    places: PlaceInput
    pings: PingInput
    search: Search
    extent: Extent
    engine: Engine
    progress: Progress
    now: datetime
    folder: Path

    @cached_property
    def implausible(self) -> Implausible | None:
        """What the rules on devices leave out of all pings; None if none is asked."""
        if not self.settings.devices.has_rules:
            return None
        judged_by = self.search, Rules.of(self.settings, self.now)
        with self.progress.step("find devices that cannot be") as step:
            given = self.engine, self.pings, judged_by, self.settings, self.folder, step
            return find_implausible(*given)

    @property
    def scan(self) -> Scan:
        """The first stage of a run, over all pings."""
        return self.scan_of(self.pings)

    def scan_of(self, pings: PingInput) -> Scan:
        """The first stage of a run, over other files of pings."""
        rules = Rules.of(self.settings, self.now)
        return Scan(pings.tasks, rules, self.search, implausible=self.implausible)

    def read(self, pings: PingInput, work: Work, gives: pa.Schema, step: str) -> Iterator[pa.RecordBatch]:
        """The batches that workers make from pings.

        Args:
            pings: The files to read.
            work: Makes batches, given the numbers of tasks.
            gives: The schema of these batches.
            step: The title of the step.

        Raises:
            InputError: A file was deleted or changed meanwhile, or is damaged.
            InfrastructureError: A worker, a store or a disk failed.
        """
        with self.progress.step(step) as handle:
            yield from self.engine.run(len(pings.tasks), (Stage(work, gives),), handle)

    def only(self, path: str) -> PingInput:
        """The pings of one file of the input; all pings if they are in a table."""
        if self.pings.format == "iceberg":
            return self.pings
        alone = self.settings.pings.model_copy(update={"path": path, "format": self.pings.format})
        return read_pings(alone, self.engine.workers)

    def between(self, days: Settings) -> "Ground":
        """The same ground with other days."""
        return replace(self, settings=days)


def find_ground(
    settings: Settings,
    engine: Engine,
    progress: Progress,
    surroundings: tuple[datetime, Mapping[str, str]],
    scratch: Path,
) -> Ground:
    """The ground of the settings: reads the places and finds the pings, as a run does before it counts.

    Args:
        settings: The settings.
        engine: Reads pings; the caller stops it.
        progress: Shows the steps.
        surroundings: The current time, and the variables with the secrets of a catalog.
        scratch: A folder for the index, which must exist as long as the ground is used.

    Raises:
        InputError: A file is missing or invalid.
        SettingsError: A setting does not fit a file.
    """
    now, environ = surroundings
    with progress.step("read places") as step:
        places = read_places_anywhere(settings.places, scratch)
        step.note(places=len(places.places))
    with progress.step("find pings") as step:
        pings = read_pings(settings.pings, engine.workers, settings.catalog, environ)
        step.note(files=len(pings.files))
    index = build(places.places, pings.row_estimate)
    search = search_in(index, pings.row_estimate, settings, engine, scratch)
    return Ground(settings, places, pings, search, index.extent, engine, progress, now, scratch)


def find_place(places: Places, place_id: str, path: str) -> tuple[int, Place]:
    """The number of a place and the place.

    Raises:
        SettingsError: No place has this id; the error suggests similar ids.
    """
    for number, place in enumerate(places):
        if place.place_id == place_id:
            return number, place
    by_name = {place.name: place.place_id for place in places if place.name}
    named = by_name.get(place_id) or by_name.get(nearest(place_id, by_name) or "")
    near = nearest(place_id, [place.place_id for place in places]) or named
    raise SettingsError(
        f"There is no place {place_id}",
        where=f"places.path: {path}",
        fix=f"{question(near)}Give the id as the published table has it; the first are"
        f" {', '.join(place.place_id for place in places[:3])}.",
    )
