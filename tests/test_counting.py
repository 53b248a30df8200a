"""How the three stages that count are put together from settings, and what is made of what they give."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footfall.aggregate.days import COUNTED, WriteDays
from footfall.aggregate.parts import SumPart
from footfall.aggregate.room import Room
from footfall.aggregate.sums import SUMMED
from footfall.clean import Rules
from footfall.counting import Counting
from footfall.errors import SettingsError
from footfall.local_time import SECOND, LocalTime
from footfall.locate import Search, search_in
from footfall.publish.output import Target
from footfall.read.pings import PingInput
from footfall.scan import Scan
from footfall.schema import FOOTFALL, SHUFFLED, InputFile, Place
from footfall.settings import Settings
from tests.one_process import OneProcess

GIVEN: dict[str, Any] = {
    "pings": {"path": "p", "time_zone": "Asia/Tokyo"},
    "places": {"path": "q"},
    "output": "o",
    "visit_gap": "10min",
    "visit_horizon": "3h",
    "scratch": "/fast",
    "privacy": {"k": 7},
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PINGS = PingInput((InputFile("a.csv", 1), InputFile("b.csv", 2)), "csv", (), (), 10)
SEARCH = Search(lambda: Path("index"), "open", parts=5, audit_every=1)


def stages(places: int = 3, workers: int = 2, memory: int | None = 192_000, **settings: Any) -> Any:
    """The stages of settings."""
    named = tuple(Place(f"{number:06}", None, None, b"") for number in range(places))
    target = Target("folder", FOOTFALL, "quarantine", "run-1")
    given = Settings.model_validate(GIVEN | settings)
    return Counting(given, named, target, workers, memory, NOW).stages(PINGS, SEARCH)


def test_the_stages_follow_the_settings() -> None:
    """Gap, horizon and the zone of the days; the memory of a worker; what few devices are."""
    scan, sums, days = stages(day="2023-03-01")
    assert [stage.gives for stage in (scan, sums, days)] == [SHUFFLED, SUMMED, COUNTED]
    assert (scan.parts, days.parts) == (5, 0)
    assert isinstance(scan.work, Scan)
    assert scan.work.rules == Rules.of(Settings.model_validate(GIVEN | {"day": "2023-03-01"}), NOW)
    summed: SumPart = sums.work
    assert (summed.rules.gap, summed.rules.horizon) == (600 * SECOND, 3 * 3600 * SECOND)
    tokyo = LocalTime.of("Asia/Tokyo")
    assert [each.tolist() for each in summed.rules.clock] == [
        each.tolist() for each in (tokyo.since, tokyo.ahead, tokyo.turns)
    ]
    assert (summed.files, summed.room) == (("a.csv", "b.csv"), Room(1000, "/fast"))
    written: WriteDays = days.work
    assert (written.k, written.place_ids.to_pylist()) == (7, ["000000", "000001", "000002"])
    assert list(written.asked or ()) == [date(2023, 3, 1)]


@pytest.mark.parametrize(
    ("places", "workers", "days", "parts"),
    [
        (3, 2, 1, 1),
        (3, 2, 5, 5),
        (3, 2, 400, 16),  # eight for each worker
        (3, 50, 400, 64),
        (100_000, 2, 3, 6),  # two chunks of places
    ],
)
def test_days_are_dealt_out_to_workers_in_chunks_of_places(
    places: int, workers: int, days: int, parts: int
) -> None:
    """No part is without a day and a chunk, and there are no more parts than keep the workers busy."""
    first, last = date(2023, 3, 1), date(2023, 3, 1) + timedelta(days=days - 1)
    scan, sums, _ = stages(places, workers, days={"from": first, "to": last})
    assert sums.parts == sums.work.days.parts == parts
    assert scan.parts == 5


def test_where_nobody_knows_the_days_there_are_parts_for_many() -> None:
    """All days that hold a ping are counted: how many these are is known later."""
    _, sums, days = stages(days="all")
    assert (sums.parts, days.work.asked) == (16, None)


class Small(OneProcess):
    """An engine with two workers of ten MiB."""

    memory = 10 << 20
    workers = 2


PLAIN = Settings.model_validate(GIVEN)


def of_bytes(size: int) -> Any:
    """A stand-in for an index of so many bytes."""
    return SimpleNamespace(bytes=size, save=lambda folder: folder / "index")


def test_an_index_that_does_not_fit_into_a_worker_is_refused(tmp_path: Path) -> None:
    """With the setting, and what it has to be."""
    assert search_in(of_bytes(10 << 20), 1000, PLAIN, Small(), tmp_path).parts == 1
    with pytest.raises(SettingsError) as caught:
        search_in(of_bytes((10 << 20) + 1), 1000, PLAIN, Small(), tmp_path)
    assert caught.value.what == "The index of places needs 11 MiB, and a worker may take 10"
    assert "shared by 2 workers" in caught.value.where
    assert "Set memory to 21m at least" in caught.value.fix


def test_an_engine_that_knows_no_memory_takes_any_index(tmp_path: Path) -> None:
    """As Spark on other machines; nothing is made of outlines unless somebody asks which pings are uncertain."""
    closed = PLAIN.model_copy(update={"boundary": "closed"})
    search = search_in(of_bytes(1 << 40), 10**7, closed, OneProcess(), tmp_path)
    assert search.index() == tmp_path / "index"
    assert (search.boundary, search.parts, search.audit_every) == ("closed", 11, 5001)
    assert search.outlines is None
