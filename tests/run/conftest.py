"""Runs of the whole job on small files, by workers of this machine and in the shared Spark session."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from footfall import pipeline
from footfall.engines import Engine
from footfall.engines.embedded import Embedded
from footfall.engines.embedded.crew import Start
from footfall.jobs.footfall.job import JOB
from footfall.pipeline import Finished
from footfall.publish import open_output
from footfall.runs.progress import Silence
from footfall.runs.run import Run
from footfall.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Counts = Callable[..., Finished]
Engines = Callable[[], AbstractContextManager[Engine]]
"""Gives an engine for one run."""

PLACES = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"place_id": "A", "name": "Shop A"},
  "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
 {"type": "Feature", "properties": {"place_id": "B", "name": "Shop B"},
  "geometry": {"type": "Polygon", "coordinates": [[[2,0],[3,0],[3,1],[2,1],[2,0]]]}}]}"""

PINGS = """device,at,lon,lat
d1,2023-03-01 10:00:00,0.5,0.5
d1,2023-03-01 10:10:00,0.5,0.5
d1,2023-03-01 10:10:00,0.5,0.5
d2,2023-03-01 11:00:00,0.25,0.25
d2,2023-03-01 12:00:00,2.5,0.5
d3,2023-03-01 12:00:00,9,9
d4,2023-03-01 12:00:00,1,0.5
d5,2023-03-01 12:00:00,north,0.5
d1,2023-03-02 09:00:00,2.5,0.5
"""


@contextmanager
def embedded(workers: int = 2, memory: int = 1 << 28, start: Start | None = None) -> Iterator[Engine]:
    """Workers of this machine."""
    engine = Embedded(workers, memory, None, 60, "a test", start)
    try:
        yield engine
    finally:
        engine.stop()


def on_spark(session: "SparkSession") -> Engines:
    """The engine on a session, for one run after the other."""
    from footfall.engines.spark.engine import SparkEngine

    engine = SparkEngine(session, "a test")
    return lambda: nullcontext(engine)


@pytest.fixture(scope="session", params=["embedded", pytest.param("spark", marks=pytest.mark.spark)])
def engines(request: pytest.FixtureRequest) -> Engines:
    """Each engine in turn: what a run publishes does not depend on it."""
    return embedded if request.param == "embedded" else on_spark(request.getfixturevalue("spark"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two square shops and nine rows of pings."""
    return filled(tmp_path)


@pytest.fixture
def run(engines: Engines, folder: Path) -> Counts:
    """Run the job on the folder's files, with settings over the usual ones."""
    return runner(engines, folder)


@pytest.fixture(scope="session")
def done(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    """Such a folder after one run, `run-1`, with the usual settings, and what came of it; only to look at."""
    folder = filled(tmp_path_factory.mktemp("done"))
    return folder, runner(engines, folder)()


@pytest.fixture
def folder_again(done: tuple[Path, Finished], tmp_path: Path) -> Path:
    """A copy of the folder after that run."""
    return shutil.copytree(done[0], tmp_path / "again")


@pytest.fixture
def run_again(engines: Engines, folder_again: Path) -> Counts:
    """Run the job there once more."""
    return runner(engines, folder_again, first=2)


def filled(folder: Path) -> Path:
    """The folder, with two square shops and nine rows of pings."""
    (folder / "places.geojson").write_text(PLACES)
    (folder / "pings.csv").write_text(PINGS)
    return folder


def runner(engines: Engines, folder: Path, first: int = 1) -> Counts:
    """Runs the job on the folder's files; the runs are numbered from `first`."""
    numbers = count(first)

    def runs(**settings: Any) -> Finished:
        given: dict[str, Any] = {
            "pings": {"path": str(folder / "pings.csv")},
            "places": {"path": str(folder / "places.geojson"), "columns": {"name": "name"}},
            "output": str(folder / "out"),
            "privacy": {"k": 1},
        }
        asked = Settings.model_validate(given | settings)
        with engines() as engine:
            described = Run(
                id=f"run-{next(numbers)}",
                command="footfall run",
                settings=[],
                versions=dict.fromkeys(("footfall", "python", "geos"), "0"),
                engine=engine.name,
                reason=engine.reason,
                now=lambda: datetime(2023, 3, 3, tzinfo=UTC),
                clock=lambda: 0.0,
            )
            output = partial(open_output, JOB.table, asked, described.id, partial(getattr, engine, "session"))
            return pipeline.run(JOB, engine, output, asked, described, Silence())

    return runs


def square(x: float, y: float, size: float = 1) -> Any:
    """A square with its lower left corner at x, y."""
    return shapely.box(x, y, x + size, y + size)
